"""What a filing may be refused for."""

from __future__ import annotations

from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal


class FilingIncomplete(Invalid):
    """Something the law or the form asks for is missing."""

    code = "filing_incomplete"


class WrongCode(NotFound):
    """Number and query code do not belong together, or were tried too often."""

    code = "wrong_query_code"


class CannotSend(Refusal):
    """A filing that may not go there, or not for this reason."""

    code = "cannot_send"


class NotProved(Invalid):
    """The work that keeps machines away was not done, or its time is over."""

    code = "not_proved"
