"""Letters (文书) to the one who filed and to the firm, as PDF, from what was on record when the act was done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from hengjian.ground import documents, policy
from hengjian.ground.people import citing
from hengjian.ground.people.language import title_in
from hengjian.ground.procedure import queries, rules
from hengjian.ground.procedure.models import Paper, Proceeding

from . import telling
from .following import track_of

TEMPLATE, WORDING = "complaint-letter", "complaint-letters"
GROUNDS = {"refusal": "item", "ground": "item"}


def known(form: str) -> bool:
    return form in policy.current().catalogue(WORDING).items


def pdf(matter: Proceeding, paper: Paper, *, to_firm: bool = False) -> bytes:
    """One letter. A letter to the firm never names who filed beyond what mediation needs (complaints only)."""
    with translation.override("zh-hans"):  # an issued paper has one wording
        return documents.render(TEMPLATE, _data(matter, paper, to_firm), on=paper.on)


def _data(matter: Proceeding, paper: Paper, to_firm: bool) -> dict[str, Any]:
    track, law = track_of(matter), policy.current()
    assert track is not None
    filing, wording = track.filing, law.catalogue(WORDING).items[paper.form]
    both = wording.extra["to"] == "both"
    person = telling.person_of(filing)
    addressee = filing.firm_name if to_firm else person.get("name") or "举报人"
    if both and paper.form.endswith(".09"):
        addressee = f"{person.get('name', '')}、{filing.firm_name}"
    return {
        "agency": paper.agency.name, "title": law.document(paper.form).title, "number": paper.number, "addressee": addressee,
        "void": paper.voided.isoformat() if paper.voided else "", "on": _day(paper.on), "both": paper.form.endswith(".09"),
        "lines": _lines(wording.extra["lines"], _places(matter, paper, filing)),
    }  # fmt: skip


def _lines(lines: list[str], places: dict[str, str]) -> list[str]:
    """Lines with their places filled; one with a place that has nothing to say is left out."""
    import re

    told = []
    for line in lines:
        wanted = re.findall(r"{(\w+)}", line)
        if all(places.get(name) for name in wanted):
            told.append(line.format(**{name: places[name] for name in wanted}))
    return told


def _places(matter: Proceeding, paper: Paper, filing: Any) -> dict[str, str]:
    definition = queries.definition(matter.kind)
    upto = [event for event in queries.events_now(matter) if event.position <= paper.event.position]
    said, act = rules.said(upto), definition.acts[paper.event.act]
    body = paper.event.body
    places = {name: str(value).replace("T", " ") for name, value in said.items() if isinstance(value, str | int)}
    code = next((name for name in GROUNDS if body.get(name)), "")
    if code:
        places["item"] = str(body[code])
        places["ground"] = title_in(definition.fields[code].catalogue or "", str(body[code]))
    answer = said.get("answer") or (_outcome(paper) if paper.event.act == "tell" else "")
    return places | {
        "received": _day(filing.received), "firm": filing.firm_name or "有关经营者", "number": matter.number,
        "law": citing.cited(act.basis) if act.basis else "", "answer": str(answer), "why": str(body.get("why", "")),
    }  # fmt: skip


def _outcome(paper: Paper) -> str:
    filed = paper.proceeding.events.filter(act="file").exists()
    return "已决定立案。" if filed else "经核查，决定不予立案。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
