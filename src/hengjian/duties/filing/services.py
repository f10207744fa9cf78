"""Acts of supervision: draw a sample, enter what a comparison found, raise alarms, freeze a month. Each may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.intake import services as intake
from hengjian.street.publication import services as publication

from . import figures, owing, queries, rules
from .models import Alarm, Pick, Report, Sample


class AlreadyDrawn(Refusal):
    """A source is sampled once a month: nobody draws again until the sample pleases."""

    code = "already_drawn"


class NothingToDraw(Refusal):
    """No accepted row in that month."""

    code = "nothing_to_draw"


def draw_sample(*, by: Officer, agency: Agency, kind: str, month: date, seed: str, at: datetime) -> Sample:
    """Draw rows of a month by lot from everything accepted of a source (抽取复核样本). The seed is recorded first."""
    held = queries.frame(agency, kind, month)
    size = sum(len(numbers) for _delivery, numbers in held)
    if not size:
        raise NothingToDraw(_("这个来源当月没有接收的记录，无从抽样"), kind=kind, month=f"{month:%Y-%m}")
    count = policy.current().at(at.date()).number("filing.recheck.size")
    try:
        with transaction.atomic():
            sample = Sample.objects.create(agency=agency, kind=kind, month=month, frame=size, seed=seed, by=by, at=at)
            ends = np.cumsum([len(numbers) for _delivery, numbers in held])
            picks = []
            for position, place in enumerate(rules.picks(seed, size, count), start=1):
                part = int(np.searchsorted(ends, place, side="right"))
                delivery, numbers = held[part]
                number = int(numbers[place - (int(ends[part - 1]) if part else 0)])
                picks.append(Pick(sample=sample, position=position, delivery_id=delivery, number=number))
            Pick.objects.bulk_create(picks)
            audit.record("filing.draw_sample", f"agency:{agency.code}", by=by, kind=kind, month=f"{month:%Y-%m}", seed=seed, frame=size, picks=len(picks))
    except IntegrityError:
        raise AlreadyDrawn(_("这个来源当月已经抽过样本，不能重抽"), agency=agency.code, kind=kind, month=f"{month:%Y-%m}") from None
    return sample


@transaction.atomic
def recheck(*, by: Officer, pick: Pick, outcome: str, fields: Sequence[str], note: str, at: datetime) -> Pick:
    """Enter what the comparison with the original found (录入复核结果). A wrong row names the fields that differ."""
    held = Pick.objects.select_for_update().get(pk=pick.pk)
    named = [name for name in fields if name in policy.current().record(held.sample.kind).fields]
    if outcome not in Pick.OUTCOMES or (outcome == "wrong") != bool(named):
        raise Invalid(_("请选择复核结果；有差错的，选出不符的字段"))
    held.outcome, held.fields, held.note, held.by, held.at = outcome, named, note.strip()[:400], by, at
    held.save(update_fields=["outcome", "fields", "note", "by", "at"])
    audit.record("filing.recheck", f"delivery:{held.delivery_id}", by=by, row=held.number, outcome=outcome, fields=named)
    return held


def raise_alarms(on: date, at: datetime) -> int:
    """Raise an alarm for every source that has fallen silent, once for each silence; end those of sources heard again."""
    count = figures.counting(on)
    filed, ended = queries.filing_days(on), 0
    for alarm in Alarm.objects.filter(over=None).order_by("pk"):
        heard = [day for day in filed.get((alarm.agency_id, alarm.kind), []) if day > alarm.last]
        if heard:
            Alarm.objects.filter(pk=alarm.pk).update(over=heard[0])
            ended += 1
    raised = 0
    for (agency, kind), days in sorted(filed.items()):
        found = rules.silence(days, on, count.workdays, count.factor, count.gaps)
        if found is None:
            continue
        with transaction.atomic():
            told = {"usual": found.usual, "limit": found.limit, "raised": on}
            alarm, new = Alarm.objects.get_or_create(agency_id=agency, kind=kind, last=found.last, defaults=told)
            if new:
                audit.record("filing.alarm", f"agency:{alarm.agency.code}", actor="jobs", kind=kind, last=found.last, usual=found.usual, waited=found.waited)
                raised += 1
    if raised or ended:
        publication.renew()  # public pages say which sources are silent
    return raised


def freeze(*, month: date, at: datetime, by: Officer | None = None) -> Report:
    """Keep the figures of a month that is over as they are known now (冻结月报). A frozen month stays as it is."""
    on = at.astimezone(SHANGHAI).date()
    if rules.after(month) > on:
        raise Refusal(_("这个月还没有结束，不能冻结"), month=f"{month:%Y-%m}")
    if found := queries.frozen(month):
        return found
    told = figures.of_month(month, on, known=at) | {"expected": owing.expected(month, on)}
    with transaction.atomic():
        report, new = Report.objects.get_or_create(month=month, defaults={"frozen_at": at, "by": by, "figures": told, "digest": figures.digest(told)})
        if new:
            audit.record("filing.freeze", f"report:{report}", by=by, actor="" if by else "jobs", digest=report.digest, sources=len(told["sources"]))
    return report


def counted_again(report: Report) -> bool:
    """Whether the month counted again, with what was known when it was frozen, gives the figures that were frozen."""
    again = figures.of_month(report.month, report.frozen_at.astimezone(SHANGHAI).date(), known=report.frozen_at)
    return figures.digest(again) == report.digest


def supervise(on: date, at: datetime) -> tuple[int, int]:
    """What the timetable calls: alarms of today, and the months that are over and not frozen yet."""
    intake.count_old()
    raised, frozen = raise_alarms(on, at), 0
    month, waits = queries.first_month(), policy.current().at(on).number("filing.report.after")
    while month and rules.after(month) + waits * rules.DAY <= on:
        if queries.frozen(month) is None:
            freeze(month=month, at=at)
            frozen += 1
        month = rules.after(month)
    return raised, frozen
