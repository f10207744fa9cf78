"""What stands around the entries: batches, protected data, daily roots. Whatever of them is under no seal is held against what is.

Each question yields what `verifying.Fault` takes, the first fault first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Sum

from hengjian.ground.audit.models import Trail

from . import queries
from .models import Batch, DailyRoot, Entry, Personal
from .rules import GENESIS, batch_leaf, day_root, personal_seal

Found = Iterator[dict[str, Any]]
UNREAD = (DatabaseError, ValueError, TypeError, AttributeError, OverflowError)  # what a byte out of place makes of reading a row
SEALED = "ledger.seal"  # in the audit: what a day's root was when it was made

# Where a batch says it comes from, and when it was written, follows from its first entry, which is sealed.
_SOURCE = f"""CASE WHEN e.act IN ('{queries.DISPOSE}', '{queries.REDACT}') THEN 'ledger.' || e.act
    WHEN e.kind = 'correction' AND e.act = 'correct' THEN 'correction'
    WHEN e.delivery_id IS NOT NULL THEN 'delivery:' || e.delivery_id ELSE e.kind || '.' || e.act END"""
_BATCHES = f"""SELECT b.id, e.seq FROM ledger_batch b LEFT JOIN ledger_entry e ON e.batch_id = b.id AND e.position = 1
    WHERE e.seq IS NULL OR b.opened_at IS DISTINCT FROM e.recorded OR b.sealed_at IS DISTINCT FROM e.recorded
    OR b.source IS DISTINCT FROM {_SOURCE} ORDER BY b.id LIMIT 1"""
_HELD = """SELECT p.entry_id, p.salt, p.data, p.erased_at, e.personal_digest FROM ledger_personal p {unindexed}
    LEFT JOIN ledger_entry e ON e.seq = p.entry_id ORDER BY p.entry_id"""
_LACKING = """SELECT e.seq FROM ledger_entry e WHERE e.personal_digest IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ledger_personal p WHERE p.entry_id = e.seq) ORDER BY e.seq LIMIT 1"""


def _first(question: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(question)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def batches(first: int, last: int) -> Found:
    """Entries without a batch; batches that say of themselves what their entries do not say."""
    for batch in Entry.objects.exclude(batch__gte=first, batch__lte=last).order_by("batch").values_list("batch", flat=True)[:1]:
        yield {"what": "batch", "says": f"第{batch}批的批次记录不见了", "batch": batch}
    if found := _first(_BATCHES):
        yield {"what": "batch", "says": f"第{found[0]}批的来源或时间与其中的记录不一致", "batch": found[0], "seq": found[1]}


def unreadable_batch() -> dict[str, Any]:
    """The first batch the database cannot read, where it can still tell which there are."""
    try:
        for number in Batch.objects.order_by("pk").values_list("pk", flat=True):
            try:
                one = Batch.objects.get(pk=number)
                if one.size > 0 and len(one.chain_head) == 32:
                    continue
                raise ValueError
            except (*UNREAD, Batch.DoesNotExist):
                return {"what": "unreadable", "says": f"第{number}批的批次记录读不出来", "batch": number}
    except DatabaseError:
        pass
    return {"what": "unreadable", "says": "批次或当日总封的表读不出来；请用备份恢复后再核验"}


def personal() -> Found:
    """Protected data that are not as they were sealed, are gone without a row, or were erased without an act."""
    unindexed = "NOT INDEXED" if connection.vendor == "sqlite" else ""  # an index may still say what a row once said
    with connection.cursor() as cursor:
        try:
            cursor.execute(_HELD.format(unindexed=unindexed))
            while rows := cursor.fetchmany(5_000):
                for seq, *row in rows:
                    if not _holds(seq, *row):
                        yield {"what": "personal", "says": f"序号{seq}的受保护信息与当初封存的不一致", "seq": seq}
        except DatabaseError:  # a byte that the database itself cannot read
            yield _unreadable()
    if found := _first(_LACKING):
        yield {"what": "personal", "says": f"序号{found[0]}的受保护信息不见了", "seq": found[0]}


def _holds(seq: int, salt: Any, data: Any, erased: Any, digest: Any) -> bool:
    try:
        if erased is not None:
            return _erased_by_act(Personal.objects.select_related("entry").get(pk=seq))
        return personal_seal(bytes(salt), json.loads(data)) == bytes(digest)
    except (*UNREAD, Personal.DoesNotExist):
        return False


def _unreadable() -> dict[str, Any]:
    for seq in Personal.objects.order_by("pk").values_list("pk", flat=True):
        try:
            Personal.objects.get(pk=seq)
        except (*UNREAD, Personal.DoesNotExist):
            return {"what": "personal", "says": f"序号{seq}的受保护信息读不出来", "seq": seq}
    return {"what": "personal", "says": "受保护信息读不出来"}


def _erased_by_act(row: Personal) -> bool:
    """Nothing is left, and a disposal or a line of the audit says so, of the same moment where it tells one."""
    if row.salt is not None or row.data is not None or row.entry.personal_digest is None or row.erased_at is None:
        return False
    if (told := queries.disposal_of(row.pk)) and told.recorded == row.erased_at:
        return True
    lines = Trail.objects.filter(action="ledger.erase_personal", subject=f"entry:{row.pk}").order_by("pk")
    return any(line.detail.get("at", moment(row.erased_at)) == moment(row.erased_at) for line in lines)


def moment(at: datetime) -> str:
    """A moment as the audit keeps it for later comparison."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def told_of(root: DailyRoot) -> dict[str, Any]:
    """All that a root says, for the audit."""
    return {
        "root": root.hexed, "previous": bytes(root.previous).hex(), "first": root.first_batch, "last": root.last_batch,
        "batches": root.batches, "entries": root.entries, "sealed": moment(root.sealed_at),
    }  # fmt: skip


def roots() -> Iterator[dict[str, Any] | None]:
    """None for each root that holds; a fault for the first that does not, with the root before it, the batches, or the audit."""
    lines = {line.subject: line.detail for line in Trail.objects.filter(action=SEALED).order_by("pk")}
    previous, last, day, audited = GENESIS, 0, None, False
    for number in DailyRoot.objects.order_by("pk").values_list("pk", flat=True):
        try:
            root = DailyRoot.objects.get(pk=number)
            line = lines.get(f"day:{root.day}")
            audited = audited or line is not None  # days sealed before there were lines have none
            held = Batch.objects.filter(pk__gt=last, pk__lte=root.last_batch).order_by("pk")
            leaves = [batch_leaf(batch.pk, batch.size, bytes(batch.chain_head)) for batch in held]
            whole = bytes(root.previous) == previous and day_root(previous, leaves) == bytes(root.root)
            counted = (len(leaves), held.aggregate(size=Sum("size"))["size"] or 0)
            whole = whole and (root.batches, root.entries) == counted and (day is None or root.day > day)
            whole = whole and (not audited or line == told_of(root))
        except (*UNREAD, DailyRoot.DoesNotExist):
            yield {"what": "root", "says": f"第{number}个当日总封读不出来"}
            return
        if not whole:
            yield {"what": "root", "says": f"{root.day}的当日总封与各批次或当时的记载不一致", "day": root.day}
            return
        yield None
        previous, last, day = bytes(root.root), root.last_batch, root.day
        lines.pop(f"day:{root.day}", None)
    if lines:
        yield {"what": "root", "says": f"{min(lines).removeprefix('day:')}的当日总封不见了"}
