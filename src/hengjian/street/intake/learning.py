"""Headings an agency writes its own way: mapped once by a clerk, remembered when the file is confirmed, forgotten by an act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Officer

from .contract import heading_key
from .models import Delivery, Heading


def learnt_for(delivery: Delivery) -> dict[str, str]:
    """Headings this delivery is read with: those its agency confirmed for the kind, and those mapped while it is held.

    Once rows are stored the file is read with what it began with, whatever is learnt or forgotten meanwhile.
    """
    if delivery.received and "learnt" in delivery.layout:
        return dict(delivery.layout["learnt"])
    held = Heading.objects.filter(agency=delivery.agency_id, kind=delivery.kind, revoked_at=None)
    found = held.exclude(confirmed_at=None) | held.filter(delivery=delivery)
    return dict(found.order_by("pk").values_list("key", "field"))


@transaction.atomic
def map_headings(*, by: Officer, delivery: Delivery, fields: Mapping[str, str], at: datetime) -> int:
    """Say which fields unknown headings of a held file are (认列名). Nothing is remembered before the file is confirmed."""
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if held.state != "held":
        raise Refusal(_("文件已经确认，不能再认列名"), delivery=held.pk)
    record = policy.current().record(held.kind)
    chosen = {written.strip(): name for written, name in fields.items() if name}
    if len(set(chosen.values())) < len(chosen):
        raise Invalid(_("两个列名不能认作同一个字段"))
    if wrong := [name for name in chosen.values() if name not in record.fields]:
        raise Invalid(_("没有这个字段：%(fields)s"), fields="、".join(wrong))
    Heading.objects.filter(delivery=held, confirmed_at=None).delete()
    for written, name in chosen.items():
        if not heading_key(written) or len(written) > 100:
            raise Invalid(_("列名是空的或太长，认不了"))
        try:
            with transaction.atomic():
                Heading.objects.create(agency=held.agency, kind=held.kind, key=heading_key(written), written=written, field=name, delivery=held, by=by, at=at)
        except IntegrityError:
            raise Refusal(_("这个列名已经认作别的字段；请先撤销原来的认定"), heading=written) from None
    return len(chosen)


def confirm_headings(*, by: Officer, delivery: Delivery, at: datetime) -> int:
    """The file is confirmed with what was mapped: from now on it is known of this agency and kind."""
    held = Heading.objects.filter(delivery=delivery, confirmed_at=None, revoked_at=None)
    told = dict(held.order_by("pk").values_list("written", "field"))
    if told:
        held.update(confirmed_at=at, confirmed_by=by)
        audit.record("intake.learn", f"agency:{delivery.agency.code}", by=by, kind=delivery.kind, headings=told)
    return len(told)


@transaction.atomic
def forget(*, by: Officer, heading: Heading, because: str, at: datetime) -> Heading:
    """Undo what was learnt (撤销认定): later files are read without it, files already read stay as they were."""
    held = Heading.objects.select_for_update().get(pk=heading.pk)
    if held.revoked_at:
        raise Refusal(_("这项认定已经撤销"), on=held.revoked_at.date())
    if not because.strip():
        raise Invalid(_("请写明理由"))
    held.revoked_at, held.revoked_by, held.because = at, by, because.strip()[:200]
    held.save(update_fields=["revoked_at", "revoked_by", "because"])
    audit.record("intake.forget", f"agency:{held.agency.code}", by=by, kind=held.kind, heading=held.written, field=held.field, because=because[:120])
    return held
