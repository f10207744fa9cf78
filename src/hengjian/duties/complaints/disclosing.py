"""What the public may read of ended complaints (投诉信息公示), the firm's objection and reply, and the two boards (红黑榜).

Nothing a citizen wrote is published: only who was complained of, of what kind, what was asked for, when, and how it ended.
A row says its own first and last day; every page asks the day, so nothing is public too long when a night's job fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.services import FieldMissing, FieldWrong
from hengjian.street.register.models import Entity

from . import rates
from .models import Disclosure, Measured

GROUNDS = "complaint-no-publish-grounds"
COMPLAINT = Q(clock=Measured.ENDED, track__kind="complaint")


class NotNow(Refusal):
    """The time for this step is over, or it was taken already."""

    code = "disclosure_not_now"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the complaints about a firm ended that are public today: numerator and denominator of the share solved."""

    entity: Entity
    solved: int
    ended: int

    @property
    def percent(self) -> str:
        return f"{100 * self.solved / self.ended:.1f}%"


def prepare(on: date, limit: int = 5_000) -> int:
    """Make a row for every ended complaint that has none: held back for the ground that shows in its file, or announced to
    the firm, which may object. Returns how many."""
    has = Disclosure.objects.filter(track=OuterRef("track"))
    ended = Measured.objects.filter(COMPLAINT, met__lte=on).exclude(outcome="").filter(~Exists(has))
    rows = [_row(measured, on) for measured in ended.select_related("track__filing").order_by("pk")[:limit]]
    Disclosure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(measured: Measured, on: date) -> Disclosure:
    assert measured.met
    filing, (state, _colon, ground) = measured.track.filing, measured.outcome.partition(":")
    held = ""
    if state in {"refused", "passed"}:
        held = "not-consumer" if ground == "3" else "not-accepted"
    elif state == "withdrawn" or ground == "1":
        held = "withdrawn"
    elif filing.entity_id is None:
        held = "unknown-firm"
    elif not filing.may_publish:
        held = "no-consent"
    row = Disclosure(track=measured.track, entity_id=filing.entity_id, closed=measured.met, held=held)
    if not held:
        row.told = on
        row.since = objection_until(on) + timedelta(days=1)
        row.until = _until(row.since, measured.met)
    return row


def publish_by(closed: date) -> date:
    """Last day on which an ended complaint is to come out."""
    return policy.current().deadline("complaints.publish.after", {"concluded": closed}, on=closed).day


def objection_until(told: date) -> date:
    """Last day on which the firm may object."""
    return policy.current().deadline("complaints.publish.object", {"notice_received": told}, on=told).day


def _until(since: date, closed: date) -> date:
    """Last public day. An authority that is late does not prolong it: it counts from the day it was due, if that was earlier."""
    start = min(since, publish_by(closed))
    return policy.current().deadline("complaints.publish.for", {"published": start}, on=start).day


def public(on: date) -> QuerySet[Disclosure]:
    """What is public on a day, the latest first, with how each ended. An open objection keeps a row from coming out."""
    shown = Disclosure.objects.filter(held="", since__lte=on, until__gte=on).filter(Q(withdrawn=None) | Q(withdrawn__gt=on))
    shown = shown.exclude(Q(objected__isnull=False) & Q(upheld=None))
    ended = Measured.objects.filter(COMPLAINT, track=OuterRef("track")).values("outcome")[:1]
    return shown.annotate(outcome=Subquery(ended)).select_related("entity", "track__filing").order_by("-closed", "-pk")


def visible_to(officer: Officer) -> QuerySet[Disclosure]:
    """Rows of matters in scope."""
    found = Disclosure.objects.filter(scopes.visible(officer, "track__agency"))
    return found.select_related("entity", "track__proceeding", "track__filing").order_by("-closed", "-pk")


@transaction.atomic
def hold(row: Disclosure, *, by: Officer, ground: str, because: str, on: date) -> Disclosure:
    """Keep a complaint from the public, or take it back at once, on a ground of the list and with words."""
    if ground not in policy.current().catalogue(GROUNDS).items:
        raise FieldWrong("没有这样的不予公示情形", fields={"ground": ground})
    if not because.strip():
        raise FieldMissing(_("请写明理由"), fields=["because"])
    row = Disclosure.objects.select_for_update().get(pk=row.pk)
    row.held, row.because, row.by = ground, because.strip()[:400], by
    if row.since and row.since <= on:
        row.withdrawn = on
    row.save(update_fields=["held", "because", "by", "withdrawn"])
    audit.record("complaints.hold", f"track:{row.track_id}", by=by, ground=ground)
    return row


@transaction.atomic
def object_to(row: Disclosure, *, text: str, on: date) -> Disclosure:
    """The firm objects before its complaint is published; until this is decided it does not come out."""
    row, words = Disclosure.objects.select_for_update().get(pk=row.pk), _said(text)
    if row.told is None or row.held or row.objected or on > objection_until(row.told):
        raise NotNow(_("提出异议的期限已过，或者已经提出过"))
    row.objection, row.objected = words, on
    row.save(update_fields=["objection", "objected"])
    audit.record("complaints.object", f"track:{row.track_id}", by=None)
    return row


@transaction.atomic
def answer(row: Disclosure, *, by: Officer, upheld: bool, because: str, on: date) -> Disclosure:
    """Decide a firm's objection; where it is not upheld the complaint comes out, on the next day at the earliest."""
    row = Disclosure.objects.select_for_update().get(pk=row.pk)
    if not row.objected or row.upheld is not None:
        raise NotNow(_("没有待答复的异议"))
    if not because.strip():
        raise FieldMissing(_("请写明理由"), fields=["because"])
    row.upheld, row.because, row.by = upheld, because.strip()[:400], by
    if upheld:
        row.held = "objection"
    else:
        assert row.since
        row.since = max(row.since, on + timedelta(days=1))
        row.until = _until(row.since, row.closed)
    row.save(update_fields=["upheld", "because", "by", "held", "since", "until"])
    audit.record("complaints.answer_objection", f"track:{row.track_id}", by=by, upheld=upheld)
    return row


@transaction.atomic
def reply(row: Disclosure, *, text: str) -> Disclosure:
    """The firm's words, printed beside its complaint; the latest replace the former."""
    row = Disclosure.objects.select_for_update().get(pk=row.pk)
    if row.held:
        raise NotNow(_("这件投诉不公示，不需要答辩"))
    row.reply = _said(text)
    row.save(update_fields=["reply"])
    audit.record("complaints.reply", f"track:{row.track_id}", by=None)
    return row


def _said(text: str) -> str:
    """Words of a firm that strangers will read."""
    words = text.strip()
    if not words:
        raise FieldMissing(_("请写明内容"), fields=["text"])
    if len(words) > 400:
        raise FieldWrong("不能超过 %(most)s 字", most=400, fields={"text": str(len(words))})
    if numbers_in(words):
        raise FieldWrong("这些话会公开，不能写证件号码、电话号码", fields={"text": ""})
    return words


def standings(on: date, uscc: str = "") -> list[Standing]:
    """Firms by the complaints public today: the most complained of first."""
    counted: dict[int, list[int]] = {}
    shown = public(on)
    if uscc:
        shown = shown.filter(entity__uscc=uscc)
    for entity, outcome in shown.order_by().values_list("entity_id", "outcome"):
        row = counted.setdefault(entity, [0, 0])
        row[0] += outcome in rates.SOLVED
        row[1] += 1
    entities = Entity.objects.in_bulk(counted)
    found = [Standing(entities[pk], *row) for pk, row in counted.items()]
    return sorted(found, key=lambda one: (-one.ended, one.entity.uscc))


def boards(on: date) -> dict[str, list[Standing]]:
    """红榜 and 黑榜 of a day, by rule and from what is public, so that anybody can work them out again."""
    law = policy.at(on)
    least, red, black = (law.number(f"complaints.board.{name}") for name in ("least", "red", "black"))
    enough = [one for one in standings(on) if one.ended >= least]
    return {
        "red": [one for one in enough if 100 * one.solved >= red * one.ended],
        "black": [one for one in enough if 100 * one.solved <= black * one.ended],
    }

