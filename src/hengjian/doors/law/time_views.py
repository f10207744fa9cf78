"""What changes and what is open: the legal changelog, the law of two days side by side, and values to be verified."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.access import may, requires
from hengjian.ground.policy import history, inquiry

from . import describing, words
from .views import SHOWN, day_of

RESULTS = {"same": words.CONFIDENCE["seen"][0], "differs": gettext_lazy("与原文不一致")}


@requires("law.view")
def changes(request: HttpRequest) -> HttpResponse:
    law, today = policy.current(), clock.today()
    before, after = day_of(request, "before"), day_of(request, "after")
    context: dict[str, Any] = {"before": before, "after": after, "today": today, "law_version": law.version, "packs": law.packs}
    if before and after:
        found = history.between(law, before, after)
        return render(request, "law/changes.html", context | {"rows": describing.changes(law, found), "compared": True})
    found = sorted(history.changelog(law), key=lambda change: change.day or date.min, reverse=True)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page") or _page_of(found, today))
    return render(request, "law/changes.html", context | {"page": page, "rows": describing.changes(law, list(page))})


def _page_of(found: list[history.Change], today: date) -> int:
    """The page on which today stands: what lies ahead comes before it, what is past after it."""
    ahead = sum(1 for change in found if change.day and change.day > today)
    return ahead // SHOWN + 1


@requires("law.view")
def gaps(request: HttpRequest) -> HttpResponse:
    law, asked = policy.current(), request.GET
    picked = {"confidence": asked.get("confidence", ""), "section": asked.get("section", "")}
    found = [gap for gap in inquiry.gaps(law) if all(not want or gap[key] == want for key, want in picked.items())]
    if asked.get("as") == "csv":
        return _csv(found)
    checked = {line.subject.removeprefix("law:"): line for line in Trail.objects.filter(action="law.verify").order_by("pk")}
    page = Paginator(found, SHOWN).get_page(asked.get("page"))
    rows = [
        gap | {
            "title": words.title_of(law.sections[gap["section"]][gap["entry"]]),
            "mark": describing.mark(gap["confidence"]), "bases": describing.bases(law, gap["basis"]),
            "section_title": words.SECTIONS[gap["section"]][0], "checked": _checked(checked.get(gap["id"])),
        }
        for gap in page
    ]  # fmt: skip
    context = {
        "page": page, "rows": rows, **picked, "may_verify": may(request, "law.verify"), "results": RESULTS.items(),
        "marks": [(code, title) for code, (title, *_rest) in words.CONFIDENCE.items() if code in inquiry.OPEN],
        "sections": [(code, title) for code, (title, _icon) in words.SECTIONS.items()],
    }  # fmt: skip
    return render(request, "law/gaps.html", context)


def _checked(line: Trail | None) -> dict[str, Any] | None:
    if line is None:
        return None
    result, note = RESULTS.get(line.detail.get("result", ""), ""), line.detail.get("note", "")
    return {"at": line.at, "who": line.actor, "result": result, "note": note}


def _csv(found: list[dict[str, Any]]) -> HttpResponse:
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="law-gaps.csv"'
    writer = csv.writer(answer)
    writer.writerow([_("编号"), _("名称"), _("栏目"), _("状态"), _("依据"), _("文件"), _("行")])
    for gap in found:
        mark = words.CONFIDENCE[gap["confidence"]][0]
        writer.writerow([gap["id"], gap["title"], words.SECTIONS[gap["section"]][0], mark, gap["basis"], gap["file"], gap["line"]])
    return answer


@requires("law.verify")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Record that a value was compared with the text. The pack itself is changed by its editor, who sees the record."""
    name, result = request.POST.get("id", ""), request.POST.get("result", "")
    gap = next((gap for gap in inquiry.gaps(policy.current()) if gap["id"] == name), None)
    if gap is None or result not in RESULTS:
        raise Http404
    detail = {"result": result, "note": request.POST.get("note", "")[:300], "law": policy.current().version}
    audit.record("law.verify", f"law:{name}", by=request.officer, basis=gap["basis"], **detail)  # type: ignore[attr-defined]
    messages.success(request, _("已登记核对结果，等待法律包修改"))
    return redirect("law:gaps")
