"""Desk pages for those who oversee: doubts about visits, and second looks drawn by lot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.ui import sheets
from hengjian.street.draw.forms import SeedForm, SourceForm

from . import forms, oversight, queries, reinspections
from .errors import NotDrawn, NoVisit
from .models import Reinspection, Visit
from .plausibility import Doubt
from .showing import titles

DOUBT_HEADS = (gettext_lazy("检查"), gettext_lazy("检查人员"), gettext_lazy("数值"))
DOUBTS = {
    "travel": (gettext_lazy("路程来不及"), gettext_lazy("同一名检查人员从上一户结束到下一户到场，直线距离超过按每小时 %(speed)s 千米能走的路程（已减去定位误差）。")),
    "short": (gettext_lazy("时间过短"), gettext_lazy("已检查的，从到场到结束不足 %(minutes)s 分钟。")),
    "reused": (gettext_lazy("照片重复使用"), gettext_lazy("同一张照片（摘要相同）出现在两户以上的检查中。")),
    "pair": (gettext_lazy("固定搭档"), gettext_lazy("两人一起检查的次数，占其中检查较少一人次数的 %(share)s%% 以上，且该人至少检查 %(visits)s 户。检查组应由抽取产生。")),
    "unseen": (gettext_lazy("没有到场证明"), gettext_lazy("拒不配合或查无下落的结果，既没有位置，也没有照片。")),
}
SHOWN = 100  # doubts of one kind on the page; the file holds all


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _asked(request: HttpRequest) -> tuple[forms.Days, oversight.Look]:
    on = clock.today()
    period = forms.Days(request.GET) if request.GET else forms.Days({"since": on - timedelta(days=90), "until": on})
    since, until = (period.cleaned_data["since"], period.cleaned_data["until"]) if period.is_valid() else (on, on)
    return period, oversight.look(_officer(request), since, until, on)


@requires("inspection.oversee")
def oversight_page(request: HttpRequest) -> HttpResponse:
    """Doubts about visits with their definitions and rows."""
    period, seen = _asked(request)
    numbers = _numbers(oversight.limits(clock.today()))
    groups = [
        {"kind": kind, "title": title, "what": what % numbers, "count": len(rows), "rows": rows[:SHOWN]}
        for kind, (title, what) in DOUBTS.items()
        for rows in ([(doubt, visits) for doubt, visits in seen.doubts if doubt.kind == kind],)
    ]
    context = {"period": period, "groups": groups, "seen": seen, "heads": DOUBT_HEADS, "shown": SHOWN}
    return render(request, "inspection/oversight.html", context)


@requires("inspection.oversee")
def export(request: HttpRequest) -> HttpResponse:
    """Every doubt of the period as an Excel file."""
    period, seen = _asked(request)
    heads = [_("种类"), _("任务编号"), _("主体"), *DOUBT_HEADS[1:]]
    return sheets.export(
        "doubts", heads, _cells(seen.doubts), of=len(seen.doubts), by=_officer(request), subject="inspection:visits",
        filters={name: f"{day}" for name, day in period.cleaned_data.items()} if period.is_valid() else {},
    )  # fmt: skip


def _cells(doubts: list[tuple[Doubt, list[Visit]]]) -> Iterator[list[object]]:
    for doubt, visits in doubts:
        numbers, names = ("、".join(told) for told in zip(*((v.proceeding.number, v.entity.name) for v in visits), strict=True))
        facts = "；".join(f"{name} {value}" for name, value in doubt.facts.items())
        yield [str(DOUBTS[doubt.kind][0]), numbers, names, "、".join(doubt.officers), facts]


def _numbers(limits: Any) -> dict[str, int]:
    return {
        "speed": int(limits.speed), "minutes": int(limits.shortest // 60), "share": int(limits.pair_share), "visits": limits.pair_visits
    }  # fmt: skip


# Second looks ---------------------------------------------------------------------------------------


@requires("inspection.oversee")
def look_list(request: HttpRequest) -> HttpResponse:
    """Second looks of the own agencies, and the form that closes another list."""
    on = clock.today()
    dates = forms.ListForm(initial={"since": on - timedelta(days=90), "until": on, "count": 1})
    return _looks(request, dates, SourceForm())


def _looks(request: HttpRequest, dates: forms.ListForm, source: SourceForm, status: int = 200) -> HttpResponse:
    looks = queries.reinspections(_officer(request))[:50]
    context = {"looks": looks, "dates": dates, "form": source, "wrong": bool(status != 200)}
    return render(request, "inspection/look_list.html", context, status=status)


@require_POST
@requires("inspection.oversee")
def close_list(request: HttpRequest) -> HttpResponse:
    """Close the list of a second look, and say where the value will come from."""
    officer, dates, source = _officer(request), forms.ListForm(request.POST), SourceForm(request.POST)
    if not (dates.is_valid() and source.is_valid()):
        return _looks(request, dates, source, status=422)
    try:
        row = reinspections.close_list(agency=officer.agency, by=officer, at=clock.now(), source=source.source(), **dates.cleaned_data)
    except Refusal as refusal:
        source.add_error(None, refusal.told(_))
        return _looks(request, dates, source, status=422)
    return redirect("inspection:look", pk=row.pk)


def _row(request: HttpRequest, pk: int) -> Reinspection:
    row = queries.reinspections(_officer(request)).filter(pk=pk).first()
    if row is None:
        raise NoVisit(_("没有这次复查，或者不在您的管辖范围内"), visit=pk)
    return row


@requires("inspection.oversee")
def look(request: HttpRequest, pk: int, form: SeedForm | None = None) -> HttpResponse:
    """One second look: what was closed, the value, the first result and the second side by side."""
    row = _row(request, pk)
    waits = row.drawn_at is None and bool(row.announced)
    if waits and form is None and not row.revealed_at:
        form = SeedForm(source=row.announced)
    pairs = []
    for second in row.visits.select_related("entity", "proceeding", "reinspection").order_by("pk"):
        first = queries.first_of(second)
        results = [queries.result_of(visit) if visit else None for visit in (first, second)]
        codes = [titles(queries.RESULTS, result.codes) if result else [] for result in results]
        pairs.append({"first": first, "second": second, "codes": codes, "differs": bool(codes[1]) and codes[0] != codes[1]})
    told = {"source": row.announced, "source_value": row.value, "seed_evidence": row.evidence}  # as the page of a draw tells it
    context = {"row": row, "pairs": pairs, "form": form, "draw": told, "waits": waits}
    return render(request, "inspection/look.html", context)


@require_POST
@requires("inspection.oversee")
def draw_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the announced value in, draw and send other teams."""
    row, evidence, form = _row(request, pk), {}, None
    if not row.revealed_at and row.announced:
        form = SeedForm(request.POST, request.FILES, source=row.announced)
        if not form.is_valid():
            return look(request, pk, form)
        evidence = form.evidence()
    try:
        sent = reinspections.draw(row, evidence=evidence, by=_officer(request), at=clock.now())
        messages.success(request, _("已抽取并派发 %(n)s 户复查") % {"n": len(sent)})
    except Refusal as refusal:
        messages.error(request, refusal.told(_))
    return redirect("inspection:look", pk=pk)


@requires("inspection.oversee")
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that decided a second look, so that anybody can repeat it; only once it was drawn."""
    row = _row(request, pk)
    if row.drawn_at is None or not row.commitment:
        raise NotDrawn(_("复查还没有抽取，名单和封存的数值不能公开"), visit=pk)
    answer = JsonResponse(reinspections.bundle(row), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="second-look-{row.pk}.json"'
    return answer
