"""Pages: at the counter a firm lets a bank read of it and takes that back; at the desk a file is made for a bank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.ui.days import day

from . import consents
from .models import Consent

GIVEN = (_("银行"), _("内容"), _("起"), _("止"), _("状态"), _("操作"))
TOLD = (_("时间"), _("银行"), _("用途"), _("依据的授权"))
MADE = (_("编号"), _("时间"), _("银行"), _("用途"), _("所查"), _("有授权"), _("文件摘要（SM3）"))


def _line(label: Any, longest: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, help_text=help_text, widget=forms.TextInput(attrs={"class": "form-control"}))


class ConsentForm(forms.Form):
    """Which bank may read what, until when."""

    recipient = _line(_("银行名称"), 200)
    recipient_uscc = _line(_("银行的统一社会信用代码"), 40)
    scopes = forms.MultipleChoiceField(label=_("授权内容"), widget=forms.CheckboxSelectMultiple())
    until = day(_("授权至（含当日）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = policy.current().catalogue("consent-scopes").items.values()
        self.fields["scopes"].choices = [(item.code, named(item)) for item in items]  # type: ignore[attr-defined]


class CompareForm(forms.Form):
    """Which bank asks, for what, about whom."""

    recipient_uscc = _line(_("银行的统一社会信用代码"), 40)
    purpose = _line(_("用途"), 200, _("例如贷款审批的编号；记入审计"))
    usccs = forms.CharField(
        label=_("企业的统一社会信用代码，一行一个"), max_length=consents.MOST * 20, widget=forms.Textarea(attrs={"class": "form-control", "rows": 8})
    )


def _scopes(consent: Consent) -> list[str]:
    items = policy.current().catalogue("consent-scopes").items
    return [named(items[code]) if code in items else code for code in consent.scopes]


def _state(consent: Consent) -> tuple[str, str]:
    """Tone and words of a consent today."""
    if consent.revoked_at:
        at = consent.revoked_at.astimezone(clock.SHANGHAI)
        return "grey", _now("%(at)s 已撤回") % {"at": f"{at:%Y-%m-%d %H:%M}"}
    return ("green", _now("有效")) if consent.until >= clock.today() else ("grey", _now("已到期"))


@never_cache
@requires("counter.own")
def consents_page(request: HttpRequest) -> HttpResponse:
    """The firm's consents, what was told under them, and a form to give another."""
    uscc, form = str(request.representative.uscc), ConsentForm(request.POST or None)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            consents.give(by=request.user, uscc=uscc, on=clock.today(), at=clock.now(), **form.cleaned_data)  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.told(_now))
        else:
            messages.success(request, _now("已授权"))
            return redirect("publication-counter:consents")
    given = [(one, _scopes(one), _state(one)) for one in consents.of_firm(uscc)]
    context = {
        "uscc": uscc, "form": form, "given": given, "heads": GIVEN, "told": consents.disclosures_of(uscc)[:50], "told_heads": TOLD,
        "longest": consents.longest(clock.today()),
    }  # fmt: skip
    return render(request, "publication/consents.html", context, status=422 if form.errors else 200)


@require_POST
@requires("counter.own")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a consent back, at once."""
    uscc = str(request.representative.uscc)  # type: ignore[attr-defined]
    consents.revoke(by=request.user, uscc=uscc, consent=pk, at=clock.now())  # type: ignore[arg-type]
    messages.success(request, _now("已撤回，今后的比对文件不再告知"))
    return redirect("publication-counter:consents")


@never_cache
@requires("publication.compare")
def compare(request: HttpRequest) -> HttpResponse:
    """Make a file for a bank about firms that consented; the files made before."""
    officer, form = request.officer, CompareForm(request.POST or None)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = consents.compare(
                by=officer, recipient_uscc=told["recipient_uscc"], usccs=told["usccs"].split(), purpose=told["purpose"],
                on=clock.today(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, refusal.told(_now))
        else:
            headers = {"Content-Disposition": f'attachment; filename="comparison-{made.comparison.pk}.csv"'}
            return HttpResponse(made.data, content_type="text/csv; charset=utf-8", headers=headers)
    context = {"form": form, "made": consents.comparisons(officer)[:50], "heads": MADE}
    return render(request, "publication/compare.html", context, status=422 if form.errors else 200)
