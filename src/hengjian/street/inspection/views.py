"""Field pages for the team, desk pages for those who send it out and review it."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import citing
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.errors import problem
from hengjian.ground.people.language import named, title_in
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.rules import Step
from hengjian.ground.procedure.telling import line
from hengjian.ground.ui import sheets
from hengjian.street.draw import queries as draws

from . import forms, queries, rules, services
from .errors import BadFinding, BadPhoto
from .models import Result, Visit

HEADS = (
    gettext_lazy("任务编号"), gettext_lazy("主体"), gettext_lazy("抽查计划"), gettext_lazy("检查组"), gettext_lazy("期限"),
    gettext_lazy("办理情况"), gettext_lazy("检查结果"),
)  # fmt: skip
ITEM_HEADS = (gettext_lazy("事项"), gettext_lazy("检查情况"), gettext_lazy("说明"))
ROWS = 20


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def titles(catalogue: str, codes: list[str]) -> list[str]:
    """Titles of codes, in the language of the page."""
    return [title_in(catalogue, code) for code in codes]


def _listed(catalogue: str, on: date) -> list[tuple[str, str]]:
    return [(item.code, named(item)) for item in policy.current().catalogue(catalogue).on(on).values()]


def row_of(visit: Visit) -> dict[str, Any]:
    """One line of a list."""
    standing: Result | None = next(iter(visit.standing), None)  # type: ignore[attr-defined]
    state = procedures.state_of(visit.proceeding)
    against = standing and rules.speaks_against(standing.codes, queries.lists_for(visit, timezone.localdate(standing.recorded)))
    return {
        "visit": visit, "state": named(procedures.definition(services.KIND).states[state]), "closed": visit.proceeding.closed,
        "result": standing, "results": titles(queries.RESULTS, standing.codes) if standing else [],
        "against": bool(against),
    }  # fmt: skip


# The team in the field ----------------------------------------------------------------------------


@requires("inspection.record")
def visit_list(request: HttpRequest) -> HttpResponse:
    """My visits: those still to be made, nearest day first, and the last ones made."""
    mine, on = queries.mine(_officer(request)), clock.today()
    waiting = [row_of(visit) for visit in mine.filter(recorded=False)]
    done = [row_of(visit) for visit in mine.filter(recorded=True).order_by("-pk")[:ROWS]]
    late = sum(row["visit"].due < on for row in waiting)
    return render(request, "inspection/visit_list.html", {"waiting": waiting, "done": done, "late": late, "on": on})


@never_cache
@requires("inspection.record")
def visit_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The one form for all items. A script sends it by itself and again after signal loss; without script it is a form."""
    officer = _officer(request)
    found = queries.visit_of(officer, pk)
    if request.method == "POST":
        return _sent(request, found)
    if found.recorded or officer not in found.officers.all():  # type: ignore[attr-defined]
        return redirect("inspection:visit", pk=pk)
    return _form(request, found, rules.Finding(path="", disposal=""), secrets.token_hex(16), {})


def _sent(request: HttpRequest, found: Visit) -> HttpResponse:
    data = {name: request.POST.get(name, "") for name in request.POST}
    several = {name: request.POST.getlist(name) for name in ("codes", "photos")}
    finding, token = forms.finding_of(data, several, found.items), data.get("token", "")
    place = reverse("inspection:visit", kwargs={"pk": found.pk})
    try:
        services.record_result(found, finding, token=token, by=_officer(request), at=clock.now())
    except BadFinding as refusal:
        fields = refusal.facts["fields"]
        if _wants_json(request):
            return problem(422, refusal.code, refusal.told(_), fields=fields)
        return _form(request, found, finding, token, fields, status=422)
    if _wants_json(request):
        return JsonResponse({"location": place})
    messages.success(request, _("检查结果已录入"))
    return redirect(place)


def _form(
    request: HttpRequest, found: Visit, finding: rules.Finding, token: str, wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    on = clock.today()
    given = {answer.item: answer for answer in finding.answers}
    items = [
        {"code": code, "title": word, "given": given.get(code), "wrong": wrong.get(f"item:{code}", "")}
        for code, word in zip(found.items, titles(queries.ITEMS, found.items), strict=True)
    ]
    context = {
        "visit": found, "token": token, "wrong": wrong, "finding": finding, "items": items, "paths": forms.PATHS,
        "answers": forms.ANSWERS, "results": _results(finding, on), "photos": queries.photos_of(found),
        "disposals": _listed(queries.DISPOSALS, on), "methods": _listed(queries.METHODS, on),
        "method": finding.method or "1", "most": forms,
    }  # fmt: skip
    return render(request, "inspection/visit_form.html", context, status=status)


def _results(finding: rules.Finding, on: date) -> dict[str, Any]:
    """Result codes in three groups: nothing found; something found; the rest, seldom needed."""
    listed = policy.current().catalogue(queries.RESULTS).on(on)
    items = [item for code, item in listed.items() if code not in rules.CODE_OF.values()]
    clean = [item for item in items if item.code == rules.NO_PROBLEM]
    found = [item for item in items if item.extra.get("negative") or item.code == rules.CORRECTED]
    other = [item for item in items if item not in clean and item not in found]
    groups = {"clean": clean, "found": found, "other": other}
    told: dict[str, Any] = {name: [(item.code, named(item)) for item in group] for name, group in groups.items()}
    return told | {"open": any(item.code in finding.codes for item in other)}


@require_POST
@requires("inspection.record")
def photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one picture; answers its digest."""
    found = queries.visit_of(_officer(request), pk)
    upload = request.FILES.get("photo")
    if upload is None:
        raise BadPhoto(_("请选择一张照片"))
    item = request.POST.get("item", "")
    kept = services.add_photo(found, upload.read(), by=_officer(request), at=clock.now(), item=item)
    return JsonResponse({"sha256": kept.sha256, "size": kept.size, "width": kept.width, "height": kept.height})


@requires("inspection.view")
def photo(request: HttpRequest, pk: int, digest: str) -> HttpResponseBase:
    """A kept picture, as a download: what a stranger uploaded is never shown as a page of ours."""
    kept = queries.photo(queries.visit_of(_officer(request), pk), digest)
    ending = kept.media_type.rsplit("/", 1)[-1]
    return FileResponse(
        services.path_of(kept.sha256).open("rb"), as_attachment=True, filename=f"{kept.sha256[:16]}.{ending}",
        content_type=kept.media_type,
    )  # fmt: skip


@requires("inspection.record")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: it must be served from the folder it looks after."""
    found = finders.find("inspection/worker.js")
    with open(str(found), encoding="utf-8") as file:
        return HttpResponse(file.read(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


# The desk -----------------------------------------------------------------------------------------


@requires("inspection.view")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: where it stands, its result, what may be done next, its record."""
    officer, on = _officer(request), clock.today()
    found = queries.visit_of(officer, pk)
    result = queries.result_of(found)
    open_acts = procedures.acts_open_to(found.proceeding, officer, on)
    open_acts.pop("record", None)
    context = {
        "visit": found, "result": result, "shown": _shown(result) if result else {}, "earlier": queries.earlier_results(found),
        "steps": _steps(found), "clocks": procedures.clocks_of(found.proceeding, on),
        "acts": {name: named(act) for name, act in open_acts.items()},
        "events": _events(found), "photos": queries.photos_of(found), "item_heads": ITEM_HEADS,
        "item_titles": titles(queries.ITEMS, found.items),
        "may_record": result is None and officer in found.officers.all() and may(request, "inspection.record"),
        "may_undo": result is not None and may(request, "procedure.undo"),
    }  # fmt: skip
    return render(request, "inspection/visit.html", context)


def _shown(result: Result) -> dict[str, Any]:
    """The result in words."""
    names = {answer["item"]: answer for answer in result.answers}
    words = {code: str(word) for code, word in forms.ANSWERS}
    due = [
        {
            "title": named(policy.current().term(one.rule)), "due": one.day, "provisional": one.provisional, "basis": citing.cited(one.basis),
            "doubt": citing.doubt(one.confidence),
            "steps": [line(step) for step in one.steps],
        }
        for one in queries.deadlines_of(result)
    ]  # fmt: skip
    items = zip(titles(queries.ITEMS, list(names)), names.values(), strict=True)
    return {
        "path": dict(forms.PATHS)[result.path], "due": due, "codes": titles(queries.RESULTS, result.codes),
        "disposal": titles(queries.DISPOSALS, [result.disposal])[0], "method": titles(queries.METHODS, [result.method])[0],
        "items": [{"title": item, "word": words[answer["answer"]], **answer} for item, answer in items],
    }  # fmt: skip


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
            "note": "、".join(o.name for o in (event.by, event.second) if o) + _reason(event.body),
        }
        for event in found.proceeding.events.all()
    ]


def _reason(body: dict[str, Any]) -> str:
    said = [str(body[name]) for name in ("method", "measure", "due", "outcome", "reason") if body.get(name)]
    return f"：{'；'.join(said)}" if said and "path" not in body and "draw" not in body else ""


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
        "、".join(officer.name for officer in visit.officers.all()), visit.due, row["state"], "、".join(row["results"]),
    ]  # fmt: skip


@require_POST
@requires("inspection.assign")
def assign(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the teams of a draw."""
    officer = _officer(request)
    sent = services.assign_visits(draws.draw_of(officer, slug), by=officer, at=clock.now())
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
        messages.error(request, "；".join(f"{error}" for errors in form.errors.values() for error in errors))
        return redirect("inspection:visit", pk=pk)
    try:
        services.advance(
            found, act, by=officer, at=clock.now(), expected_version=form.cleaned_data["version"], body=form.body()
        )
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
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
