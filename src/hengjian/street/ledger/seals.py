"""Sealing days, and proving that one entry stands under a sealed day. See docs/algorithms/ledger.md."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.digests import canonical, merkle_proof

from . import queries
from .around import SEALED as SEALED_DAY
from .around import told_of
from .models import Batch, DailyRoot, Entry
from .rules import GENESIS, SEALED, batch_leaf, content, day_root, said


def seal_day(*, on: date, at: datetime | None = None) -> DailyRoot | None:
    """Put one root over all batches written since the last root, up to the end of `on`. Safe to repeat."""
    with transaction.atomic():
        end = queries.settled_batch()  # no lower batch can appear later
        last = queries.last_root()
        if last and last.day >= on:
            return None
        batches = list(queries.unsealed(on, end))
        previous = bytes(last.root) if last else GENESIS
        first, final = (batches[0].pk, batches[-1].pk) if batches else (_end(last) + 1, _end(last))
        made = DailyRoot.objects.create(
            day=on, first_batch=first, last_batch=final, batches=len(batches), entries=sum(b.size for b in batches),
            previous=previous, root=day_root(previous, [_leaf(batch) for batch in batches]), sealed_at=at or clock.now(),
        )  # fmt: skip
        audit.record(SEALED_DAY, f"day:{on}", **told_of(made))
        return made


def _end(root: DailyRoot | None) -> int:
    return root.last_batch if root else 0


def _leaf(batch: Batch) -> bytes:
    return batch_leaf(batch.pk, batch.size, bytes(batch.chain_head))


def proof_of(seq: int) -> dict[str, Any] | None:
    """Everything a stranger needs to see that an entry stands under a published root, and nothing about others.

    `verifier.py` reads it with the standard library alone.
    """
    row = Entry.objects.filter(seq=seq).values(*SEALED, "salt", "batch_id", "previous", "digest").first()
    if row is None:
        return None
    batch = Batch.objects.get(pk=row["batch_id"])
    after = Entry.objects.filter(batch=batch, position__gt=row["position"]).order_by("position").values(*SEALED, "salt")
    gone = queries.contents_kept(batch)
    return {
        **_told(row, gone.get(seq)),
        "previous": bytes(row["previous"]).hex(), "digest": bytes(row["digest"]).hex(),
        "later": [gone.get(other["seq"]) or content(other).hex() for other in after.iterator(5_000)],
        "batch": {"number": batch.pk, "size": batch.size, "chain_head": bytes(batch.chain_head).hex()},
        "day": _day_proof(batch),
    }  # fmt: skip


def _told(row: dict[str, Any], kept: str | None) -> dict[str, Any]:
    """What the entry said, with its salt; of one whose words went, its digest, and what remains with the proof of the
    sealed record that binds the two."""
    if kept is None:
        salt = {"salt": bytes(row["salt"]).hex()} if row["salt"] else {}
        return {"entry": json.loads(canonical(said(row))), **salt}
    entry = {"seq": row["seq"], "position": row["position"], "content": kept}
    redaction = queries.redaction_of(row["seq"])
    if redaction is None or queries.disposal_of(row["seq"]):
        return {"entry": entry}
    return {"entry": entry, "redacted": {"remains": json.loads(canonical(said(row))), "record": proof_of(redaction.seq)}}


def _day_proof(batch: Batch) -> dict[str, Any] | None:
    root = queries.root_over(batch)
    if root is None:
        return None
    before = DailyRoot.objects.filter(pk__lt=root.pk).order_by("-pk").first()
    numbers = list(Batch.objects.filter(pk__gt=_end(before), pk__lte=root.last_batch).order_by("pk"))
    leaves = [bytes(root.previous), *(_leaf(other) for other in numbers)]
    place = 1 + [other.pk for other in numbers].index(batch.pk)
    path = [[side, sibling.hex()] for side, sibling in merkle_proof(leaves, place)]
    return {"day": root.day.isoformat(), "root": bytes(root.root).hex(), "path": path}
