"""Desk pages for those who send teams out, review and follow up. What the phone asks for is in field.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import citing
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.rules import Step
from hengjian.ground.procedure.telling import line
from hengjian.ground.ui import sheets
from hengjian.street.draw import queries as draws
from hengjian.street.register import queries as register

from . import followups, forms, off_plan, queries, reviewing, rules, services, showing
from .models import FollowUp, Result, Visit
from .showing import row_of, titles

HEADS = (
    gettext_lazy("任务编号"), gettext_lazy("主体"), gettext_lazy("抽查计划"), gettext_lazy("检查组"), gettext_lazy("期限"),
    gettext_lazy("办理情况"), gettext_lazy("检查结果"),
)  # fmt: skip
ITEM_HEADS = (gettext_lazy("事项"), gettext_lazy("检查情况"), gettext_lazy("说明"))
HANDED_HEADS = (gettext_lazy("主体"), gettext_lazy("种类"), gettext_lazy("事由"), gettext_lazy("移送机关"), gettext_lazy("期限"), gettext_lazy("签收"))
TOLD = ("arrived", "place", "method", "measure", "to", "receipt", "due", "outcome", "reason")
ROWS = 20


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@requires("inspection.view")
def photo(request: HttpRequest, pk: int, digest: str) -> HttpResponseBase:
    """A kept picture, as a download: what a stranger uploaded is never shown as a page of ours."""
    kept = queries.photo(queries.visit_of(_officer(request), pk), digest)
    ending = kept.media_type.rsplit("/", 1)[-1]
    return FileResponse(
        services.path_of(kept.sha256).open("rb"), as_attachment=True, filename=f"{kept.sha256[:16]}.{ending}",
        content_type=kept.media_type,
    )  # fmt: skip


# The desk -----------------------------------------------------------------------------------------


@requires("inspection.view")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: where it stands, its result, what may be done next, its record."""
    officer, on = _officer(request), clock.today()
    found = queries.visit_of(officer, pk)
    result = queries.result_of(found)
    open_acts = procedures.acts_open_to(found.proceeding, officer, on)
    for own in ("record", "arrive", "settle"):
        open_acts.pop(own, None)
    may_send_back = open_acts.pop("send-back", None) is not None
    may_follow = open_acts.pop("follow", None) is not None
    opens = may(request, "register.view") and register.opens(officer, found.entity)
    context = {
        "visit": found, "opens_entity": opens, "result": result, "shown": _shown(result) if result else {}, "earlier": queries.earlier_results(found),
        "steps": _steps(found), "clocks": procedures.clocks_of(found.proceeding, on),
        "acts": {name: named(act) for name, act in open_acts.items()},
        "events": _events(found), "of": found.follow_up, "item_heads": ITEM_HEADS,
        "photos": [(photo, titles(queries.ITEMS, [photo.item])[0] if photo.item else "") for photo in queries.photos_of(found)],
        "parts": showing.parts_of(found), "follow_ups": [_follow_up(row, officer) for row in queries.follow_ups_of(found)],
        "may_follow": may_follow, "may_send_back": may_send_back, "agencies": Agency.objects.order_by("path"),
        "disposals": [pair for pair in showing.listed(queries.DISPOSALS, on) if pair[0] != rules.NO_FOLLOW_UP],
        "drafts": [(row, showing.draft(row)) for row in queries.drafts_of(found)],
        "may_record": result is None and officer in found.officers.all() and may(request, "inspection.record"),
        "may_undo": result is not None and result.reviewed is not None and may(request, "procedure.undo"),
    }  # fmt: skip
    return render(request, "inspection/visit.html", context)


def _shown(result: Result) -> dict[str, Any]:
    """The result in words, and what it sets running."""
    due = [
        {
            "title": named(policy.current().term(one.rule)), "due": one.day, "provisional": one.provisional, "basis": citing.cited(one.basis),
            "doubt": citing.doubt(one.confidence),
            "steps": [line(step) for step in one.steps],
        }
        for one in queries.deadlines_of(result)
    ]  # fmt: skip
    return showing.result(result) | {"due": due, "signed": showing.signatures(result)}


def _steps(found: Visit) -> list[dict[str, str]]:
    look = {"done": "done", "current": "now", "ahead": ""}
    return [
        {"title": named(step), "note": _when(step), "state": look[step.status] if step.on or step.status != "done" else ""}
        for step in procedures.steps_of(found.proceeding)
    ]


def _when(step: Step) -> str:
    """The day of a step; one that was passed over says so."""
    return f"{step.on:%m-%d}" if step.on else _("未办理") if step.status == "done" else ""


def _events(found: Visit) -> list[dict[str, str]]:
    """The chained record, oldest first."""
    acts = procedures.definition(services.KIND).acts
    words = {"open": _("派发"), "undo": _("撤回")}
    return [
        {
            "at": f"{event.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
            "title": words.get(event.act) or named(acts[event.act]),
            "note": "：".join(filter(None, (_("、").join(o.name for o in (event.by, event.second) if o), _reason(event.body)))),
        }
        for event in found.proceeding.events.all()
    ]


def _reason(body: dict[str, Any]) -> str:
    told = {name: str(body[name]) for name in TOLD if body.get(name)}
    if arrived := told.get("arrived", ""):
        told["arrived"] = arrived.replace("T", " ")[:16]
    return _("；").join(told.values()) if "path" not in body and "draw" not in body else ""


@requires("inspection.view")
def overview(request: HttpRequest) -> HttpResponse:
    """All visits in the officer's scope, with filters; draws whose teams still wait to be sent."""
    officer, on = _officer(request), clock.today()
    form, found = _filtered(request, on)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "rows": [row_of(visit) for visit in page], "heads": HEADS, "on": on,
        "counts": queries.counts(officer, on),
        "draws": queries.unassigned(officer) if may(request, "inspection.assign") else [],
        "unsent": off_plan.unsent(officer).count() if may(request, "inspection.assign") else 0,
    }  # fmt: skip
    return render(request, "inspection/overview.html", context)


def _filtered(request: HttpRequest, on: date) -> tuple[forms.Filter, Any]:
    officer = _officer(request)
    form = forms.Filter(request.GET, plans=queries.plans_of(officer))
    wanted = form.cleaned_data if form.is_valid() else {}
    return form, queries.filtered(queries.visible_to(officer), on, **wanted)


@requires("inspection.view")
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as an Excel file."""
    on = clock.today()
    form, found = _filtered(request, on)
    rows = (_cells(row_of(visit)) for visit in found[: sheets.MOST].iterator(chunk_size=500))
    heads = [HEADS[0], HEADS[1], _("统一社会信用代码"), *HEADS[2:]]
    filters = getattr(form, "cleaned_data", {})
    return sheets.export("inspection", heads, rows, of=found.count(), by=_officer(request), subject="inspection:visits", filters=filters)


def _cells(row: dict[str, Any]) -> list[object]:
    visit = row["visit"]
    return [
        visit.proceeding.number, visit.entity.name, visit.entity.uscc, visit.proceeding.title,
        _("、").join(officer.name for officer in visit.officers.all()), visit.due, row["state"], _("、").join(row["results"]),
    ]  # fmt: skip


@require_POST
@requires("inspection.assign")
def assign(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the teams of a draw."""
    officer = _officer(request)
    sent = services.assign_visits(draws.draw_of(officer, slug, leading=True), by=officer, at=clock.now())
    messages.success(request, _("已派发 %(count)s 项检查任务") % {"count": len(sent)})
    return redirect("inspection:overview")


@require_POST
@requires("inspection.view")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act of the procedure after the result: notice, review, follow-up, closing. The procedure asks for the power."""
    officer = _officer(request)
    found = queries.visit_of(officer, pk)
    form = forms.ActForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("；").join(f"{error}" for errors in form.errors.values() for error in errors))
        return redirect("inspection:visit", pk=pk)
    try:
        services.advance(
            found, act, by=officer, at=clock.now(), expected_version=form.cleaned_data["version"], body=form.body()
        )
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:visit", pk=pk)


@require_POST
@requires("inspection.review")
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a result back to its team before it counts."""
    officer, form = _officer(request), forms.ActForm(request.POST)
    found = queries.visit_of(officer, pk)
    if form.is_valid():
        reason, version = request.POST.get("reason", "")[:400], form.cleaned_data["version"]
        try:
            reviewing.send_back(found, reason=reason, by=officer, at=clock.now(), expected_version=version)
            messages.success(request, _("已退回检查组补正"))
        except Refusal as refusal:
            messages.error(request, _why(refusal))
    return redirect("inspection:visit", pk=pk)


@require_POST
@requires("procedure.undo")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong result back."""
    officer = _officer(request)
    try:
        services.take_back(
            queries.visit_of(officer, pk), reason=request.POST.get("reason", "")[:400], by=officer, at=clock.now()
        )
        messages.success(request, _("原结果已撤回，由检查组重新录入"))
    except procedure.FieldMissing as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:visit", pk=pk)


# What follows -------------------------------------------------------------------------------------


def _follow_up(row: FollowUp, officer: Any) -> dict[str, Any]:
    """A follow-up with what may be done about it, and the matter it is kept under where this officer may open it."""
    open_ = row.settled is None
    return {
        "row": row, "kind": titles(queries.DISPOSALS, [row.disposal])[0],
        "waits": open_ and row.disposal in followups.HANDED_OVER and row.received is None,
        "letter": row.disposal in followups.LETTERS, "may_recheck": open_ and row.disposal == rules.RECTIFY, "rechecks": list(row.rechecks.all()),
        "matter": procedures.visible_to(officer).filter(number=row.receipt).first() if row.receipt else None,
    }  # fmt: skip


def _why(refusal: Refusal) -> str:
    """What is wrong, field by field where the refusal says so."""
    fields = refusal.facts.get("fields")
    return _("；").join(wrong.told(_) for wrong in fields.values()) if isinstance(fields, dict) and fields else refusal.told(_)


@require_POST
@requires("inspection.record")
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a follow-up of a reviewed result."""
    officer, form = _officer(request), forms.FollowForm(request.POST)
    found = queries.visit_of(officer, pk)
    if form.is_valid():
        said = form.cleaned_data
        to = Agency.objects.filter(code=said["to"]).first()
        try:
            followups.follow(
                found, disposal=said["disposal"], measure=said["measure"], due=said["due"], to=to, by=officer, at=clock.now(),
                expected_version=said["version"],
            )  # fmt: skip
        except Refusal as refusal:
            messages.error(request, _why(refusal))
    else:
        messages.error(request, _("请选择后续处理的种类，日期按 2026-03-02 的写法填写"))
    return redirect("inspection:visit", pk=pk)


@require_POST
@requires("inspection.record")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what came of a follow-up."""
    return _about(request, pk, lambda row, by: followups.settle(row, outcome=request.POST.get("outcome", ""), by=by, at=clock.now()))


@require_POST
@requires("inspection.record")
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the team to see whether the order was followed."""
    return _about(request, pk, lambda row, by: followups.recheck(row, by=by, at=clock.now()))


def _about(request: HttpRequest, pk: int, do: Any) -> HttpResponse:
    officer = _officer(request)
    row = queries.follow_up(officer, pk)
    try:
        do(row, officer)
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:visit", pk=row.visit_id)


@requires("inspection.view")
def handed_over(request: HttpRequest) -> HttpResponse:
    """Matters that other teams hand over to the officer's agencies and nobody has taken over yet."""
    officer = _officer(request)
    rows = [_follow_up(row, officer) for row in queries.handed_to(officer)[:200]]
    return render(request, "inspection/handed_over.html", {"rows": rows, "heads": HANDED_HEADS})


@require_POST
@requires("inspection.view")
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a matter over, under the number it is kept under here. The service asks whether it was sent here."""
    officer = _officer(request)
    followups.receive(queries.follow_up(officer, pk), number=request.POST.get("number", ""), by=officer, at=clock.now())
    messages.success(request, _("已签收"))
    return redirect("inspection:handed_over")


@require_POST
@requires("inspection.view")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what came of a matter that was taken over. The service asks whether it was sent here."""
    officer = _officer(request)
    try:
        followups.answer(queries.follow_up(officer, pk), outcome=request.POST.get("outcome", ""), by=officer, at=clock.now())
        messages.success(request, _("处理结果已反馈给移送机关"))
    except Refusal as refusal:
        messages.error(request, _why(refusal))
    return redirect("inspection:handed_over")
