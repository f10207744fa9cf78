"""Answering other systems, beginning a listing, asking another department, and what follows by itself.

What the acts of the matters do is in `entering` (abnormal, serious and red lists) and `restricting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from hengjian.ground import audit, policy
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.procedure.queries import definition, state_of
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import queries, rules
from .models import Answer, Listing, Outcome, Reminder, Restriction
from .rules import Lock


class UnknownAct(Refusal):
    """The act is not in the list of acts that restrictions can stop."""

    code = "unknown_act"


class AlreadyBegun(Refusal):
    """A matter was begun from this very fact before."""

    code = "already_begun"


class NotLive(Refusal):
    """The record has ended: nothing can be built on it."""

    code = "not_live"


def ask(*, uscc: str, act: str, on: date, at: datetime, by: Officer | None) -> tuple[Answer, list[Lock]]:
    """May this act of this entity go on today? Raises NotFound for an entity not in the register, UnknownAct."""
    law = policy.current()
    if act not in law.catalogue("guarded-acts").items:
        known = "、".join(law.catalogue("guarded-acts").items)
        raise UnknownAct(gettext("没有这个事项；可查询的事项：%(known)s") % {"known": known}, act=act)
    entity = register.entity_for(by, uscc)
    found = queries.restrictions(entity.uscc, on, act)
    answer = Answer.objects.create(
        at=at, on=on, asked_by=by, uscc=entity.uscc, act=act, verdict=queries.verdict(found),
        locks=[{"code": lock.code, "entry": lock.record.seq} | ({"matter": lock.matter} if lock.matter else {}) for lock in found],
        ledger_seq=ledger.last_seq(), pack_version=law.version,
    )  # fmt: skip
    return answer, found


@transaction.atomic
def feed_back(answer: Answer, *, result: str, note: str, by: Officer | None, at: datetime) -> Outcome:
    """What the asking system did after the answer (反馈效果). The same report twice is one."""
    if result not in policy.current().catalogue("restriction-results").items:
        raise Invalid(gettext("没有这种约束效果"), result=result)
    held = Outcome.objects.filter(answer=answer).first()
    return held or Outcome.objects.create(answer=answer, result=result, note=note[:400], by=by, at=at)


# Beginning ----------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *, by: Officer, kind: str, entity: Entity, origin: str, on: date, body: Mapping[str, Any], agency: Agency | None = None,
    cause: int | None = None, at: datetime | None = None,
) -> Proceeding:  # fmt: skip
    """Begin a matter of a list about an entity from one fact; the same fact begins one matter only.

    `cause`: the record it rests on, for instance the penalty. Raises AlreadyBegun.
    """
    if kind == queries.KINDS[0] and entity.kind == "individual":
        kind = queries.KINDS[1]  # the self-employed are marked, not listed
    if known := Listing.objects.filter(entity=entity, origin=origin).select_related("proceeding").first():
        raise AlreadyBegun(gettext("已经由同一事实立过案卷 %(number)s") % {"number": known.proceeding.number}, number=known.proceeding.number)
    matter = procedure.open(
        by=by, kind=kind, agency=agency or by.agency, subject=entity.uscc, on=on, title=entity.name[:200], body=body, at=at
    )
    if "party" in definition(kind).roles:
        who = parties.Person(name=entity.name, uscc=entity.uscc, address=(entity.address or "")[:400])
        parties.join(matter, by=None, role="party", who=who, on=on, expected_version=matter.version, at=at)
    Listing.objects.create(proceeding=matter, entity=entity, origin=origin, cause_id=cause)
    audit.record("listing.begin", f"proceeding:{matter.number}", by=by, origin=origin)
    return matter


@transaction.atomic
def ask_department(
    *, by: Officer, entry: Any, to: Agency, measure: str, domain: str, acts: list[str], reason: str, on: date,
    at: datetime | None = None,
) -> Proceeding:  # fmt: skip
    """Ask another department for a measure because of a live record (发起). It lies on that department's desk.

    Raises NotLive, Invalid.
    """
    _refuse_dead(entry, on)
    item = policy.current().catalogue("restriction-measures").on(on).get(measure)
    if item is None or domain not in item.extra["domains"]:
        raise Invalid(gettext("措施须在清单以内，且适用于所选的领域"), measure=measure, domain=domain)
    if to.pk == entry.issuer_id:
        raise Invalid(gettext("作出记录的机关自己的约束由法律规则产生，不须发起"))
    body = {"cause": entry.seq, "document": entry.document, "measure": measure, "domain": domain, "acts": acts, "reason": reason.strip()}
    matter = procedure.Matter(entry.uscc, None, (by,), entry.entity.name[:200], body)
    opened = procedure.open_many(by=by, kind=queries.RESTRICTION, agency=to, on=on, matters=[matter], at=at)[0]
    audit.record("listing.ask_department", f"proceeding:{opened.number}", by=by, entry=entry.seq, measure=measure)
    return opened


def _refuse_dead(entry: Any, on: date) -> None:
    last = rules.last_day(policy.current(), entry)
    if not ledger.facts(on, uscc=entry.uscc).filter(seq=entry.seq, effective__lte=on).exists() or (last and last < on):
        raise NotLive(gettext("这条记录已经终止、撤销、修复或者期满，不能据以采取约束"), seq=entry.seq)


@transaction.atomic
def remind(*, by: Officer, entry: Any, kind: str, on: date) -> Reminder:
    """Announce to the party what is to come (提示公告); once for each. Raises NotLive, Invalid."""
    _refuse_dead(entry, on)
    due = next((one for one in rules.remindings(policy.current(), entry) if one.kind == kind and one.since <= on), None)
    if due is None:
        raise Invalid(gettext("还没有到提示的时候"), kind=kind)
    made, fresh = Reminder.objects.get_or_create(entry_id=entry.seq, kind=kind, defaults={"day": due.day, "on": on, "by": by})
    if fresh:
        audit.record("listing.remind", f"entry:{entry.seq}", by=by, kind=kind)
    return made


# What follows by itself ---------------------------------------------------------------------------------


@transaction.atomic
def lift(
    *, by: Officer, entry: Any, on: date, because: str, repair: str = "", document: str = "", at: datetime | None = None, **more: Any
) -> Any:
    """Take an entity off a list because its credit is repaired (信用修复); returns the entry that closes the record, with
    `more` of it (body, issuer).

    Where the listing was decided here its matter ends with it; where a department sent it, the record alone does.
    """
    from hengjian.street.ledger import services as acts_on_ledger

    closing = acts_on_ledger.repair(by=by, entry=entry, on=on, because=because, document=document, at=at, **more)
    row = Listing.objects.filter(entry=entry.seq).select_related("proceeding").first()
    if row:
        _noted(row, "removed-by-repair", on, at, **({"reason": because} | ({"repair": repair} if repair else {})))
    return closing


@transaction.atomic
def stand_again(*, by: Officer, entry: Any, on: date, because: str, repair: str = "", at: datetime | None = None) -> Any:
    """Back on the list: the repair that took the entity off was got by fraud (撤销修复，恢复列入). The record stands for a new
    term from this day; where the listing was decided here its matter is live again, with the clocks of that day. Returns the entry.
    """
    from hengjian.street.ledger import services as acts_on_ledger

    law, row = policy.current(), Listing.objects.filter(entry=entry.seq).select_related("proceeding").first()
    until = None
    if entry.kind == rules.SERIOUS:
        banned = queries.said(row.proceeding).get("banned_until") if row else None
        until = rules.serious_end(law, on, str(entry.body.get("ground", "")), date.fromisoformat(banned) if banned else None)
    back = acts_on_ledger.restore(by=by, entry=entry, on=on, because=because, until=until, at=at)
    if row:
        Listing.objects.filter(pk=row.pk).update(entry=back, ended=None)
        known = definition(row.proceeding.kind).acts.get("stands-again")
        if known and state_of(row.proceeding) in known.source:  # a listing of another province knows no such act: its record alone tells
            _by_itself(row.proceeding, "stands-again", on, at, **({"reason": because} | ({"repair": repair} if repair else {})))
    return back


def settle_due(*, on: date, at: datetime | None = None) -> int:
    """Put on file what time or a record has ended already: listings whose term is over or whose record was repaired or
    withdrawn elsewhere, red entries met by a black record, requests whose cause has gone. No listing and no lock ends
    by this; running it again changes nothing.
    """
    return _expire(on, at) + _end_red(on, at) + _follow_records(on, at) + _close_requests(on, at)


def _expire(on: date, at: datetime | None) -> int:
    ended = 0
    standing = Listing.objects.filter(ended=None, entry__kind__in=(rules.SERIOUS, rules.RED), entry__until__lt=on)
    for row in standing.select_related("entry", "proceeding").order_by("pk"):
        ended += _noted(row, "expire", on, at)
    return ended


def _end_red(on: date, at: datetime | None) -> int:
    """An entry on a red list ends on the day a black record takes effect, also where departments sent both."""
    from . import entering

    return sum(entering.end_red(entry, on=on, at=at) for entry in ledger.of_lists(on).filter(kind=rules.RED).select_related("entity", "issuer"))


FOLLOWED = {"repair": "removed-by-repair", "end": "removed-by-repair"}  # what else closed a record annulled it


def _follow_records(on: date, at: datetime | None) -> int:
    """Matters whose record was closed by another house (repair, an objection, a department) note it."""
    noted = 0
    closed = ledger.closings(ledger.CLOSING).filter(refers=OuterRef("entry"), effective__lte=on)
    for row in Listing.objects.filter(Exists(closed), ended=None).select_related("entry", "proceeding").order_by("pk"):
        entry: Any = row.entry
        closing: Any = ledger.closing_of(entry)
        act = FOLLOWED.get(closing.kind, "annulled-on-objection")
        noted += _noted(row, act, on, at, reason=str(closing.body.get("because", "")) or "记录已终止")
    return noted


def _noted(row: Listing, act: str, on: date, at: datetime | None, **body: Any) -> int:
    """The matter notes the end by an act of its own, where it knows one there; 1 if it did."""
    known = definition(row.proceeding.kind).acts.get(act)
    if known is None or state_of(row.proceeding) not in known.source:
        Listing.objects.filter(pk=row.pk).update(ended=on)
        return 0
    _by_itself(row.proceeding, act, on, at, **body)
    return 1


def _close_requests(on: date, at: datetime | None) -> int:
    closed, law = 0, policy.current()
    laid = Restriction.objects.filter(filed=None, lifted=None)
    waiting = Proceeding.objects.filter(Q(closed=None) | Q(pk__in=laid.values("proceeding")), kind=queries.RESTRICTION)
    for matter in waiting.order_by("pk"):
        cause, row = ledger.entry(int(queries.said(matter)["cause"])), laid.filter(proceeding=matter).first()
        last = min((day for day in (row.until if row else None, rules.last_day(law, cause)) if day), default=None)
        gone = not ledger.facts(on, uscc=matter.subject).filter(seq=cause.seq if cause else 0).exists()
        if gone or (last and last < on):
            why = "所据记录已经终止，约束自该日起解除" if gone else "期限届满，约束已经解除"
            _by_itself(matter, "close", on, at, reason=why)
            closed += 1
    return closed


def _by_itself(matter: Proceeding, act: str, on: date, at: datetime | None, **body: Any) -> None:
    procedure.act(matter, act, by=None, on=on, expected_version=matter.version, body=body, at=at)


# Objections ---------------------------------------------------------------------------------------------


class TooLate(Refusal):
    """The time to object to a listing is over."""

    code = "too_late_to_object"


@transaction.atomic
def object_to(
    *, uscc: str, entry: Any, text: str, public_since: date | None, actor: str, on: date, at: datetime | None = None
) -> Proceeding:
    """The firm objects to its entry on the abnormal list or its mark (对列入有异议), within thirty days of publication.

    `public_since`: where it is known; otherwise whoever decides on acceptance holds it against the day of publication.

    Raises NotLive, TooLate, AlreadyBegun, Invalid.
    """
    if entry.uscc != uscc or entry.kind != rules.ABNORMAL:
        raise NotLive(gettext("本企业没有这条列入记录"), seq=entry.seq)
    _refuse_dead(entry, on)
    if not text.strip() or len(text) > 2000:
        raise Invalid(gettext("请写明理由，不超过 2000 字"))
    if found := numbers_in(text):
        raise Invalid(gettext("内容里有自然人的证件、账户或联系号码（%(numbers)s），请删去后再提交") % {"numbers": "、".join(found)})
    if public_since:
        last = policy.current().deadline("lists.objection.file-within", {"published": public_since}).day
        if on > last:
            raise TooLate(gettext("提出异议的期限至 %(day)s 届满；改正后可以申请移出") % {"day": last.isoformat()}, due=last.isoformat())
    if known := Proceeding.objects.filter(kind=queries.OBJECTION, subject=uscc, closed=None, title=entry.document).first():
        raise AlreadyBegun(gettext("上一次提出的还在办理中（%(number)s）") % {"number": known.number}, number=known.number)
    body = {"entry": entry.seq, "listing": entry.document, "text": text.strip()}
    body |= {"public_since": public_since.isoformat()} if public_since else {}
    matter = procedure.open(by=None, kind=queries.OBJECTION, agency=entry.issuer, subject=uscc, on=on, title=entry.document, body=body, at=at)
    audit.record("listing.object_to", f"entry:{entry.seq}", actor=actor, matter=matter.number)
    return matter
