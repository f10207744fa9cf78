"""What random inspection tells: rates with their uncertainty, coverage, arms, inspectors, areas, and the worth of a score."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground.kit import clock
from hengjian.ground.people.access import may, requires
from hengjian.ground.ui import sheets

from . import chance, forms, queries, risk
from .chance import Arm, Row
from .estimates import Estimate, share

ROWS = 30
SHOWN = 16  # bars of a chart
TITLES = {"district": gettext_lazy("按区"), "sector": gettext_lazy("按行业"), "class": gettext_lazy("按类别")}
WAYS = {
    "random": gettext_lazy("随机次序"), "one-line": gettext_lazy("一句话规则：上次有问题的先去"),
    "score": gettext_lazy("评分（不用检查人员的信息）"), "score-with-inspector": gettext_lazy("评分加上检查人员（只作对照，不采用）"),
}  # fmt: skip
HEADS = [
    gettext_lazy("统一社会信用代码"), gettext_lazy("名称"), gettext_lazy("抽取"), gettext_lazy("类别"), gettext_lazy("区"), gettext_lazy("行业"),
    gettext_lazy("被抽查概率"), gettext_lazy("权重"), gettext_lazy("递补"), gettext_lazy("结果"), gettext_lazy("检查日期"),
]  # fmt: skip


def _asked(request: HttpRequest) -> tuple[forms.Period, Arm, dict[str, Any]]:
    officer, today = request.officer, clock.today()  # type: ignore[attr-defined]
    form = forms.Period(forms.Period.filled(request.GET, today), plans=queries.plans_of(officer))
    given = form.cleaned_data if form.is_valid() else {}
    since, until = given.get("since") or today - forms.YEAR, given.get("until") or today
    side = request.GET.get("by", "")
    asked = {"since": since, "until": until, "plan": given.get("plan", ""), "by": side if side in chance.SIDES else "district"}
    return form, chance.arm(officer, since=since, until=until, plan=asked["plan"]), asked


@requires("inspection.view")
def estimates(request: HttpRequest) -> HttpResponse:
    """The page; `by` chooses the domains, `rows` opens the picks behind one of them."""
    form, found, asked = _asked(request)
    domains = found.by(asked["by"])
    behind, opened = _behind(request, found, asked["by"])
    context: dict[str, Any] = {
        "form": form, "arm": found, "whole": found.whole, "asked": asked, "domains": domains, "behind": behind, "opened": opened,
        "chart": _chart(domains[:SHOWN], found.whole), "title": TITLES[asked["by"]],
        "tabs": [{"href": _with(request, by=side), "title": title, "here": side == asked["by"]} for side, title in TITLES.items()],
        "chosen": share(found.chosen[1], found.chosen[0]), "parities": chance.parities(found) if found.rows else [],
    }  # fmt: skip
    if found.whole.seen and may(request, "inspection.review"):
        spread, officers = chance.spread(found)
        context |= {"spread": spread, "effects": [(officers[each.officer], each) for each in spread.effects if each.officer in officers]}
    if trial := risk.trial(request.officer):  # type: ignore[attr-defined]
        context |= {"trial": trial, "ways": [(WAYS[way.name], way) for way in trial.ways]}
    return render(request, "inspection/estimates.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    params = request.GET.copy()
    for name in ("rows", "page"):
        params.pop(name, None)
    for name, value in changes.items():
        params[name] = value
    return "?" + params.urlencode()


def _behind(request: HttpRequest, found: Arm, side: str) -> tuple[Any, str]:
    """The picks of the domain that was opened, those with a finding first."""
    if "rows" not in request.GET:
        return None, ""
    code = request.GET["rows"].strip("-")[:20]
    rows = sorted((row for row in found.rows if row.side(side) == code), key=lambda row: (not row.found, not row.seen, row.uscc))
    return Paginator(rows, ROWS).get_page(request.GET.get("page")), chance.title_of(side, code)


def _chart(domains: list[tuple[str, str, Estimate]], whole: Estimate) -> dict[str, Any]:
    """Intervals as bars that float, the rate as a dot on each, the whole as a line."""
    known = [(title, each) for _code, title, each in reversed(domains) if each.rate is not None]
    percent = [[round(100 * (value or 0), 2) for value in (each.low, each.rate, each.high)] for _title, each in known]
    hidden = {"type": "bar", "stack": "interval", "silent": True, "barMaxWidth": 14}
    line = {"symbol": "none", "silent": True, "label": {"formatter": _("全部")}, "lineStyle": {"color": "#66758a"}, "data": [{"xAxis": round(100 * (whole.rate or 0), 2)}]}
    return {
        "legend": {"top": 0, "data": [_("置信区间"), _("估计值")]},
        "grid": {"left": 8, "right": 32, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": [title for title, _each in known]},
        "series": [
            {**hidden, "name": _("下限"), "itemStyle": {"color": "transparent"}, "tooltip": {"show": False}, "data": [low for low, _rate, _high in percent]},
            {**hidden, "name": _("置信区间"), "itemStyle": {"color": "#9dbfe6"}, "data": [round(high - low, 2) for low, _rate, high in percent]},
            {"name": _("估计值"), "type": "scatter", "symbolSize": 10, "itemStyle": {"color": "#0b3d7a"}, "markLine": line,
             "data": [[rate, place] for place, (_low, rate, _high) in enumerate(percent)]},
        ],
    }  # fmt: skip


@requires("inspection.view")
def export(request: HttpRequest) -> HttpResponse:
    """Every pick with its probability, weight and result, so that anybody can recompute the rates."""
    _form, found, asked = _asked(request)
    slugs = {draw.pk: draw.slug for draw in found.draws}
    filters = {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}
    rows = (_cells(row, slugs) for row in found.rows)
    officer = request.officer  # type: ignore[attr-defined]
    return sheets.export("estimates", HEADS, rows, of=len(found.rows), by=officer, subject="inspection:estimates", filters=filters)


def _cells(row: Row, slugs: dict[int, str]) -> list[object]:
    result = _("未录入") if not row.seen else _("有问题") if row.found else _("未发现问题")
    return [
        row.uscc, row.name, slugs[row.draw], chance.title_of("class", row.stratum), chance.title_of("district", row.district),
        chance.title_of("sector", row.sector), row.probability, 1 / row.probability, _("是") if row.reserve else "", result, row.on,
    ]  # fmt: skip
