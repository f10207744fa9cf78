"""What is told of a filing: to the citizen after each act, on the page of a matter without persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground.kit.personal import mask_numbers
from hengjian.ground.people.language import named, title_in
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Event

from . import concealing
from .models import Filing, Message, Outgoing, Track

# Acts of whose outcome the citizen hears at once (应当告知); the reason stands in the letter.
TOLD = frozenset(
    {"accept", "refuse", "ask-identity", "pass-on", "mediate", "delegate", "agree", "agree-record", "end", "tell", "answer", "expire", "file", "not-filed",
     "drop", "grant", "pay"}
)  # fmt: skip
# Under Order 121 nobody is told what became of a report unless a law says so; Order 20 has its own act for it.
SILENT = {("report", act) for act in ("file", "not-filed", "drop")} | {("report-2020", act) for act in ("file", "not-filed", "drop")}


def tell(track: Track, event: Event) -> None:
    """Write into the correspondence what was done, and put a short message out for the telephone that was given."""
    kind = track.proceeding.kind
    if event.act not in TOLD or (kind, event.act) in SILENT:
        return
    definition = procedure.definition(kind)
    act, states = definition.acts[event.act], definition.states
    text = _("%(number)s：%(act)s。现在：%(state)s。") % {
        "number": track.proceeding.number, "act": named(act), "state": named(states[act.to]) if act.to else named(states[track.state]),
    }  # fmt: skip
    Message.objects.create(filing=track.filing, track=track, at=event.at, side="bureau", text=text, by=event.by)
    notify(track.filing, _("您提交的 %(filing)s 有新进展，请凭查询码查看。") % {"filing": track.filing.number}, event.at)


def notify(filing: Filing, text: str, at: datetime) -> None:
    """A message for the phone of whoever filed. It says nothing of the matter: phones are read by others."""
    phone = person_of(filing).get("phone", "")
    if phone:
        Outgoing.objects.create(filing=filing, at=at, purpose="notice", concealed=concealing.conceal({"to": phone, "text": text}))


def person_of(filing: Filing) -> dict[str, Any]:
    """Who filed, revealed. The caller has asked whether this may be read, and records it."""
    person = getattr(filing, "person", None)
    return dict(concealing.reveal(person.concealed)) if person and person.concealed else {}


def shown_text(filing: Filing) -> str:
    """The account with numbers of persons masked."""
    return mask_numbers(filing.text)


def titles(filing: Filing) -> dict[str, Any]:
    return {
        "category": title_in("complaint-categories", filing.category), "channel": title_in("complaint-channels", filing.channel),
        "requests": _("、").join(title_in("complaint-requests", code) for code in filing.requests),
    }  # fmt: skip
