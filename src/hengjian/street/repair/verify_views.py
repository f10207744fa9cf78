"""The page on which an officer verifies an application: each condition with what the records here show of it."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import attachments
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.effects import Place, done_at
from hengjian.ground.procedure.forms import FilesField
from hengjian.ground.procedure.models import Proceeding

from . import panels, queries, telling

NAME = "verify"


class VerifyForm(django_forms.Form):
    """How it was verified and what was found; the conditions are ticked beside what shows them."""

    method = django_forms.ChoiceField(label=gettext_lazy("核实方式"), widget=django_forms.Select(attrs={"class": "form-select"}))
    verified = django_forms.CharField(label=gettext_lazy("核实情况"), max_length=4_000, widget=django_forms.Textarea(attrs={"class": "form-control", "rows": 4}))
    evidence = FilesField(label=gettext_lazy("核实材料"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = policy.current().catalogue("repair-verification").on(clock.today())
        self.fields["method"].choices = [("", "—"), *((code, named(item)) for code, item in listed.items())]  # type: ignore[attr-defined]


def _at(matter: Proceeding) -> Place:
    return Place("repair:verify", (matter.pk,), "repair.handle")


for kind in queries.KINDS:
    done_at(kind, NAME)(_at)


@never_cache
@requires("repair.handle")
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick what was found met; what the records here contradict cannot be ticked."""
    officer = request.officer  # type: ignore[attr-defined]
    application = queries.visible_to(officer).filter(proceeding=pk).first()
    if application is None:
        raise NotFound(_("没有这件申请，或者不在您的数据范围内"), number=pk)
    matter = procedure.matter_of(officer, pk)
    on = clock.today()
    lawful = acts.lawful_act(matter, NAME, procedure.events_of(matter))
    told = telling.standing(queries.eligibility(application.entry, matter.opened))
    form = VerifyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    ticked = set(request.POST.getlist("met")) if request.method == "POST" else {one.code for one in told.answer.conditions if one.met}
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, matter, form, [one.code for one in told.answer.conditions if one.code in ticked])
        except (acts.FieldWrong, acts.FieldMissing, acts.NotYet, attachments.BadFile) as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("已办理：%(act)s") % {"act": named(lawful)})
            return redirect("desk:matter", pk)
    rows = [(one, each) for one, each in zip(told.answer.conditions, told.conditions, strict=True)]
    context = {
        "matter": matter, "title": named(lawful), "form": form, "told": told, "rows": rows, "ticked": ticked, "entry": application.entry,
        "materials": {"rows": panels.materials(matter, told), "matter": matter}, "reasons": procedure.hindrances(matter, NAME, on),
    }  # fmt: skip
    return render(request, "repair/verify.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _do(request: HttpRequest, matter: Proceeding, form: VerifyForm, met: list[str]) -> None:
    version, on, at = request.POST.get("version", ""), clock.today(), clock.now()
    seen = int(version) if version.isdecimal() and len(version) < 10 else -1
    officer, kept = request.officer, []  # type: ignore[attr-defined]
    for one in form.cleaned_data["evidence"]:
        file = attachments.attach(matter, one.read(attachments.most() + 1), name=one.name or "", by=officer, on=on, expected_version=seen, at=at)
        seen = matter.version
        kept.append(file.sha256)
    body = {"method": form.cleaned_data["method"], "verified": form.cleaned_data["verified"], "met": met} | ({"files": kept} if kept else {})
    acts.act(matter, NAME, by=officer, on=on, expected_version=seen, body=body, at=at)
