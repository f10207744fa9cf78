"""What peers answer: kept once, and the refusals that a person has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from .models import Answer
from .peers import Peer


@transaction.atomic
def take(peer: Peer, items: Sequence[dict[str, Any]], *, at: datetime) -> int:
    """Keep answers; one that is known already stays as it was. Returns how many were new."""
    numbers = {item["number"]: item for item in reversed(items)}
    held = set(Answer.objects.filter(peer=peer.code, number__in=list(numbers)).values_list("number", flat=True))
    new = [Answer(peer=peer.code, at=at, **item) for number, item in numbers.items() if number not in held]
    Answer.objects.bulk_create(reversed(new), batch_size=500)
    return len(new)


def refused() -> QuerySet[Answer]:
    """Records a peer refused and has not taken since, newest first."""
    latest = Answer.objects.order_by().values("peer", "entry_seq").annotate(last=Max("id")).values("last")
    return Answer.objects.filter(pk__in=latest, outcome="refused").order_by("-id")
