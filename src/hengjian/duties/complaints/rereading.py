"""Call-backs to citizens, and random samples of closed matters read a second time (回访、办结质量抽检)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure.services import FieldMissing, FieldWrong
from hengjian.street.draw import lottery

from .models import CallBack, Measured, Recheck, Rechecked, Track

FAULTS = "complaint-faults"


class NothingToDraw(Refusal):
    """There is no closed matter in the period, or its sample was drawn already."""

    code = "nothing_to_draw"


def to_call(officer: Officer) -> QuerySet[Track]:
    """Ended complaints and online settlements in scope whose citizen was not asked yet, the latest first."""
    ended = Track.objects.filter(scopes.visible(officer), kind__in=("complaint", "odr"), open=False, call_back=None)
    return ended.exclude(proceeding__closed=None).filter(filing__disposed=None).order_by("-proceeding__closed", "-pk")


@transaction.atomic
def call(track: Track, *, by: Officer | None, answer: str, on: date, words: str = "") -> CallBack:
    """Record what a citizen said; `by` None: the citizen said it on the status page. Asked once."""
    if answer not in CallBack.ANSWERS:
        raise FieldWrong("没有回访结果“%(answer)s”", answer=answer, fields={"answer": answer})
    if numbers_in(words):
        raise FieldWrong("回访记录里不要写证件号码、电话号码", fields={"words": ""})
    if track.open:
        raise FieldWrong("办结以后才回访", fields={"answer": answer})
    try:
        with transaction.atomic():
            made = CallBack.objects.create(track=track, on=on, answer=answer, words=words.strip()[:400], by=by)
    except IntegrityError:
        raise FieldWrong("这件事已经回访过", fields={"answer": answer}) from None
    audit.record("complaints.call_back", f"track:{track.pk}", by=by, answer=answer)
    return made


def frame(agency: Agency, since: date, until: date) -> list[tuple[int, str]]:
    """Closed matters of an agency in a period: (track, number of the matter), in the order of the numbers."""
    ended = Measured.objects.filter(clock=Measured.ENDED, met__range=(since, until), track__agency=agency)
    found = ended.exclude(track__kind="reward").values_list("track", "track__proceeding__number")
    return sorted(found, key=lambda row: row[1])


@transaction.atomic
def draw(agency: Agency, since: date, until: date, *, by: Officer, on: date) -> Recheck:
    """Draw the sample of a period, once. The frame is fixed by its digest before the seed exists; anybody who has both can
    repeat the draw with the tickets of the inspection draw."""
    listed = frame(agency, since, until)
    if not listed:
        raise NothingToDraw(_("这段时间没有办结的投诉举报"))
    share = policy.at(on).number("complaints.recheck.share")
    size = max(1, -(-len(listed) * share // 100))
    digest = sha256("\n".join(number for _track, number in listed).encode()).hexdigest()
    try:
        with transaction.atomic():
            made = Recheck.objects.create(
                since=since, until=until, agency=agency, frame=digest, size=len(listed), seed=token_hex(32), drawn=on, by=by
            )
    except IntegrityError:
        raise NothingToDraw(_("这段时间的样本已经抽过；样本不能重抽")) from None
    chosen = chosen_from(made.seed, [number for _track, number in listed], size)
    tracks = {number: track for track, number in listed}
    Rechecked.objects.bulk_create(Rechecked(recheck=made, track_id=tracks[n], position=place) for place, n in enumerate(chosen, 1))
    audit.record("complaints.recheck", f"recheck:{made.pk}", by=by, size=len(listed), drawn=size, frame=digest)
    return made


def chosen_from(seed: str, numbers: Sequence[str], size: int) -> list[str]:
    """The lowest tickets, in their order."""
    return sorted(numbers, key=lambda number: (lottery.ticket(seed, "recheck", number), number))[:size]


@transaction.atomic
def read(row: Rechecked, *, by: Officer, faults: Iterable[str], words: str, on: date) -> Rechecked:
    """What a second reader found; none of those who worked on the matter reads it again."""
    row = Rechecked.objects.select_for_update().select_related("track__proceeding").get(pk=row.pk)
    chosen, known = list(faults), policy.current().catalogue(FAULTS).items
    if strange := [code for code in chosen if code not in known]:
        raise FieldWrong("没有这样的问题：%(codes)s", codes="、".join(strange), fields={"faults": strange[0]})
    if chosen and not words.strip():
        raise FieldMissing(_("发现问题的，请写明情况"), fields=["words"])
    matter = row.track.proceeding
    if matter.owner_id == by.pk or matter.events.filter(Q(by=by) | Q(second=by)).exists():
        raise FieldWrong("办理过这件事的人员不能抽检它", fields={"by": by.number})
    if row.faults is not None:
        raise FieldWrong("这件已经抽检过", fields={"faults": ""})
    row.faults, row.words, row.by, row.on = chosen, words.strip()[:400], by, on
    row.save(update_fields=["faults", "words", "by", "on"])
    audit.record("complaints.reread", f"track:{row.track_id}", by=by, faults=chosen)
    return row


def samples(officer: Officer) -> QuerySet[Recheck]:
    """Samples of agencies in scope, the newest first, with how many were read and how many had a fault."""
    found = Recheck.objects.filter(scopes.visible(officer)).select_related("agency")
    counted = {
        "matters_drawn": Count("matters"), "matters_read": Count("matters", filter=Q(matters__faults__isnull=False)),
        "matters_faulty": Count("matters", filter=Q(matters__faults__isnull=False) & ~Q(matters__faults=[])),
    }  # fmt: skip
    return found.annotate(**counted).order_by("-drawn", "-pk")
