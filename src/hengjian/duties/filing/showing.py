"""Figures in words and charts, for the page, the sheet and the printed report alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.people.language import named, office
from hengjian.ground.ui import charts

Line = dict[str, Any]
TONES = {
    "red": ("red", "circle-x", gettext_lazy("红灯")), "yellow": ("yellow", "alert-triangle", gettext_lazy("黄灯")),
    "green": ("green", "circle-check", gettext_lazy("绿灯")), "grey": ("grey", "help", gettext_lazy("无从判断")),
}  # fmt: skip
MEASURES = {
    "time": gettext_lazy("及时"), "taken": gettext_lazy("退回"), "right": gettext_lazy("准确"), "heard": gettext_lazy("静默"),
}  # fmt: skip
UNITS = {"working_day": gettext_lazy("工作日"), "calendar_day": gettext_lazy("日"), "": gettext_lazy("工作日")}
HEADS = [
    gettext_lazy("机关代码"), gettext_lazy("机关"), gettext_lazy("数据种类"), gettext_lazy("批次"), gettext_lazy("收到"), gettext_lazy("接收"),
    gettext_lazy("重复"), gettext_lazy("退回"), gettext_lazy("存量"), gettext_lazy("时限"), gettext_lazy("有时限的行"), gettext_lazy("逾期行"),
    gettext_lazy("中位数（工作日）"), gettext_lazy("九成以内（工作日）"), gettext_lazy("最慢十分之一（平均工作日）"), gettext_lazy("选填项填写率"),
    gettext_lazy("复核"), gettext_lazy("有差错"), gettext_lazy("差错率下限"), gettext_lazy("差错率上限"), gettext_lazy("静默起自"), gettext_lazy("判断"),
]  # fmt: skip


def kind_title(kind: str) -> str:
    records = policy.current().records
    return named(records[kind]) if kind in records else kind


def field_title(kind: str, name: str) -> str:
    record = policy.current().records.get(kind)
    return named(record.fields[name]) if record and name in record.fields else name


def look(tone: str) -> tuple[str, str, str]:
    colour, icon, word = TONES[tone]
    return colour, icon, str(word)


def shown(line: Line) -> Line:
    """A source as the templates show it."""
    sample = line["sample"]
    return {
        **line, "kind_title": kind_title(line["kind"]), "look": look(line["tone"]),
        "looks": [(str(title), *look(line["tones"][name])) for name, title in MEASURES.items()],
        "late_share": line["late"] / line["timed"] if line["timed"] else None,
        "rejected_share": line["rejected"] / line["received"] if line["received"] else None,
        "limit_words": f"{line['limit']} {UNITS.get(line['unit'], line['unit'])}" if line["limit"] is not None else "",
        "thin_words": "、".join(f"{field_title(line['kind'], name)} {share:.0%}" for name, share in line["thin"]),
        "checked": sample and sample["seen"],
    }  # fmt: skip


def unit(one: Line) -> Line:
    return {**one, "sources": [shown(line) for line in one["sources"]], "look": look(one["tone"]),
            "looks": [(str(title), *look(one["tones"][name])) for name, title in MEASURES.items()]}  # fmt: skip


def counted(units: Iterable[Line]) -> dict[str, int]:
    found = Counter(one["tone"] for one in units)
    return {tone: found[tone] for tone in TONES}


def row(line: Line) -> list[object]:
    """A source as a row of the sheet."""
    sample = line["sample"] or {}
    return [
        line["agency"], line["name"], kind_title(line["kind"]), line["deliveries"], line["received"], line["accepted"], line["duplicate"],
        line["rejected"], line["stock"], shown(line)["limit_words"], line["timed"], line["late"], line["median"], line["p90"], line["worst"],
        line["filled"], sample.get("seen"), sample.get("wrong"), sample.get("low"), sample.get("high"),
        (line["silent"] or {}).get("last"), look(line["tone"])[2],
    ]  # fmt: skip


UNIT_HEADS = [
    gettext_lazy("机关代码"), gettext_lazy("机关"), gettext_lazy("判断"), gettext_lazy("收到"), gettext_lazy("退回"), gettext_lazy("逾期行"),
    gettext_lazy("逾期（最差来源）"), gettext_lazy("九成以内（工作日）"), gettext_lazy("最慢十分之一（平均工作日）"), *MEASURES.values(),
]  # fmt: skip
OWED_HEADS = [gettext_lazy("数据种类"), gettext_lazy("谁应当报"), gettext_lazy("年度"), gettext_lazy("区"), gettext_lazy("应报"), gettext_lazy("已报"),
              gettext_lazy("判断")]  # fmt: skip


def further(units: list[Line], owed: Iterable[Line]) -> list[tuple[str, list[Any], list[list[object]]]]:
    """The league and what is owed, as sheets beside that of the sources."""
    league: list[list[object]] = [
        [one["agency"], one["name"], look(one["tone"])[2], one["received"], one["rejected"], one["late"],
         round(one["late_share"], 4) if one["late_share"] is not None else None, one["p90"], one["worst"], *(look(one["tones"][name])[2] for name in MEASURES)]
        for one in units
    ]  # fmt: skip
    rows: list[list[object]] = [
        [table["title"], table["what"], row["year"], row["title"], row["expected"], row["received"], row["look"][2]] for table in owed for row in table["rows"]
    ]
    return [(str(_("各机关")), UNIT_HEADS, league), *([(str(_("应报与已报")), OWED_HEADS, rows)] if rows else [])]


def slowest(units: list[Line]) -> dict[str, Any]:
    """The slowest tenth beside the nine tenths, unit by unit: a mean would hide both."""
    known = [one for one in units if one["worst"] is not None][:20]
    names = [office(one["name"]) for one in known]
    return _bars(names, [(str(_("九成以内")), charts.OPEN, [one["p90"] for one in known]), (str(_("最慢十分之一")), charts.LATE, [one["worst"] for one in known])])


def _bars(names: list[str], parts: list[tuple[str, str, list[float]]]) -> dict[str, Any]:
    chart = charts.stacked_bars(names, [(name, colour, values) for name, colour, values in parts])
    for series in chart["series"]:
        series.pop("stack")
    return chart


def distribution(line: Line) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """How many rows took how many working days, and the same as a table; long tails are put together."""
    delays = {int(day): rows for day, rows in line["delays"].items()}
    edges = [*range(11), 15, 20, 30, 60, 120]
    rows: list[tuple[str, int]] = []
    for at, low in enumerate(edges):
        high = edges[at + 1] - 1 if at + 1 < len(edges) else None
        n = sum(count for day, count in delays.items() if day >= low and (high is None or day <= high))
        rows.append((f"{low}" if high == low else f"{low}–{high}" if high is not None else f"{low}+", n))
    while len(rows) > 1 and not rows[-1][1]:
        rows.pop()
    option = {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 28, "containLabel": True}, "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [name for name, _n in rows], "name": str(_("工作日")), "nameLocation": "middle", "nameGap": 26},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"type": "bar", "barMaxWidth": 28, "data": [_bar(name, n, line["limit"]) for name, n in rows]}],
    }  # fmt: skip
    return option, rows


def _bar(name: str, rows: int, limit: int | None) -> dict[str, Any]:
    low = int(name.rstrip("+").split("–")[0])
    return {"value": rows, "itemStyle": {"color": charts.LATE if limit is not None and low > limit else charts.OPEN}}


def cells(kind: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """A record field by field, as an officer compares it with the original: codes in words, amounts in yuan."""
    law = policy.current()
    record = law.record(kind)
    found = []
    for name, field in record.fields.items():
        fen = data.get(f"{name.removesuffix('_yuan')}_fen")
        value = data.get(name, data.get("unrecognised", {}).get(name))
        if fen is not None:
            value = f"{fen / 100:,.2f}"
        elif field.catalogue and value is not None:
            value = "、".join(law.catalogue(field.catalogue).title_of(one) for one in (value if isinstance(value, list) else [value]))
        if value is not None and field.privacy != "protected":
            found.append((named(field), str(value)))
    return found
