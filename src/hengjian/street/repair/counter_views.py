"""The counter's pages: which of the firm's records can be repaired and when, asking for it, following it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named, told
from hengjian.ground.procedure import attachments
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.register import queries as register

from . import forms, queries, services, showing, telling


def _uscc(request: HttpRequest) -> str:
    return str(request.representative.uscc)  # type: ignore[attr-defined]


@never_cache
@requires("counter.own")
def records(request: HttpRequest) -> HttpResponse:
    """All records with the answer for today, and the applications under way."""
    uscc, on = _uscc(request), clock.today()
    told = sorted((telling.standing(one) for one in queries.eligibilities(uscc, on)), key=telling.order)
    live = [one for one in told if one.answer.verdict not in ("closed", "over", "never-public")]
    matters = [showing.matter(one, matter, on) for one, matter in queries.with_matters(queries.of_firm(uscc)[:50])]
    context = {
        "entity": register.by_uscc(uscc), "told": live, "rest": [one for one in told if one not in live], "matters": matters, "on": on,
        "heads": showing.HEADS, "some": any(one.answer.verdict == "now" for one in live),
    }  # fmt: skip
    return render(request, "repair/records.html", context)


@never_cache
@requires("counter.own")
def record(request: HttpRequest, seq: int) -> HttpResponse:
    """One record: may it be repaired, since when, by which article, with which materials."""
    found = queries.eligibilities(_uscc(request), clock.today(), {seq})
    if not found:
        raise NotFound(_("本企业没有这条可以修复的记录"), seq=seq)
    return render(request, "repair/record.html", {"told": telling.standing(found[0]), "on": clock.today()})


@never_cache
@requires("counter.own")
def apply(request: HttpRequest) -> HttpResponse:
    """One form for one or several records: materials once, one commitment."""
    uscc, on = _uscc(request), clock.today()
    seqs = showing.numbers(request.POST.getlist("entry") or request.GET.getlist("entry"))
    found = [one for one in queries.eligibilities(uscc, on, seqs) if one.answer.verdict == "now"]
    if not found:
        messages.info(request, _("请选择现在可以申请的记录"))
        return redirect("repair-counter:records")
    form = showing.apply_form(request, found, strict=True)
    if request.method == "POST" and form.is_valid():
        asked = services.Asked(form.cleaned_data["said"], found[0].entry.entity.name, form.brought(), form.agent())
        told: dict[str, Any] = {"channel": "counter", "actor": request.user.get_username(), "on": on, "at": clock.now()}
        try:
            opened = services.apply(uscc=uscc, entries=[one.entry.seq for one in found], asked=asked, **told)
        except (Invalid, services.NotRepairable, services.AlreadyAsked) as refused:
            form.add_error(None, str(refused))
        else:
            numbers = _("、").join(matter.number for matter in opened)
            messages.success(request, _("已提交申请：%(numbers)s。办理进度在本页查看") % {"numbers": numbers})
            return redirect("repair-counter:matter", pk=opened[0].pk) if len(opened) == 1 else redirect("repair-counter:records")
    return render(request, "repair/apply.html", showing.apply_page(form, found, on), status=422 if form.errors else 200)


def _matter(request: HttpRequest, pk: int) -> tuple[Any, Proceeding]:
    return queries.with_matters(queries.of_firm(_uscc(request)).filter(pk=queries.own(_uscc(request), pk).pk))[0]


@never_cache
@requires("counter.own")
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: where it stands, by when it is decided, what is missing, its papers and files."""
    return _page(request, pk, None)


def _page(request: HttpRequest, pk: int, form: forms.MaterialsForm | None, status: int = 200) -> HttpResponse:
    application, found = _matter(request, pk)
    on = clock.today()
    one = queries.eligibility(application.entry, found.opened)
    shown = showing.matter(application, found, on)
    form = form or forms.MaterialsForm(needed=one.answer.materials, spared=one.answer.spared, strict=False)
    context = {"shown": shown, "told": telling.standing(one), "form": form, "files": list(found.attachments.order_by("position")), "papers": showing.papers(found)}
    return render(request, "repair/matter.html", context, status=status)


@require_POST
@requires("counter.own")
def supply(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete what was missing, or change the materials."""
    application, found = _matter(request, pk)
    answer = queries.eligibility(application.entry, found.opened).answer
    form = forms.MaterialsForm(request.POST, request.FILES, needed=answer.materials, spared=answer.spared, strict=False)
    if not form.is_valid():
        return _page(request, pk, form, 422)
    try:
        services.supply(
            uscc=_uscc(request), matter=found, said=form.cleaned_data["said"], files=form.brought(), actor=request.user.get_username(),
            on=clock.today(), at=clock.now(),
        )  # fmt: skip
    except Invalid as refused:
        form.add_error(None, str(refused))
        return _page(request, pk, form, 422)
    messages.success(request, _("已收到补充的材料"))
    return redirect("repair-counter:matter", pk=pk)


@require_POST
@requires("counter.own")
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the application back."""
    _application, found = _matter(request, pk)
    services.retract(uscc=_uscc(request), matter=found, actor=request.user.get_username(), on=clock.today(), at=clock.now())
    messages.success(request, _("已撤回申请；以后可以再次申请"))
    return redirect("repair-counter:records")


@requires("counter.own")
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """A notice or decision as PDF."""
    _application, found = _matter(request, pk)
    return showing.paper(found, paper)


@requires("counter.own")
def application_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The application with its commitment as PDF."""
    _application, found = _matter(request, pk)
    return showing.application_pdf(found)


@requires("counter.own")
def own_file(request: HttpRequest, pk: int, digest: str) -> HttpResponseBase:
    """One of the files the firm brought, as a download; what officers added stays theirs."""
    _application, found = _matter(request, pk)
    kept = attachments.of(found, digest)
    place = attachments.path_of(kept.sha256)
    if kept.by_id is not None or not place.is_file():
        raise NotFound(_("没有这个文件"), file=digest[:16])
    return FileResponse(place.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media_type)


@requires("counter.own")
def commitment(request: HttpRequest) -> HttpResponse:
    """The text of the commitment, to read before anything is asked."""
    listed = policy.current().catalogue(services.COMMITMENT)
    return render(request, "repair/commitment.html", {"title": named(listed), "lines": [named(item) for item in listed.rows], "note": told(listed, "note")})
