"""Personal data of a filing go when their days are over: the account, messages, who filed. What was done stays."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Q

from hengjian.ground import audit

from .following import limit_of
from .models import Filing, Message, Outgoing, Person

MOST = 1_000


@transaction.atomic
def dispose_due(on: date) -> int:
    """Filings whose last matter closed so many days ago (by the pack): safe to repeat."""
    last = on - timedelta(days=limit_of("retention.filing", on))
    over = Filing.objects.filter(disposed=None).annotate(closed=Max("tracks__proceeding__closed")).filter(closed__lt=last)
    over = over.exclude(Q(tracks__open=True)).order_by("pk")
    keys = list(over.values_list("pk", flat=True)[:MOST])
    if not keys:
        return 0
    Person.objects.filter(filing__in=keys).update(concealed="", phone_mark="", address_mark="", identity_mark="")
    Message.objects.filter(filing__in=keys).update(text="")
    Outgoing.objects.filter(filing__in=keys).update(concealed="")
    Filing.objects.filter(pk__in=keys).update(text="", goods="", disposed=on)
    audit.record("complaints.dispose", "filings", filings=len(keys))
    return len(keys)
