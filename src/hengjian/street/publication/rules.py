"""When a record must be public, until when it may be, and what of it. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.personal import mask_numbers


@dataclass(frozen=True, slots=True)
class Plan:
    """Publicity of one record: shown from the day of publication to `until` inclusive (None: until it is closed)."""

    until: date | None
    months: int | None
    counted_from: date | None
    basis: str

    def as_sum(self) -> dict[str, Any]:
        """The sum of the last day, as pages print it."""
        return {
            "basis": self.basis,
            "months": self.months,
            "from": self.counted_from and self.counted_from.isoformat(),
            "until": self.until and self.until.isoformat(),
        }


def last_day(*, published: date, due: date | None, months: int, basis: str, stated: date | None = None) -> Plan:
    """Last public day of a term. A late authority does not prolong the firm's publicity: the term counts from the
    day of publication, or from the day publication was due if that was earlier. A last day stated in the record
    itself counts where it is earlier. It does not roll forward over days off: a burden is never lengthened.
    """
    start = min(published, due) if due else published
    end = add_months(start, months)
    return Plan(min(end, stated) if stated else end, months, start, basis)


def mask(text: str, protected: Iterable[str] = ()) -> str:
    """A text fit for the public: numbers of natural persons masked, and every protected value of the record removed
    (市场监管总局令第45号第6条).
    """
    for value in sorted({value for value in protected if len(value) > 1}, key=len, reverse=True):
        text = text.replace(value, _hidden(value))
    return mask_numbers(text)


def _hidden(value: str) -> str:
    return f"{value[0]}某某" if len(value) <= 4 and not value.isascii() else "***"


def public_body(body: Mapping[str, Any], public: Iterable[str], protected: Iterable[str] = ()) -> dict[str, Any]:
    """Only the fields named public, each masked. A field nobody named does not pass."""
    hidden = list(protected)
    return {name: _masked(body[name], hidden) for name in public if body.get(name) not in (None, "", [])}


def _masked(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, str):
        return mask(value, hidden)
    return [_masked(item, hidden) for item in value] if isinstance(value, list | tuple) else value


def shown(published: date, until: date | None, withdrawn: date | None, on: date) -> bool:
    """Whether the public sees a notice on a day."""
    return published <= on and (until is None or on <= until) and (withdrawn is None or on < withdrawn)


def first_hidden_day(until: date | None, withdrawn: date | None) -> date | None:
    """The first day on which nobody sees it."""
    days = [day for day in (until + timedelta(days=1) if until else None, withdrawn) if day]
    return min(days, default=None)
