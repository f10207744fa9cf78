"""Refusals speak to people: what cannot be done, and the facts that say why."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An act that may not be done. Doors show it as a page message or a problem document."""

    code = "refused"
    status = 409

    def __init__(self, message: object, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


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
