"""Refusals speak to people: what cannot be done, and the facts that say why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the catalogue with places for facts, for rules that run without Django; a fact may be a sentence, too."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with its facts, by whoever shows it, in the reader's language."""
        text = translate(self.text)
        if "%(" not in text:
            return text
        return text % {name: one.told(translate) if isinstance(one, Message) else one for name, one in self.facts.items()}

    def __str__(self) -> str:
        return self.told()


class Refusal(Exception):
    """An act that may not be done. Doors show it as a page message or a problem document.

    A message may name facts: `BadUscc("这里有%(length)s位", length=17)`. It is a message of the catalogue as it stands, so
    houses that run without Django are read in English, too.
    """

    code = "refused"
    status = 409

    def __init__(self, message: object, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The message with its facts, by doors in the reader's language."""
        return Message(str(self.message), self.facts).told(translate)

    def __str__(self) -> str:
        return self.told()


class NotAllowed(Refusal):
    """The person has no power for this act, or the matter lies outside their data scope."""

    code = "not_allowed"
    status = 403


class NotFound(Refusal):
    """There is no such thing, or this person may not know that there is."""

    code = "not_found"
    status = 404


class Invalid(Refusal):
    """What was sent cannot be read as what was asked for."""

    code = "invalid"
    status = 422


class Stale(Refusal):
    """Somebody else acted in between; look again before acting."""

    code = "stale"
