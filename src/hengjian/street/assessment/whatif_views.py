"""Pages of a trial: turn numbers, watch it run, read who moves and what it costs."""

from __future__ import annotations

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotAllowed, NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.ui import sheets

from . import forms, running, telling

SHOWN = 50


class _Span:
    """Rows of a parquet file within an officer's scope, read a page at a time."""

    def __init__(self, by: Officer, name: str, family: str) -> None:
        self.by, self.name, self.family, self.total = by, name, family, running.count_moved(by, name, family)

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, span: slice) -> list[dict[str, Any]]:
        return running.moved(self.by, self.name, self.family, limit=span.stop - span.start, offset=span.start)


@never_cache
@requires("assessment.whatif")
def start(request: HttpRequest) -> HttpResponse:
    """The numbers of the law as they are; those turned are tried on the whole city."""
    officer = _officer(request)
    form = forms.Trial(request.POST or None, law=policy.current(), on=clock.today(), folders=running.overlays())
    if request.method == "POST" and form.is_valid():
        name = running.start(by=officer, values=form.turned, overlay=form.cleaned_data["overlay"], on=form.cleaned_data["on"])
        return redirect("assessment:trial", slug=name)
    return render(request, "assessment/whatif.html", {"form": form, "overlays": running.overlays()})


def _officer(request: HttpRequest) -> Officer:
    """Names are shown by an officer's scope, so there must be an officer."""
    officer: Officer | None = request.officer  # type: ignore[attr-defined]
    if officer is None:
        raise NotAllowed(_("试算只对在职工作人员开放"))
    return officer


@never_cache
@requires("assessment.whatif")
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """Progress while it runs, then matrices, places and the entities that move."""
    state = running.state(slug)
    if "HX-Request" in request.headers and state["state"] == "running":
        return render(request, "assessment/_progress.html", {"state": state, "slug": slug})
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"state": state, "slug": slug}
    if state["state"] == "done":
        context |= _result(request, slug, state)
    return render(request, "assessment/trial.html", context)


def _result(request: HttpRequest, slug: str, state: dict[str, Any]) -> dict[str, Any]:
    families = [shift["family"] for shift in state["shifts"]]
    family = request.GET.get("family") or next((s["family"] for s in state["shifts"] if s["moved"]), families[0] if families else "")
    shift = next((each for each in state["shifts"] if each["family"] == family), None)
    if shift is None:
        raise NotFound(_("这次试算没有这种分类"), family=family)
    law = policy.current()
    span: Any = _Span(_officer(request), slug, family)
    page: Any = Paginator(span, SHOWN).get_page(request.GET.get("page"))
    cells = {(cell["before"], cell["after"]): cell["entities"] for cell in shift["matrix"]}
    rows = [
        (before, shift["titles"][before], [(after, cells.get((before, after), 0), after == before) for after in shift["classes"]])
        for before in shift["classes"]
    ]
    return {
        "shift": shift, "family": family, "elsewhere": shift["moved"] - span.total, "columns": ":6" if shift["odds"] else ":3", "matrix": rows, "page": page,
        "moved": [
            {**row, "lost": telling.reasons(_ids(row["lost"])), "gained": telling.reasons(_ids(row["gained"])),
             "old": shift["titles"][row["before"]], "new": shift["titles"][row["after"]],
             "place": title_in("districts", row["district"])}
            for row in page
        ],
        "tabs": [{"href": f"?family={each['family']}", "title": telling.named(law.ruleset(each["ruleset_before"])), "count": each["moved"],
                  "here": each["family"] == family} for each in state["shifts"]],
        "heads": {
            "places": [_("名称"), _("户数"), _("类别变动"), _("现行预计年抽查"), _("草案预计年抽查"), _("增减")],
            "moved": [_("名称"), _("统一社会信用代码"), _("辖区"), _("类别"), _("消失的理由"), _("新增的理由")],
        },
        "places": [(_("辖区"), _with_change(shift["districts"])), (_("行业"), _with_change(shift["sectors"]))],
        "change": shift["inspections_after"] - shift["inspections_before"],
    }  # fmt: skip


def _ids(text: str) -> list[str]:
    return [each for each in text.split(";") if each]


def _with_change(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**place, "change": place["inspections_after"] - place["inspections_before"]} for place in places]


@requires("assessment.whatif")
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers of the city and the entities in the officer's scope as a spreadsheet; who took it out is kept."""
    officer = _officer(request)
    if running.state(slug)["state"] != "done":
        raise NotFound(_("试算还没有结果"), trial=slug)
    out = io.BytesIO()
    rows = running.export(officer, slug, out)
    audit.record("export.whatif", f"trial:{slug}", by=officer, rows=rows)
    headers = {"Content-Disposition": f'attachment; filename="what-if-{slug}.xlsx"'}
    return HttpResponse(out.getvalue(), content_type=sheets.MEDIA, headers=headers)
