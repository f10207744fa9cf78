"""Warnings to consumers (消费警示): written by one officer, published by another, withdrawn by a recorded act."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.services import FieldMissing, FieldWrong

from .models import Alert, Spot


def public(on: date) -> QuerySet[Alert]:
    """What is published on a day, the newest first."""
    shown = Alert.objects.filter(published__lte=on).filter(Q(withdrawn=None) | Q(withdrawn__gt=on))
    return shown.order_by("-published", "-pk")


@transaction.atomic
def write(*, by: Officer, title: str, text: str, on: date, category: str = "", spot: Spot | None = None) -> Alert:
    """Write a warning; it waits for somebody else to publish it. It names no person's number."""
    missing = [name for name, said in (("title", title), ("text", text)) if not said.strip()]
    if missing:
        raise FieldMissing(_("请写明标题和内容"), fields=missing)
    if numbers_in(title + "\n" + text):
        raise FieldWrong("警示会公开，不能写证件号码、电话号码", fields={"text": ""})
    made = Alert.objects.create(
        title=title.strip()[:120], text=text.strip(), category=category, spot=spot, written=on, by=by
    )
    audit.record("complaints.write_alert", f"alert:{made.pk}", by=by)
    return made


@transaction.atomic
def publish(alert: Alert, *, by: Officer, on: date) -> Alert:
    """Publish what a colleague wrote."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.by_id == by.pk:
        raise NotAllowed(_("起草人不能自己发布"))
    if alert.published is None:
        alert.published, alert.approved_by = on, by
        alert.save(update_fields=["published", "approved_by"])
        audit.record("complaints.publish_alert", f"alert:{alert.pk}", by=by)
    return alert


@transaction.atomic
def withdraw(alert: Alert, *, by: Officer, on: date) -> Alert:
    """Take a warning back from this day on."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.withdrawn is None:
        alert.withdrawn = on
        alert.save(update_fields=["withdrawn"])
        audit.record("complaints.withdraw_alert", f"alert:{alert.pk}", by=by)
    return alert
