"""Forms that are being filled in, on one device or on several. No device overwrites what another has written.

A device names the version it has seen. If another came first, what it sends is kept beside and both are shown: the
officer chooses. docs/adr/0008-field-work.md
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground.people.models import Officer

from . import queries
from .errors import DraftMoved
from .models import Draft, Visit

Entries = Sequence[Sequence[str]]
MOST_ENTRIES, LONGEST = 600, 20_000


def digest_of(entries: Entries) -> str:
    return hashlib.sha256(json.dumps([list(pair) for pair in entries], ensure_ascii=False).encode()).hexdigest()


def save(visit: Visit, entries: Entries, *, base: int, device: str, by: Officer, at: datetime) -> Draft:
    """Keep what a device has (存底稿). The same again changes nothing.

    Raises DraftMoved when another device was first or the result is in: the row is kept beside, without a version.
    """
    row = _kept(visit, entries, base, device, by, at)
    if row.version is None:
        head = queries.head_draft(visit)
        raise DraftMoved(
            _("这份检查表在另一台设备上有改动，请选择保留哪一份"), version=head.version if head else 0,
            entries=head.entries if head else [], by=head.by.name if head else "", received=head.received if head else None,
            recorded=queries.result_of(visit) is not None,
        )  # fmt: skip
    return row


@transaction.atomic
def _kept(visit: Visit, entries: Entries, base: int, device: str, by: Officer, at: datetime) -> Draft:
    Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    head, digest = queries.head_draft(visit), digest_of(entries)
    if head and head.digest == digest:
        return head
    fields = {"base": base, "entries": [list(pair) for pair in entries], "by": by, "received": at}
    seen = head.version if head and head.version else 0
    if seen == base and queries.result_of(visit) is None:
        return Draft.objects.create(visit=visit, version=seen + 1, device=device, digest=digest, **fields)
    return Draft.objects.get_or_create(visit=visit, version=None, device=device, digest=digest, defaults=fields)[0]
