"""Pages of the supervision of enforcement: checks, appraisal, marks from above, the overdue wall, file reviews, like cases."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import english, named
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.ui import sheets
from hengjian.ground.ui.pages import address

from . import consistency, likeness, oversight, queries, reviewing
from .models import FileReview, Precedent

STAGES = ("before", "during", "after")


def _officer(request: HttpRequest) -> Officer:
    officer: Officer = request.officer  # type: ignore[attr-defined]
    return officer


def quarter_of(text: str, on: date) -> tuple[str, date, date]:
    """`2026-Q1` as its name, first and last day; the running quarter where it says something else."""
    year, _sep, number = text.partition("-Q")
    if not (year.isdecimal() and len(year) == 4 and int(year) > 1900 and number in ("1", "2", "3", "4")):
        year, number = str(on.year), str((on.month - 1) // 3 + 1)
    first = date(int(year), int(number) * 3 - 2, 1)
    after = date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)
    return f"{first.year}-Q{number}", first, after - timedelta(days=1)


def quarters(on: date) -> list[str]:
    """The last eight, the running one first."""
    found, year, number = [], on.year, (on.month - 1) // 3 + 1
    for _n in range(8):
        found.append(f"{year}-Q{number}")
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return found


def _tabs(here: str) -> list[dict[str, Any]]:
    names = {"oversight": _("核对和考评"), "wall": _("超期墙"), "reviews": _("案卷评查"), "consistency": _("类案同罚")}
    return [{"href": address(f"casework:{name}"), "title": title, "here": name == here} for name, title in names.items()]


@requires("casework.watch")
def overview(request: HttpRequest) -> HttpResponse:
    """What the records of a quarter show to be wrong, how units compare, and what stands under a mark from above."""
    officer, on = _officer(request), clock.today()
    name, since, until = quarter_of(request.GET.get("quarter", ""), on)
    found = oversight.matters_of(officer, since, until)
    looked, listed = oversight.look(found, on), oversight.checks(on)
    readable = kernel.open_to(officer, request.powers, [one.matter.pk for one in looked])  # type: ignore[attr-defined]
    counts = Counter(fault.code for one in looked for fault in one.faults)
    code = request.GET.get("check", "")
    found_wrong = [(one, fault) for one in looked for fault in one.faults if fault.code in listed and code in ("", fault.code)]
    found_wrong.sort(key=lambda pair: (not listed[pair[1].code].grave, -pair[1].on.toordinal()))
    rows = [
        {"matter": one.matter, "fault": fault, "check": listed[fault.code], "open": one.matter.pk in readable} for one, fault in found_wrong
    ]  # fmt: skip
    listing = policy.current().catalogue("enforcement-appraisal").on(on)
    ends = ("over_en", "of_en") if english() else ("over", "of")
    indicators = [{"code": one.code, "title": named(one), "over": one.extra[ends[0]], "of": one.extra[ends[1]]} for one in listing.values()]
    context = {
        "tabs": _tabs("oversight"), "quarter": name, "quarters": quarters(on), "since": since, "until": until, "total": found.count(),
        "looked": len(looked), "most": oversight.MOST, "rows": rows[:100], "more": max(0, len(rows) - 100), "check": code,
        "stages": [(stage, [(key, one, counts[key]) for key, one in listed.items() if one.stage == stage]) for stage in STAGES],
        "indicators": indicators, "units": [(unit, [unit.rates[str(one["code"])] for one in indicators]) for unit in oversight.appraised(looked)],
        "marked": oversight.supervised(kernel.visible_to(officer), on), "readable": readable,
    }  # fmt: skip
    return render(request, "casework/oversight.html", context)


@requires("casework.watch")
def wall(request: HttpRequest) -> HttpResponse:
    """For a screen on the wall: what is late and what ends in three days, without names of parties; it renews itself."""
    officer, on = _officer(request), clock.today()
    rows = oversight.overdue(kernel.visible_to(officer).filter(kind__in=queries.LISTED), on)
    late = [row for row in rows if row[2] < 0]
    by_unit = Counter(matter.agency.name for matter, _face, left in rows if left < 0)
    context = {"tabs": _tabs("wall"), "late": late[:40], "soon": [row for row in rows if row[2] >= 0][:40], "counts": (len(late), len(rows) - len(late)),
               "units": by_unit.most_common(12), "on": on}  # fmt: skip
    return render(request, "casework/wall.html", context)


# Like cases ------------------------------------------------------------------------------------------------


def _practices(request: HttpRequest) -> tuple[str, date, date, list[consistency.Practice], dict[str, Precedent]]:
    """Of the whole city, because practice is compared across bureaus; documents and amounts only, no party."""
    on = clock.today()
    name, since, until = quarter_of(request.GET.get("quarter", ""), on)
    rows = Precedent.objects.filter(decided__range=(since, until), withdrawn=None).order_by("decided", "pk")
    numbers = likeness.numbers(on)
    found = consistency.practices(likeness.decided(rows), least=numbers["least"], far=numbers["far"])
    odd = {one.ref for practice in found for one in practice.far}
    return name, since, until, found, {row.document: row for row in rows.filter(document__in=odd)}


@requires("casework.watch")
def like(request: HttpRequest) -> HttpResponse:
    """The quarterly report on like cases: spread by article, what is far off, and whether it was explained."""
    name, since, until, found, explained = _practices(request)
    rows = [
        {"article": one.article, "count": one.count, "middle": yuan(one.middle), "low": yuan(one.low), "high": yuan(one.high),
         "spread": f"{one.spread:.1f}", "far": len(one.far)}
        for one in found
    ]  # fmt: skip
    far = [
        {"article": practice.article, "case": one, "fine": yuan(one.fine), "middle": yuan(practice.middle), "why": explained[one.ref].explained}
        for practice in found for one in practice.far if one.ref in explained
    ]  # fmt: skip
    context = {
        "tabs": _tabs("consistency"), "quarter": name, "quarters": quarters(clock.today()), "since": since, "until": until, "rows": rows,
        "far": far, "total": sum(one.count for one in found), "numbers": likeness.numbers(clock.today()),
    }  # fmt: skip
    return render(request, "casework/consistency.html", context)


@requires("casework.watch")
def like_export(request: HttpRequest) -> HttpResponse:
    """The quarterly report as an Excel file: one row for each article, then one for each case far off."""
    name, _since, _until, found, explained = _practices(request)
    heads = [_("处罚依据"), _("决定书"), _("案件数"), _("罚款中位数（元）"), _("第十百分位（元）"), _("第九十百分位（元）"), _("相差倍数"), _("明显偏离"), _("理由")]
    rows: list[list[object]] = []
    for one in found:
        rows.append([one.article, "", one.count, one.middle / 100, one.low / 100, one.high / 100, round(one.spread, 2), len(one.far), ""])
        rows += [[one.article, odd.ref, "", odd.fine / 100, "", "", "", _("是"), explained[odd.ref].explained] for odd in one.far if odd.ref in explained]
    return sheets.export("consistency", heads, rows, of=len(rows), by=_officer(request), subject="casework:consistency", filters={"quarter": name})


# File reviews ----------------------------------------------------------------------------------------------


@requires("casework.watch")
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews of files in scope, and the form that closes a new list."""
    officer, on = _officer(request), clock.today()
    told = {"since": (on - timedelta(days=90)).isoformat(), "until": on.isoformat(), "count": "5"} | request.POST.dict()
    error = ""
    if request.method == "POST" and may(request, "casework.oversee"):
        try:
            since, until = date.fromisoformat(told["since"]), date.fromisoformat(told["until"])
            count = int(told["count"]) if told["count"].isdecimal() and len(told["count"]) < 4 else 0
            made = reviewing.close_list(agency=officer.agency, since=since, until=until, count=count, by=officer, at=clock.now())
            return redirect("casework:review", made.pk)
        except ValueError:
            error = _("日期请写成 2026-03-02")
        except Refusal as refused:
            error = str(refused)
    context = {"tabs": _tabs("reviews"), "reviews": reviewing.visible_to(officer)[:50], "told": told, "error": error}
    return render(request, "casework/reviews.html", context, status=422 if error else 200)


def _review(request: HttpRequest, pk: int) -> FileReview:
    found = reviewing.visible_to(_officer(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这次案卷评查"), number=pk)
    return found


@requires("casework.watch")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: its closed list, what was drawn by which value, and the scores."""
    found = _review(request, pk)
    files = list(found.files.select_related("proceeding__agency", "by").order_by("rank"))
    scored = [one for one in files if one.total is not None]
    context = {
        "tabs": _tabs("reviews"), "review": found, "files": files, "scored": len(scored), "passed": sum(bool(one.passed) for one in scored),
        "mean": round(sum(one.total or 0 for one in scored) / len(scored), 1) if scored else None,
    }  # fmt: skip
    return render(request, "casework/review.html", context)


@require_POST
@requires("casework.oversee")
def review_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the files by a value from outside."""
    reviewing.draw(_review(request, pk), source=request.POST.get("source", ""), value=request.POST.get("value", ""), by=_officer(request), at=clock.now())
    messages.success(request, _("已抽取"))
    return redirect("casework:review", pk)


@requires("casework.watch")
def review_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The score sheet of one file, beside what its record shows."""
    officer, on = _officer(request), clock.today()
    found = reviewing.file_of(officer, pk, file)
    items, error = reviewing.sheet(on), ""
    if request.method == "POST" and may(request, "casework.oversee"):
        marks = {item["code"]: int(word) for item in items if (word := request.POST.get(item["code"], "")).isdecimal() and len(word) < 4}
        try:
            reviewing.score(found, by=officer, marks=marks, remarks=request.POST.get("remarks", ""), on=on)
            return redirect("casework:review", pk)
        except Refusal as refused:
            error = str(refused)
    [looked] = oversight.look(Proceeding.objects.filter(pk=found.proceeding_id), on)
    listed = oversight.checks(on)
    shown = [
        item | {"points": request.POST.get(item["code"]) or found.marks.get(item["code"], ""),
                "faults": [(listed[fault.code].title, fault) for fault in looked.faults if fault.code in item["checks"] and fault.code in listed]}
        for item in items
    ]  # fmt: skip
    readable = kernel.open_to(officer, request.powers, [found.proceeding_id])  # type: ignore[attr-defined]
    context = {"tabs": _tabs("reviews"), "file": found, "items": shown, "error": error, "open": bool(readable)}
    return render(request, "casework/review_file.html", context, status=422 if error else 200)
