"""When is it due? The clock of any rule, with the sum day by day, ready to be printed and put in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.policy import Deadline, Law
from hengjian.ground.policy.clocks import numbered
from hengjian.ground.policy.examples import moment_of
from hengjian.ground.policy.schema import Term
from hengjian.ground.policy.schema.terms import CLOCKS
from hengjian.ground.procedure.telling import why

from . import describing, finding, words
from .views import day_of

COMMON = (  # what officers ask for most, by duty; each an id or alias of a term
    ("complaints", ("complaints.accept", "complaints.mediate", "complaints.handle-a-report")),
    ("penalty", ("penalty.verify-a-lead-and-decide-on-filing", "penalty.decision-deadline", "penalty.serve-the-decision")),
    ("publication", ("publication.penalty", "publication.inspection", "publication.credit-repair-accept")),
    ("lists", ("lists.reason-1-no-annual-report", "lists.reason-4-unreachable", "lists.removal-late-report-filed")),
    ("food", ("food.recall.start.level-1", "food.recall.finish.level-1", "food.follow-up-handling")),
    ("registration", ("registration.registration-time.normal", "registration.change", "registration.revocation-accept")),
)


@requires("law.view")
def deadline(request: HttpRequest) -> HttpResponse:
    law, name = policy.current(), request.GET.get("rule", "").strip()
    context: dict[str, Any] = {"name": name, "choices": choices(law), "today": clock.today(), "law_version": law.version}
    found = law.aliases.get(name)
    if not name:
        return render(request, "law/deadline.html", context | {"common": common(law)})
    if found is None or found.section != "terms" or not is_clock(law, found.id):
        near = [line for line in finding.search(law, words=name, section="terms")[:8] if is_clock(law, line.id)]
        return render(request, "law/deadline.html", context | {"unknown": True, "near": near})
    term = law.term(found.id)
    asked, refused = events_of(request.GET, fields(law, term, request.GET), list(starts(law, term)))
    context |= {
        "term": term, "title": words.title_of(term), "asked": inputs(law, term, request.GET), "refused": refused,
        "law_on": request.GET.get("law_on", ""),
    }  # fmt: skip
    if asked and not refused:
        try:
            context["answer"] = shown(law, law.deadline(name, asked, on=day_of(request, "law_on")))
        except Refusal as refusal:
            context["refused"] = refusal.told(_)
    return render(request, "law/deadline.html", context)


def is_clock(law: Law, name: str) -> bool:
    return law.term(name).unit in CLOCKS


def choices(law: Law) -> list[tuple[str, str]]:
    """Every rule with a clock, for the list the browser offers."""
    return [(line.id, (words.english() and line.title_en) or line.title) for line in finding.search(law, section="terms") if is_clock(law, line.id)]


def common(law: Law) -> list[tuple[str, list[dict[str, str]]]]:
    """Rules to begin with, under the titles of their duties."""
    duties = law.catalogue("duties").items
    return [
        (
            words.title_of(duties.get(duty)) or duty,
            [{"id": name, "title": words.title_of(term := law.term(name)), "value": words.value_of(term.latest.value, term.latest.unit)} for name in names],
        )
        for duty, names in COMMON
    ]  # fmt: skip


def starts(law: Law, term: Term) -> dict[str, str]:
    """Events the clock may start with, the newest reading's first; where readings differ, each says since when."""
    found: dict[str, str] = {}
    newest_first = sorted(term.readings, key=lambda reading: reading.since, reverse=True)
    several = len({reading.start or term.from_ for reading in newest_first}) > 1
    for reading in newest_first:
        name = reading.start or term.from_
        title = words.event_title(law, name)
        if several and reading.until:
            title = _("%(event)s（%(until)s 以前的规定）") % {"event": title, "until": reading.until + timedelta(days=1)}
        elif several:
            title = _("%(event)s（%(since)s 起的规定）") % {"event": title, "since": reading.since}
        found.setdefault(name, title)
    return found


def fields(law: Law, term: Term, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Events this clock can know: its start, the day that chooses the law, pauses, and an extension.

    A pause that was filled in may happen once more, so a next pair of fields follows it.
    """
    found = list(starts(law, term).items())
    if term.law_date and term.law_date not in dict(found):
        found.append((term.law_date, words.event_title(law, term.law_date)))
    for pause in term.pauses:
        filled = next(n for n in count(1) if not given.get(numbered(f"{pause}.from", n), "").strip())
        for number in range(1, filled + 1):
            for end in (f"{pause}.from", f"{pause}.to"):
                title = words.event_title(law, end)
                found.append((numbered(end, number), title if number == 1 else f"{title} {number}"))
    if term.latest.extension:
        extended = "extended" if term.latest.extension.value else "extended_to"
        found.append((extended, words.event_title(law, extended)))
    return found


def inputs(law: Law, term: Term, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same as fields of the form; hours and minutes ask for a time."""
    kind = "datetime-local" if term.unit in ("hour", "minute") else "date"
    only = len(starts(law, term)) == 1
    return [
        {"name": name, "title": title, "value": given.get(name, ""), "type": kind, "first": only and number == 0}
        for number, (name, title) in enumerate(fields(law, term, given))
    ]


def events_of(
    given: Mapping[str, str], known: list[tuple[str, str]], first: Sequence[str]
) -> tuple[dict[str, date | datetime], str]:
    """The events that were given; and what is wrong with them, if anything."""
    found: dict[str, date | datetime] = {}
    for name, title in known:
        if text := given.get(name, "").strip():
            try:
                found[name] = moment_of(text)
            except ValueError:
                return {}, _("“%s”不是日期") % title
    if found and not any(name in found for name in first):
        return {}, _("请填写“%s”") % known[0][1]
    return found, ""


def shown(law: Law, answer: Deadline) -> dict[str, Any]:
    """The answer with its sum as rows."""
    steps = [
        {"day": step.day, "kind": words.STEPS.get(step.kind, step.kind), "code": step.kind, "count": step.count, "why": why(step)}
        for step in answer.steps
    ]
    return {
        "due": answer.due, "provisional": answer.provisional, "paused": answer.paused, "value": words.value_of(answer.value, answer.unit),
        "basis": describing.bases(law, answer.basis), "mark": describing.mark(answer.confidence), "law_on": answer.law_on,
        "steps": steps, "timed": isinstance(answer.due, datetime),
    }  # fmt: skip
