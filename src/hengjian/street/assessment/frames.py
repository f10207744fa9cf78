"""Whole cities by column: keeping the mirror up with the ledger, and asking it for classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Q

from hengjian.ground.policy import by_column
from hengjian.ground.policy.conditions import Terms, no_terms
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.ground.warehouse import CLOSINGS, ENTITIES, FACTS, Manifest, Mirror
from hengjian.street.ledger import frames as ledger
from hengjian.street.register.models import Entity

STEP = 500_000
STATED = frozenset({"decided_on", "recorded_on"})
ENTITY = ("pk", "uscc", "name", "kind", "status", "district", "industry")


def mirror() -> Mirror:
    return Mirror(settings.DATA / "warehouse")


def refresh() -> Manifest:
    """Bring the mirror up to the ledger. A mirror of another ledger (its chain head is not ours) is rebuilt."""
    store = mirror()
    now = store.manifest()
    if now.last_seq and ledger.head_at(now.last_seq) != now.chain_head:
        store.clear()
        now = store.manifest()
    last, entries = ledger.settled()
    codes = {name: code for code, name in enumerate(store.name_kinds(ledger.kinds()))}
    for start in range(now.last_seq, last, STEP):
        upto = min(start + STEP, last)
        facts = [(row[0], row[1], codes[row[2]], *row[3:9], None, None) for row in ledger.facts(after=start, upto=upto)]
        tables = {
            "facts": _table(facts, FACTS),
            "closings": _table(list(ledger.closings(after=start, upto=upto)), CLOSINGS),
        }
        store.append(tables, upto=upto, head=ledger.head_at(upto) or ledger.head()[1])
    if not _holds(store, entries):
        # Something is missing or doubled: the mirror is made again, and is then complete or the ledger is not.
        store.clear()
        return refresh() if now.last_seq else store.manifest()
    now = _refresh_entities(store)
    return store.compact() if store.scattered() else now


def _holds(store: Mirror, entries: int) -> bool:
    """Whether the mirror has as many records and closings as the ledger has entries."""
    with store.connect() as db:
        [(found,)] = db.execute("SELECT count(*) + count(closed_on) + (SELECT count(*) FROM closings) FROM facts").fetchall()
    return bool(found == entries)


def registered(*, after: int) -> list[int]:
    """Entities that entered the register after this key."""
    return list(Entity.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True))


def last_registered() -> int:
    return Entity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def rebuild() -> Manifest:
    """Throw the mirror away and make it again from the database."""
    mirror().clear()
    refresh()
    return mirror().compact()


def _refresh_entities(store: Mirror) -> Manifest:
    now = store.manifest()
    with store.connect() as db:
        [(known, upto)] = db.execute("SELECT count(*), coalesce(max(entity), 0) FROM entities").fetchall()
    if known > Entity.objects.count():
        store.clear()
        return refresh()
    changed = Q(pk__gt=upto)
    if now.entity_version:
        changed |= Q(updated_at__gt=_moment(now.entity_version))
    rows = list(Entity.objects.filter(changed).order_by("pk").values_list(*ENTITY, "updated_at").iterator(chunk_size=20_000))
    if not rows:
        return now
    plain = [(*row[:7], _version(row[7])) for row in rows]
    newest = max(max(row[7] for row in plain), now.entity_version + 1)
    return store.append({"entities": _table(plain, ENTITIES)}, upto=now.last_seq, version=newest)


def reconcile() -> dict[str, Any]:
    """Counts and digests of the mirror against the database; raises MirrorBroken if a file was altered."""
    now = mirror().check()
    expected = ledger.count(upto=now.last_seq)
    with mirror().connect() as db:
        found = db.execute("SELECT count(*), count(closed_on) + (SELECT count(*) FROM closings) FROM facts").fetchall()[0]
        entities = db.execute("SELECT count(*) FROM entities").fetchall()[0][0]
    same_head = not now.last_seq or ledger.head_at(now.last_seq) == now.chain_head
    return {
        "last_seq": now.last_seq,
        "behind": ledger.head()[0] - now.last_seq,
        "facts": [found[0], expected[0]],
        "closings": [found[1], expected[1]],
        "entities": [entities, Entity.objects.count()],
        "chain_head": same_head,
        "agrees": found == expected and same_head and entities == Entity.objects.count(),
    }


def answer(
    db: duckdb.DuckDBPyConnection,
    ruleset: Ruleset,
    *,
    on: date,
    known: date | None = None,
    terms: Terms = no_terms,
    only: Sequence[int] | None = None,
    into: str = "answer",
    store: Mirror | None = None,
) -> None:
    """Make table `into` (entity, class, reasons, mask, unknown) from the mirror's views."""
    now, picked, loose = (store or mirror()).manifest(), "", ""
    if now.rows("closings"):
        recorded = f" AND closed_recorded <= DATE '{known}'" if known else ""
        loose = f" ANTI JOIN (SELECT refers AS seq FROM closings WHERE closed_on <= DATE '{on}'{recorded}) USING (seq)"
    if only is not None:
        db.execute("CREATE OR REPLACE TEMP TABLE touched (entity INTEGER)")
        db.execute("INSERT INTO touched SELECT unnest($1::INTEGER[])", [list(only)])
        picked = " SEMI JOIN touched USING (entity)"
    db.execute(f"CREATE OR REPLACE TEMP VIEW live AS SELECT * FROM facts{picked}{loose}")
    layout = by_column.Layout(
        table="live",
        key="entity",
        closings=(("closed_on", "closed_recorded"),),
        until="until",
        stated=STATED,
        entities="entities" if only is None else "touched",
        kinds={name: code for code, name in enumerate(now.kinds)},
    )
    db.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {by_column.sql(ruleset, on=on, known=known, layout=layout, terms=terms)}")


def _table(rows: Iterable[Sequence[Any]], shape: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [[] for _ in shape]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, shape, strict=True)]
    return pa.Table.from_arrays(arrays, schema=shape)


def _version(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _moment(version: int) -> datetime:
    return datetime.fromtimestamp(version / 1_000_000, UTC)
