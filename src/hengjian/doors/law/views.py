"""The law as officers read it: an overview by duty, a search, and one page for every entry."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.policy import history, inquiry

from . import describing, finding, words

SHOWN, AHEAD = 50, timedelta(days=400)


def day_of(request: HttpRequest, name: str) -> date | None:
    """A day from the address; None where none, or no day, is given."""
    try:
        return date.fromisoformat(request.GET.get(name, "").strip())
    except ValueError:
        return None


def duties(law: policy.Law) -> list[dict[str, Any]]:
    """Duties with the number of rules each has, and how many of them are still to be verified."""
    lines = [line for line in finding.lines(law) if line.duty]
    total, open_ = Counter(line.duty for line in lines), Counter(line.duty for line in lines if line.open)
    return [
        {"code": item.code, "title": words.title_of(item), "count": total[item.code], "open": open_[item.code]}
        for item in law.catalogue("duties").rows
        if total[item.code]
    ]


@requires("law.view")
def home(request: HttpRequest) -> HttpResponse:
    law, today = policy.current(), clock.today()
    sections = [
        {"code": code, "title": title, "icon": icon, "count": len(law.sections.get(code, {}))}
        for code, (title, icon) in words.SECTIONS.items()
    ]
    ahead = describing.changes(law, history.changelog(law, today, today + AHEAD))
    context = {
        "law_version": law.version, "packs": law.packs, "duties": duties(law), "sections": sections,
        "to_verify": len(inquiry.gaps(law)), "ahead": ahead, "rules": len(law.sections["terms"]), "examples": len(law.examples),
    }  # fmt: skip
    return render(request, "law/home.html", context)


@requires("law.view")
def search(request: HttpRequest) -> HttpResponse:
    law, asked = policy.current(), request.GET
    picked = {name: asked.get(name, "") for name in ("duty", "section", "confidence")}
    found = finding.search(law, words=asked.get("words", "")[:60], **picked)
    titles = {duty["code"]: duty["title"] for duty in duties(law)}
    page = Paginator(found, SHOWN).get_page(asked.get("page"))
    context = {
        "page": page, "rows": [describing.line(law, line, titles) for line in page], "words": asked.get("words", ""), **picked,
        "duties": titles.items(), "sections": [(code, title) for code, (title, _) in words.SECTIONS.items()],
        "marks": [(code, title) for code, (title, *_) in words.CONFIDENCE.items()],
    }  # fmt: skip
    return render(request, "law/search.html", context)


@requires("law.view")
def entry(request: HttpRequest, section: str, name: str) -> HttpResponse:
    law = policy.current()
    found = law.aliases.get(name)
    key = name if name in law.sections.get(section, {}) else found.id if found and found.section == section else ""
    if section not in words.SECTIONS or not key:
        raise Http404
    model, day = law.sections[section][key], day_of(request, "on") or clock.today()
    context = {
        "section": section, "section_title": words.SECTIONS[section][0], "id": key, "entry": model, "place": law.places[section, key],
        "title": words.title_of(model) or key, "mark": describing.mark(finding.confidence_of(model)), "on": day,
        "basis": describing.bases(law, getattr(model, "basis", None)), "aliases": getattr(model, "aliases", None) or (),
        "uses": describing.uses(law, section, key), "part": f"law/_{section}.html",
    }  # fmt: skip
    describe = describing.PARTS.get(section)
    return render(request, "law/entry.html", context | (describe(law, model, day, request.GET) if describe else {}))
