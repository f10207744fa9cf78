"""Open a matter, do an act in it, take a wrong act back. Each command is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, NotAllowed, Refusal, Stale
from hengjian.ground.people import powers
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.policy.schema.procedures import Act

from . import effects, queries, rules
from .models import Counter, Event, Proceeding

CHUNK = 200


class WrongState(Refusal):
    """The act is not lawful where the matter stands."""

    code = "wrong_state"


class FieldMissing(Invalid):
    """The act lacks something the definition requires."""

    code = "field_missing"


class SecondPersonNeeded(Refusal):
    """The law wants two officers, or an officer other than the one who acted before."""

    code = "second_person_needed"


class NothingToUndo(Refusal):
    """Only the opening is left."""

    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class Matter:
    """What one matter is opened with."""

    subject: str
    owner: Officer | None = None
    helpers: tuple[Officer, ...] = ()
    title: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def open(
    *,
    by: Officer | None,
    kind: str,
    agency: Agency,
    subject: str,
    on: date,
    owner: Officer | None = None,
    helpers: Iterable[Officer] = (),
    title: str = "",
    body: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Proceeding:
    """Open a matter (立卷) under the law in force now; its number follows the last one of the agency and year."""
    matter = Matter(subject, owner or by, tuple(helpers), title, body or {})
    return open_many(by=by, kind=kind, agency=agency, on=on, matters=[matter], at=at)[0]


@transaction.atomic
def open_many(
    *, by: Officer | None, kind: str, agency: Agency, on: date, matters: Sequence[Matter], at: datetime | None = None
) -> list[Proceeding]:
    """Open many matters of one kind at once, in a handful of statements; numbers follow the given order."""
    procedure, law, moment = queries.definition(kind), policy.current(), _moment(at)
    last = _next_serial(kind, agency, on.year, len(matters))
    opened = Proceeding.objects.bulk_create(
        [
            Proceeding(
                kind=kind, number=f"{agency.code}{procedure.number}〔{on.year}〕{serial}号", serial=serial, year=on.year,
                subject=matter.subject, title=matter.title, agency=agency, owner=matter.owner, opened=on,
                law_version=law.version, version=1,
            )
            for serial, matter in enumerate(matters, start=last - len(matters) + 1)
        ],
        batch_size=CHUNK,
    )  # fmt: skip
    helping = Proceeding.helpers.through
    helping.objects.bulk_create(
        [
            helping(proceeding=proceeding, officer=officer)
            for proceeding, matter in zip(opened, matters, strict=True)
            for officer in matter.helpers
        ],
        batch_size=CHUNK,
    )
    events = []
    for proceeding, matter in zip(opened, matters, strict=True):
        done = rules.Done(1, rules.OPEN, on, by.number if by else "", "", dict(matter.body))
        digest = rules.link(queries.genesis_of(proceeding), done, queries.moment(moment))
        fields = {"by": by, "at": moment, "on": on, "body": dict(matter.body), "digest": digest}
        events.append(Event(proceeding=proceeding, position=1, act=rules.OPEN, **fields))
    Event.objects.bulk_create(events, batch_size=CHUNK)
    return opened


@transaction.atomic
def act(
    proceeding: Proceeding,
    act: str,
    *,
    by: Officer | None,
    on: date,
    expected_version: int,
    body: Mapping[str, Any] | None = None,
    second: Officer | None = None,
    at: datetime | None = None,
) -> Event:
    """Do one act.

    Raises `WrongState`, `FieldMissing`, `NotAllowed`, `SecondPersonNeeded`, or `Stale` when somebody
    acted after the version the officer saw. Effects run in the same transaction.
    """
    said = dict(body or {})
    _claim(proceeding, expected_version)
    procedure = queries.definition(proceeding.kind)
    events = _events(proceeding)
    state = rules.state_of(procedure, events)
    lawful = procedure.acts.get(act)
    if lawful is None or state not in lawful.source:
        name = lawful.title if lawful else act
        raise WrongState(
            _("现在是“%(state)s”，不能“%(act)s”") % {"state": procedure.states[state].title, "act": name},
            state=state,
            act=act,
            basis=(lawful.basis or "") if lawful else "",
        )
    _refuse_without_power(proceeding, lawful, by, on)
    if missing := rules.missing_fields(procedure, lawful, said):
        raise FieldMissing(
            _("还缺：%(fields)s") % {"fields": "、".join(missing)}, fields=missing, basis=lawful.basis or ""
        )
    _refuse_alone(lawful, events, by, second, on)
    if lawful.to and procedure.states[lawful.to].final:
        Proceeding.objects.filter(pk=proceeding.pk).update(closed=on)
        proceeding.closed = on
    event = _append(proceeding, act, by=by, second=second, on=on, body=said, at=at)
    audit.record(f"procedure.{act}", f"proceeding:{proceeding.number}", by=by, basis=lawful.basis or "")
    effects.run(proceeding, event)
    return event


@transaction.atomic
def undo(
    proceeding: Proceeding, *, by: Officer, on: date, expected_version: int, reason: str, at: datetime | None = None
) -> Event:
    """Take the last act back by a recorded act (撤回); the record keeps both. Effects register for act "undo"."""
    _claim(proceeding, expected_version)
    if not reason.strip():
        raise FieldMissing(_("请写明撤回的理由"), fields=["reason"])
    if (
        "procedure.undo" not in powers.of_officer(by, on)
        or not queries.visible_to(by).filter(pk=proceeding.pk).exists()
    ):
        raise NotAllowed(_("您的岗位没有这项权限"), power="procedure.undo")
    standing = rules.effective(_events(proceeding))
    if len(standing) < 2:
        raise NothingToUndo(_("没有可以撤回的步骤"))
    Proceeding.objects.filter(pk=proceeding.pk).update(closed=None)
    proceeding.closed = None
    body = {"undoes": standing[-1].position, "act": standing[-1].act, "reason": reason.strip()}
    event = _append(proceeding, rules.UNDO, by=by, second=None, on=on, body=body, at=at)
    audit.record("procedure.undo", f"proceeding:{proceeding.number}", by=by, reason=reason)
    effects.run(proceeding, event)
    return event


def _next_serial(kind: str, agency: Agency, year: int, count: int) -> int:
    """The last of `count` numbers. The update holds the row until commit, so numbers have no double; a rollback
    gives them back."""
    row = Counter.objects.filter(kind=kind, agency=agency, year=year)
    if not row.update(last=F("last") + count):
        Counter.objects.get_or_create(kind=kind, agency=agency, year=year)
        row.update(last=F("last") + count)
    return row.values_list("last", flat=True).get()


def _moment(at: datetime | None) -> datetime:
    """The moment of an act, to the millisecond: what the chain can say of it."""
    moment = at or clock.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _claim(proceeding: Proceeding, expected: int) -> None:
    """Move the version on from the one that was seen, or refuse; the row stays locked until commit."""
    if not Proceeding.objects.filter(pk=proceeding.pk, version=expected).update(version=F("version") + 1):
        raise Stale(_("这件事刚刚有人办理过，请刷新后再办"), expected=expected)
    proceeding.version = expected + 1


def _events(proceeding: Proceeding) -> list[rules.Done]:
    """As the database has them now: what a caller loaded before the row was claimed may be old."""
    return [queries.done(event) for event in queries.events().filter(proceeding=proceeding)]


def _refuse_without_power(proceeding: Proceeding, lawful: Act, by: Officer | None, on: date) -> None:
    if lawful.power == "system":
        return
    if by is None or lawful.power not in powers.of_officer(by, on):
        raise NotAllowed(_("您的岗位没有这项权限"), power=lawful.power)
    if not queries.visible_to(by).filter(pk=proceeding.pk).exists():
        raise NotAllowed(_("这件事不在您的数据范围内"), number=proceeding.number)


def _refuse_alone(lawful: Act, events: list[rules.Done], by: Officer | None, second: Officer | None, on: date) -> None:
    if lawful.second:
        if second is None or by is None or second.pk == by.pk:
            raise SecondPersonNeeded(_("须由两名执法人员共同办理"), basis=lawful.basis or "")
        if not second.active or lawful.second not in powers.of_officer(second, on):
            raise NotAllowed(_("第二名执法人员没有这项权限"), power=lawful.second)
    if lawful.other_than and by:
        earlier = [e for e in rules.effective(events) if e.act == lawful.other_than]
        if earlier and by.number in {earlier[-1].by, earlier[-1].second}:
            raise SecondPersonNeeded(_("经办人不能审核自己办理的事项"), basis=lawful.basis or "")


def _append(
    proceeding: Proceeding, name: str, *, by: Officer | None, second: Officer | None, on: date, body: Mapping[str, Any],
    at: datetime | None,
) -> Event:  # fmt: skip
    position, previous = Event.objects.filter(proceeding=proceeding).order_by("-position").values_list("position", "digest")[0]
    moment = _moment(at)
    done = rules.Done(
        position + 1, name, on, by.number if by else "", second.number if second else "", dict(body)
    )
    event = Event.objects.create(
        proceeding=proceeding, position=done.position, act=name, by=by, second=second, at=moment, on=on, body=dict(body),
        digest=rules.link(previous, done, queries.moment(moment)),
    )  # fmt: skip
    # A prefetched list of events is out of date now.
    getattr(proceeding, "_prefetched_objects_cache", {}).pop("events", None)
    return event
