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
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.policy.schema.procedures import Act, Procedure

from . import counting, effects, fields, papers, queries, rules
from .models import Event, Proceeding

CHUNK = 200


class WrongState(Refusal):
    """The act is not lawful where the matter stands."""

    code = "wrong_state"


class FieldMissing(Invalid):
    """The act lacks something the definition requires."""

    code = "field_missing"


class FieldWrong(Invalid):
    """Something was told in a form the definition does not know."""

    code = "field_wrong"


class NotYet(Refusal):
    """The act is lawful here, but something must come first, or its time has not come or is over."""

    code = "not_yet"


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
    follows: bool = False,
) -> Proceeding:
    """Open a matter (立卷) under the law in force now; its number follows the last one of the agency and year.

    An officer needs the power of its opening, unless the matter `follows` from another act that this officer may do.
    """
    procedure = queries.definition(kind)
    if procedure.opening and by is not None and not follows and procedure.opening.power not in powers.of_officer(by, on):
        raise NotAllowed(_("您的岗位没有这项权限"), power=procedure.opening.power)
    if missing := rules.missing_at_opening(procedure, body or {}):
        raise FieldMissing(_("还缺：%(fields)s") % {"fields": "、".join(missing)}, fields=missing)
    if procedure.opening:
        _refuse_wrong(procedure, [*procedure.opening.requires, *procedure.opening.optional], body or {}, on)
    matter = Matter(subject, owner or by, tuple(helpers), title, body or {})
    return open_many(by=by, kind=kind, agency=agency, on=on, matters=[matter], at=at)[0]


@transaction.atomic
def open_many(
    *, by: Officer | None, kind: str, agency: Agency, on: date, matters: Sequence[Matter], at: datetime | None = None
) -> list[Proceeding]:
    """Open many matters of one kind at once, in a handful of statements; numbers follow the given order."""
    procedure, law, moment = queries.definition(kind), policy.current(), _moment(at)
    last = counting.next_serial(kind, agency, on.year, len(matters))
    opened = Proceeding.objects.bulk_create(
        [
            Proceeding(
                kind=kind, number=f"{agency.code}{procedure.number}〔{on.year}〕{serial}号", serial=serial, year=on.year,
                subject=matter.subject, title=matter.title, agency=agency, owner=matter.owner, opened=on,
                law_version=law.version, version=1, awaits=procedure.states[procedure.start].awaits,
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

    Raises `WrongState`, `NotYet`, `FieldMissing`, `FieldWrong`, `NotAllowed`, `SecondPersonNeeded` (also where another
    must confirm: use `proposals`), or `Stale` when somebody acted after the version the officer saw. Effects run in
    the same transaction.
    """
    claim(proceeding, expected_version)
    events = queries.events_now(proceeding)
    lawful = lawful_act(proceeding, act, events)
    if lawful.confirm:
        raise SecondPersonNeeded(_("“%(act)s”须先提请批准，由另一人确认") % {"act": named(lawful)}, basis=lawful.basis or "")
    said = dict(body or {})
    refuse(proceeding, act, said, events, by=by, second=second, on=on)
    said |= effects.worked_out(proceeding, act, said, on)
    return take_effect(proceeding, act, said, by=by, second=second, on=on, at=at)


def lawful_act(proceeding: Proceeding, name: str, events: Sequence[rules.Done]) -> Act:
    """The act, if the matter stands where it may begin; raises WrongState."""
    procedure = queries.definition(proceeding.kind)
    state, lawful = rules.state_of(procedure, events), procedure.acts.get(name)
    if lawful is None or state not in lawful.source:
        raise WrongState(
            _("现在是“%(state)s”，不能“%(act)s”")
            % {"state": named(procedure.states[state]), "act": named(lawful) if lawful else name},
            state=state, act=name, basis=(lawful.basis or "") if lawful else "",
        )  # fmt: skip
    return lawful


def refuse(
    proceeding: Proceeding, name: str, said: Mapping[str, Any], events: Sequence[rules.Done], *, by: Officer | None,
    second: Officer | None, on: date,
) -> None:  # fmt: skip
    """Raise what keeps this officer from this act with these fields on this day."""
    procedure = queries.definition(proceeding.kind)
    lawful = procedure.acts[name]
    _refuse_without_power(proceeding, lawful, by, on)
    if reasons := queries.hindrances(proceeding, name, on, events):
        raise NotYet("；".join(str(reason) for reason in reasons), act=name, basis=lawful.basis or "")
    if missing := rules.missing_fields(procedure, lawful, said):
        raise FieldMissing(_("还缺：%(fields)s") % {"fields": "、".join(missing)}, fields=missing, basis=lawful.basis or "")
    _refuse_wrong(procedure, [*lawful.requires, *lawful.optional], said, on)
    refuse_misfit(proceeding, name, said, on)
    _refuse_alone(proceeding, lawful, events, by, second, on)


def take_effect(
    proceeding: Proceeding, name: str, said: Mapping[str, Any], *, by: Officer | None, second: Officer | None, on: date,
    at: datetime | None,
) -> Event:  # fmt: skip
    """Append the act, issue its papers, run its effects. The row is claimed and everything has been asked."""
    lawful = queries.definition(proceeding.kind).acts[name]
    event = append(proceeding, name, by=by, second=second, on=on, body=said, at=at)
    papers.issue(proceeding, event, lawful.documents)
    audit.record(f"procedure.{name}", f"proceeding:{proceeding.number}", by=by, basis=lawful.basis or "")
    effects.run(proceeding, event)
    return event


@transaction.atomic
def undo(
    proceeding: Proceeding, *, by: Officer, on: date, expected_version: int, reason: str, at: datetime | None = None
) -> Event:
    """Take the last act back by a recorded act (撤回); the record keeps both. Effects register for act "undo"."""
    claim(proceeding, expected_version)
    if not reason.strip():
        raise FieldMissing(_("请写明撤回的理由"), fields=["reason"])
    if (
        "procedure.undo" not in powers.of_officer(by, on)
        or not queries.visible_to(by).filter(pk=proceeding.pk).exists()
    ):
        raise NotAllowed(_("您的岗位没有这项权限"), power="procedure.undo")
    standing = rules.effective(queries.events_now(proceeding))
    if len(standing) < 2:
        raise NothingToUndo(_("没有可以撤回的步骤"))
    body = {"undoes": standing[-1].position, "act": standing[-1].act, "reason": reason.strip()}
    event = append(proceeding, rules.UNDO, by=by, second=None, on=on, body=body, at=at)
    papers.void(proceeding, standing[-1].position, on)
    audit.record("procedure.undo", f"proceeding:{proceeding.number}", by=by, reason=reason)
    effects.run(proceeding, event)
    return event


def _moment(at: datetime | None) -> datetime:
    """The moment of an act, to the millisecond: what the chain can say of it."""
    moment = at or clock.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def claim(proceeding: Proceeding, expected: int) -> None:
    """Move the version on from the one that was seen, or refuse; the row stays locked until commit."""
    if not Proceeding.objects.filter(pk=proceeding.pk, version=expected).update(version=F("version") + 1):
        raise Stale(_("这件事刚刚有人办理过，请刷新后再办"), expected=expected)
    proceeding.version = expected + 1


def beside(
    proceeding: Proceeding, name: str, *, by: Officer | None, on: date, expected_version: int, body: Mapping[str, Any],
    at: datetime | None = None,
) -> Event:  # fmt: skip
    """Record something beside the acts (附件、当事人、移交、督办 …). The caller has asked whether this officer may."""
    claim(proceeding, expected_version)
    event = append(proceeding, name, by=by, second=None, on=on, body=body, at=at)
    audit.record(f"procedure.{name}", f"proceeding:{proceeding.number}", by=by)
    return event


def refuse_outsider(proceeding: Proceeding, by: Officer, on: date) -> None:
    """Files, parties and errands are for those who work on the matter: owner, helpers, holders of a power of its acts."""
    if not queries.may_work(proceeding, by, on):
        raise NotAllowed(_("您不是这件事的承办人或协办人"), number=proceeding.number)


def _refuse_without_power(proceeding: Proceeding, lawful: Act, by: Officer | None, on: date) -> None:
    if lawful.power == "system":
        if by is not None:  # it follows from something else; nobody does it by hand, whatever page they found
            raise NotAllowed(_("这一步由系统办理，不能由人员代办"), act=lawful.title)
        return
    if by is None or lawful.power not in powers.of_officer(by, on):
        raise NotAllowed(_("您的岗位没有这项权限"), power=lawful.power)
    if not queries.visible_to(by).filter(pk=proceeding.pk).exists():
        raise NotAllowed(_("这件事不在您的数据范围内"), number=proceeding.number)


def refuse_misfit(proceeding: Proceeding, name: str, said: Mapping[str, Any], on: date) -> None:
    """Raise what the house finds wrong on this day with what an act is told."""
    if misfits := effects.misfits(proceeding, name, said, on):
        raise FieldWrong("；".join(misfits), fields={}, basis=queries.definition(proceeding.kind).acts[name].basis or "")


def _refuse_wrong(procedure: Procedure, names: Sequence[str], said: Mapping[str, Any], on: date) -> None:
    if wrong := fields.wrong(procedure, names, said, policy.current(), on):
        raise FieldWrong("；".join(wrong.values()), fields=wrong)


def _refuse_alone(
    proceeding: Proceeding, lawful: Act, events: Sequence[rules.Done], by: Officer | None, second: Officer | None, on: date
) -> None:
    if lawful.second:
        if second is None or by is None or second.pk == by.pk:
            raise SecondPersonNeeded(_("须由两名执法人员共同办理"), basis=lawful.basis or "")
        if not second.active or lawful.second not in powers.of_officer(second, on):
            raise NotAllowed(_("第二名执法人员没有这项权限"), power=lawful.second)
    if lawful.apart and by and by.number in _handlers(proceeding, lawful.apart, events):
        raise SecondPersonNeeded(_("办案人员不能办理这一步，须由没有参与本案的人员办理"), basis=lawful.basis or "")
    if lawful.other_than and by:
        earlier = [e for e in rules.effective(events) if e.act == lawful.other_than]
        if earlier and by.number in rules.authors(events, earlier[-1]):
            raise SecondPersonNeeded(_("经办人不能审核自己办理的事项"), basis=lawful.basis or "")


def _handlers(proceeding: Proceeding, power: str, events: Sequence[rules.Done]) -> set[str]:
    """Who works or worked on the matter: owner, helpers, and all who had a hand in an act done with this power."""
    acts = queries.definition(proceeding.kind).acts
    hands = (rules.authors(events, event) for event in events if event.act in acts and acts[event.act].power == power)
    working = {one.number for one in (proceeding.owner, *proceeding.helpers.all()) if one}
    return working.union(*hands)


def append(
    proceeding: Proceeding, name: str, *, by: Officer | None, second: Officer | None, on: date, body: Mapping[str, Any],
    at: datetime | None,
) -> Event:  # fmt: skip
    """The next link of the chain; closing and the desk the matter lies on follow from it."""
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
    _settle(proceeding, on)
    return event


def _settle(proceeding: Proceeding, on: date) -> None:
    """Two columns that lists are selected by: when the matter closed, and which power must act next."""
    procedure, events = queries.definition(proceeding.kind), queries.events_now(proceeding)
    state = procedure.states[rules.state_of(procedure, events)]
    awaits = rules.awaited(procedure, events)
    closed = (proceeding.closed or on) if state.final else None
    if (closed, awaits) != (proceeding.closed, proceeding.awaits):
        Proceeding.objects.filter(pk=proceeding.pk).update(closed=closed, awaits=awaits)
        proceeding.closed, proceeding.awaits = closed, awaits
