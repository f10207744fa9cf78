"""What stands in one case: who the party is, what is owed and paid, whether a hearing is open, which review it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.ground import policy
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Party, Proceeding

from . import amounts, queries, rules

HEARING = "penalty.hearing-scope.fine-"
SPOT = "penalty.simple-on-the-spot-procedure.fine-"
LATE = "penalty.late-fine."


@dataclass(frozen=True, slots=True)
class Debt:
    """The fine of a case as it stands on a day, in fen."""

    fine: int
    paid: int
    due: date | None
    late: amounts.Late | None

    @property
    def owed(self) -> int:
        return max(0, self.fine - self.paid)


def standing(proceeding: Proceeding) -> list[acts.Done]:
    return acts.effective(kernel.events_now(proceeding))


def party_is_person(proceeding: Proceeding) -> bool:
    """Whether the party that is to be punished is a natural person, for whom the law has other amounts."""
    return Party.objects.filter(proceeding=proceeding, role="party", person=True, left=None).exists()


def threshold(name: str, person: bool, on: date) -> int:
    """An amount of the law that differs for persons and organisations, in fen."""
    return policy.current().at(on).number(name.format("person" if person else "org")) * 100


def hearing_open(proceeding: Proceeding, told: Mapping[str, Any], on: date) -> bool:
    """Whether the party, or a person who is to be punished with it, may ask for a hearing (听证办法第5条)."""
    always, limit = queries.penalties_marked("hearing", on), threshold(HEARING + "{}", party_is_person(proceeding), on)
    if rules.hearing_open(told.get("penalties") or (), always, int(told.get("fine") or 0), int(told.get("confiscated") or 0), limit):
        return True
    own = threshold(HEARING + "{}", True, on)
    charges = (event.body for event in standing(proceeding) if event.act == "charge")
    return any(rules.hearing_open(one.get("person_penalties") or (), always, int(one.get("person_fine") or 0), 0, own) for one in charges)


def grounds_of_review(proceeding: Proceeding, told: Mapping[str, Any], on: date) -> list[str]:
    """Conditions of the packs by which the case needs legal review and collective discussion."""
    heard = queries.done(proceeding, "report-hearing")
    limit = threshold(HEARING + "{}", party_is_person(proceeding), on)
    amount = max(int(told.get("fine") or 0), int(told.get("confiscated") or 0))
    found = []
    for code, item in policy.current().catalogue("major-case-conditions").on(on).items():
        asks = item.extra
        if (
            (asks.get("chosen") and told.get("triggers"))
            or (asks.get("heard") and heard)
            or (asks.get("amount") and amount >= limit)
            or (asks.get("crime") and told.get("crime"))
            or not set(asks.get("kinds") or ()).isdisjoint(told.get("penalties") or ())
        ):
            found.append(code)
    return found


def payments(events: list[acts.Done]) -> list[tuple[date, int]]:
    found = ((str(event.body.get("paid_on")), int(event.body.get("paid") or 0)) for event in events if event.act == "pay")
    return sorted((date.fromisoformat(day), amount) for day, amount in found)


def fine_of(events: list[acts.Done]) -> int:
    return next((int(event.body.get("fine") or 0) for event in reversed(events) if event.act == "decide"), 0)


def schedule_of(events: list[acts.Done]) -> list[tuple[date, int]]:
    """The instalments that stand, if payment in parts was approved."""
    plan = next((event.body.get("instalments") for event in reversed(events) if event.act == "defer"), None)
    return amounts.schedule_of(str(plan)) if plan else []


def last_pay_day(proceeding: Proceeding, events: list[acts.Done]) -> date | None:
    """Until when the fine is to be paid: fifteen days from service, or the day to which payment was put off."""
    for event in reversed(events):
        if event.act == "defer":
            return date.fromisoformat(str(event.body["pay_until"]))
        if event.act == "serve":
            served = date.fromisoformat(str(event.body["served_on"]))
            return policy.current().deadline("penalty.pay-fine", {"decision_received": served}, on=proceeding.opened).day
    return None


def debt(proceeding: Proceeding, on: date) -> Debt | None:
    """What is owed, and what may be added for paying late; None where no fine was decided."""
    events = standing(proceeding)
    fine, paid = fine_of(events), payments(events)
    if not fine:
        return None
    due, law = last_pay_day(proceeding, events), policy.current().at(proceeding.opened)
    still: list[tuple[date, date | None]] = []
    for event in events:
        if event.act == "appeal":
            still.append((event.on, None))
        elif event.act == "upheld" and still:
            still[-1] = (still[-1][0], event.on)
    late = None
    if due:
        daily, cap = law.number(LATE + "daily"), law.number(LATE + "cap")
        late = amounts.added_fine(fine, due, paid, on, daily=daily, cap=cap, still=still)
    return Debt(fine, amounts.paid_by(paid, on), due, late)
