"""What lists an entity stands on, what restricts it on a day, and what was answered before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.people import scopes
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import rules
from .models import Answer, Listing, Reminder, Restriction
from .rules import ABNORMAL, RED, SERIOUS, Lock, locks

KINDS = ("abnormal-list", "abnormal-mark", "serious-list", "serious-list-elsewhere", "red-list")  # of matters
OBJECTION, RESTRICTION = "abnormal-objection", "restriction"
LISTS = ledger.LISTS
SEEN = 30  # calendar days for which an anniversary that has passed is still proposed
CATALOGUES = {ABNORMAL: "abnormal-grounds", SERIOUS: "serious-grounds", RED: "red-lists"}


# Restrictions -------------------------------------------------------------------------------------------


def restrictions(uscc: str, on: date, act: str = "", known: date | None = None) -> list[Lock]:
    """Live restrictions of an entity on a day as known on another under the law of that day, first those of the law, then
    those that departments laid; with an act, those that touch it.
    """
    found = _locks(_live(uscc, on, known), on, known)
    return [lock for lock in found if not act or lock.holds(act, on)]


def standing(facts: Iterable[Any], on: date, known: date | None = None) -> tuple[list[Listed], list[Lock]]:
    """Lists an entity stands on and what restricts it, from its live entries with issuer and entity already read."""
    live = [entry for entry in facts if entry.effective <= on]
    return told((entry for entry in live if entry.kind in LISTS), on), _locks(live, on, known)


def _live(uscc: str, on: date, known: date | None = None) -> list[Any]:
    return list(ledger.facts(on, known, uscc=uscc).filter(effective__lte=on).select_related("issuer", "entity"))


def _locks(live: list[Any], on: date, known: date | None = None) -> list[Lock]:
    return [*locks(policy.current(), live, on), *_laid({entry.seq: entry for entry in live}, on, known)]


def _laid(live: dict[int, Any], on: date, known: date | None = None) -> Iterable[Lock]:
    """What departments locked because of records that are live on the day."""
    law = policy.current()
    for row in held(on, known).filter(cause__in=live).select_related("proceeding__agency"):
        cause = live[row.cause_id]
        ends = [day for day in (row.until, rules.last_day(law, cause)) if day]
        if ends and min(ends) < on:
            continue
        item = law.catalogue("restriction-measures").items[row.measure]
        yield Lock(
            RESTRICTION, item.title, item.title_en, tuple(row.acts), row.effect, row.basis, str(item.extra.get("confidence", "")),
            row.since, min(ends) + timedelta(days=1) if ends else None, False, cause, row.proceeding_id, row.domain,
            row.proceeding.agency.name,
        )  # fmt: skip


def held(on: date, known: date | None = None) -> QuerySet[Restriction]:
    """What departments locked and did not release, by its own days as known on another; whether the cause still lives is asked apart."""
    told = min(on, known or on)  # a lock and its release are told on their days
    own = Q(since__lte=told) & (Q(until=None) | Q(until__gte=on)) & (Q(lifted=None) | Q(lifted__gt=told))
    return Restriction.objects.filter(own).order_by("pk")


def verdict(found: list[Lock]) -> str:
    """free: nothing stands against it; weigh: whoever decides must weigh it; stop: the law refuses it."""
    effects = {lock.effect for lock in found}
    return "stop" if "stop" in effects else "weigh" if effects else "free"


def answers(officer: Officer | None) -> QuerySet[Answer]:
    """Answers about entities the officer may open, newest first."""
    seen = register.visible_to(officer).values("uscc")
    return Answer.objects.filter(uscc__in=seen).select_related("asked_by", "outcome").order_by("-id")


# Entries on the lists -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """One live entry on a list. `last`: the last day on it by mere time; None: until it is removed or annulled."""

    entry: Any
    title: str
    ground: str
    ground_title: str
    last: date | None
    matter: Proceeding | None
    remindings: tuple[rules.Reminding, ...]

    @property
    def kind(self) -> str:
        """Kind of record: abnormal-list | serious-list | red-list."""
        return str(self.entry.kind)

    @property
    def apply_from(self) -> date:
        """First day on which the party may ask to be removed."""
        day = next((one.day for one in self.remindings if one.kind == "may-apply"), None)
        return day or rules.listed_on(self.entry)


def live_listings(uscc: str, on: date, known: date | None = None) -> list[Listed]:
    """Lists on which an entity stands on a day as known on another, under whose decisions and until when; the first decision first."""
    found = ledger.facts(on, known, uscc=uscc).filter(kind__in=LISTS, effective__lte=on).select_related("issuer", "entity")
    return told(found, on)


def told(entries: Iterable[Any], on: date) -> list[Listed]:
    """Entries on lists as people read them, without those whose time is over, or that a black record took off."""
    law, rows = policy.current(), list(entries)
    matters = {one.entry_id: one.proceeding for one in _matters(rows)}
    found = []
    for entry in rows:
        last = rules.last_day(law, entry)
        if last and last < on:
            continue
        code = str(entry.body.get("list" if entry.kind == RED else "ground", ""))
        item = law.catalogue(CATALOGUES[entry.kind]).items.get(code)
        title = called(entry.kind, entry.entity.kind)
        found.append(
            Listed(entry, title, code, named(item) if item else code, last, matters.get(entry.seq), tuple(rules.remindings(law, entry)))
        )
    return found


def called(kind: str, of: str) -> str:
    """The name of a list for a kind of entity: the self-employed are marked, not listed."""
    record = policy.current().record(kind)
    return named(next((word for kind_of, word in record.called.items() if kind_of == of), record))


def _matters(entries: Sequence[Any]) -> QuerySet[Listing]:
    return Listing.objects.filter(entry__in=[entry.seq for entry in entries]).select_related("proceeding__agency")


def on_lists(
    officer: Officer | None, on: date, kind: str, *, ground: str = "", q: str = "", marks: bool | None = None, known: date | None = None
) -> QuerySet[Any]:
    """Live entries on one list of a day as known on another about entities in an officer's scope, newest first; `marks` parts the self-employed
    from firms. Filters that do not fit are told by an empty list, never left out.
    """
    live = Q(until__gte=on) | Q(until=None, decided__gte=_oldest(on)) if kind == SERIOUS else Q(until=None) | Q(until__gte=on)
    found = ledger.of_lists(on, known).filter(live, kind=kind, effective__lte=on).select_related("entity", "issuer").order_by("-decided", "-seq")
    districts = scopes.districts_of(officer)
    if districts is not None:
        found = found.filter(entity__district__in=districts)
    if marks is not None:
        found = found.filter(entity__kind="individual") if marks else found.exclude(entity__kind="individual")
    if q.strip():
        found = found.filter(Q(entity__in=[one.pk for one in register.search(officer, q, limit=200)]) | Q(document__contains=q.strip()))
    if ground:  # departments may have sent the title where we keep the code
        said = Cast(KT("body__list" if kind == RED else "body__ground"), CharField())
        found = found.annotate(why=said).filter(why__in=(ground, title_in(CATALOGUES[kind], ground)))
    return found


def _oldest(on: date) -> date:
    """The first day of decision whose three years are not over on a day."""
    months = 12 * policy.current().at(on).number("lists.expiry")
    day = add_months(on, -months)
    return day if add_months(day, months) >= on else day + timedelta(days=1)


def reminders_due(officer: Officer | None, on: date) -> list[tuple[Listed, rules.Reminding]]:
    """What is to be announced to parties in scope now and was not yet; the nearest day first."""
    waiting = [
        *on_lists(officer, on, ABNORMAL).filter(_near(on, "lists.abnormal-three-years", "lists.3-year-reminder")),
        *on_lists(officer, on, SERIOUS).filter(
            _near(on, "lists.serious.apply") | _near(on, "lists.expiry", "lists.serious-end-reminder")
            | Q(until__range=(on, on + timedelta(days=_days(on, "lists.serious-end-reminder") + 1)))
        ),
    ]  # fmt: skip
    sent = set(Reminder.objects.filter(entry__in=[entry.seq for entry in waiting]).values_list("entry", "kind"))
    found = [
        (listed, one)
        for listed in told(waiting, on)
        for one in listed.remindings
        if one.since <= on <= max(one.day, one.since) + timedelta(days=SEEN if one.kind == "may-apply" else 0)
        and (listed.entry.seq, one.kind) not in sent
    ]
    return sorted(found, key=lambda pair: (pair[1].day, pair[0].entry.seq))


def _days(on: date, term: str) -> int:
    return int(str(policy.current().at(on).value(term)))


def _near(on: date, anniversary: str, ahead: str = "") -> Q:
    """Decisions whose anniversary lies about a month back or as far ahead as a term says: a sieve before the sum."""
    reading = policy.current().term(anniversary).on(on)
    day = add_months(on, -int(str(reading.value)) * (12 if reading.unit == "year" else 1))
    return Q(decided__range=(day - timedelta(days=SEEN + 1), day + timedelta(days=1 + (_days(on, ahead) if ahead else 0))))


def unfounded(officer: Officer | None, on: date) -> list[Listing]:
    """Serious listings in scope whose penalty was annulled or corrected: to be annulled within days."""
    fell = ledger.closings(("withdrawal", "correction")).filter(refers=OuterRef("cause"), effective__lte=on)
    rows = Listing.objects.filter(Exists(fell), ended=None, entry__kind=SERIOUS)
    districts = scopes.districts_of(officer)
    if districts is not None:
        rows = rows.filter(entity__district__in=districts)
    return list(rows.select_related("entity", "cause", "proceeding").order_by("pk"))


def totals(officer: Officer | None, on: date, known: date | None = None) -> dict[tuple[str, bool], int]:
    """How many live entries each list has in an officer's scope, those about the self-employed apart: one question."""
    live = Q(until=None) & ~Q(kind=SERIOUS) | Q(until__gte=on) | Q(until=None, kind=SERIOUS, decided__gte=_oldest(on))
    found = ledger.of_lists(on, known).filter(live, effective__lte=on)
    districts = scopes.districts_of(officer)
    if districts is not None:
        found = found.filter(entity__district__in=districts)
    counted: dict[tuple[str, bool], int] = {}
    for kind, of, number in found.order_by().values_list("kind", "entity__kind").annotate(n=Count("pk")):
        key = (kind, of == "individual")
        counted[key] = counted.get(key, 0) + number
    return counted


# Matters ------------------------------------------------------------------------------------------------


def visible_to(officer: Officer | None) -> QuerySet[Proceeding]:
    """Matters of the lists in scope, newest first."""
    return procedure.visible_to(officer).filter(kind__in=(*KINDS, OBJECTION, RESTRICTION))


def listing_of(matter: Proceeding) -> Listing:
    return Listing.objects.select_related("entity", "entry", "cause").get(proceeding=matter)


def matter_behind(seq: int) -> Proceeding | None:
    """The matter whose decision made an entry on a list, where it was made on this platform."""
    row = Listing.objects.filter(entry=seq).select_related("proceeding__agency").first()
    return row.proceeding if row else None


def said(matter: Proceeding) -> dict[str, Any]:
    return acts.said(procedure.events_now(matter))


def last_said(matter: Proceeding, act: str) -> dict[str, Any]:
    """What the last standing act of this name said; empty where it was not done."""
    done = acts.effective(procedure.events_now(matter))
    return next((dict(event.body) for event in reversed(done) if event.act == act), {})


def done(matter: Proceeding) -> list[acts.Done]:
    return acts.effective(procedure.events_now(matter))


def black_records(uscc: str, on: date, kinds: Iterable[str]) -> list[Any]:
    """Live records that keep an entity off a red list, the earliest first."""
    law = policy.current()
    found = ledger.facts(on, uscc=uscc).filter(kind__in=list(kinds), effective__lte=on).order_by("effective", "seq")
    return [entry for entry in found if (last := rules.last_day(law, entry)) is None or last >= on]


def entity_of(matter: Proceeding) -> Entity | None:
    return Entity.objects.filter(uscc=matter.subject).first()
