"""Whole cities by column: keeping the mirror up with the ledger, and asking it for classes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from hengjian.ground.kit.alone import alone
from hengjian.ground.policy import by_column
from hengjian.ground.policy.conditions import Terms, no_terms
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.ground.warehouse import ENTITIES, FACTS, Manifest, Mirror, columns
from hengjian.street.ledger import frames as ledger
from hengjian.street.register import frames as register
from hengjian.street.register.models import Entity

STEP = 500_000
STATED = frozenset({"decided_on", "recorded_on"})


def mirror() -> Mirror:
    return Mirror(settings.DATA / "warehouse")


def _alone() -> AbstractContextManager[bool]:
    """One process brings the mirror up at a time: two would each take the other's records for too many, and begin anew."""
    return alone(mirror().folder / "refresh.lock")


def one_run(patience: float | None) -> AbstractContextManager[bool]:
    """One run computes classes at a time: an older answer must not come after a newer one. False after `patience` seconds."""
    return alone(mirror().folder / "run.lock", patience)


def refresh(*, tidy: bool = True) -> Manifest:
    """Bring the mirror up to the ledger. A mirror of another ledger (its chain head is not ours) is rebuilt.

    `tidy`: compact it where so much lies scattered that it pays.
    """
    with _alone():
        return _refresh(tidy)


def opened() -> tuple[Manifest, duckdb.DuckDBPyConnection]:
    """The mirror brought up to the ledger and opened in one: nobody who makes it again comes between."""
    with _alone():
        return _refresh(tidy=True), mirror().connect()


def _refresh(tidy: bool) -> Manifest:
    store = mirror()
    now = store.manifest()
    if now.last_seq and ledger.head_at(now.last_seq) != now.chain_head:
        store.clear()
        now = store.manifest()
    with columns.Reader() as reader:
        if not _follow(store, reader, after=now.last_seq):
            # Something is missing or doubled: the mirror is made again, and is then complete or the ledger is not.
            store.clear()
            return _refresh(tidy) if now.last_seq else store.manifest()
        now = store.manifest()
        if now.entity_count > Entity.objects.count():
            store.clear()
            return _refresh(tidy)
        changes = register.last_change()
        newest = register.changed(reader, after=now.entity_upto, since=now.entity_version, changes=now.change_upto)
    if newest.num_rows:
        place = newest.schema.get_field_index("version")  # what is told now takes the place of what was told, whatever its day
        newest = newest.set_column(place, ENTITIES.field("version"), pc.max_element_wise(newest["version"], now.entity_version + 1))
        now = store.append({"entities": newest}, upto=now.last_seq, version=pc.max(newest["version"]).as_py(), changes=changes)
    return store.compact() if tidy and store.scattered() else now


def _follow(store: Mirror, reader: columns.Reader, *, after: int) -> bool:
    """Append what the ledger took in after a sequence number; whether the mirror then holds as many entries as the ledger."""
    last, entries = ledger.settled(after)
    for start in range(after, last, STEP):
        upto = min(start + STEP, last)
        facts, closings = ledger.tables(reader, after=start, upto=upto)
        codes = pa.array(store.name_kinds(facts["kind"].unique().to_pylist()))
        facts = facts.set_column(2, FACTS.field("kind"), pc.index_in(facts["kind"], codes).cast(pa.int8()))
        for field in FACTS.names[facts.num_columns :]:
            facts = facts.append_column(FACTS.field(field), pa.nulls(facts.num_rows, FACTS.field(field).type))
        store.append({"facts": facts, "closings": closings}, upto=upto, head=ledger.head_at(upto))
    return _holds(store, entries)


def _holds(store: Mirror, entries: int) -> bool:
    """Whether the mirror has as many records and closings as the ledger has entries, in files that can be read."""
    try:
        with store.connect() as db:
            [(found,)] = db.execute("SELECT count(*) + count(closed_on) + (SELECT count(*) FROM closings) FROM facts").fetchall()
    except duckdb.Error:  # a file is gone or torn
        return False
    return bool(found == entries)


def registered(*, after: int) -> list[int]:
    """Entities that entered the register after this key."""
    return list(Entity.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True))


def last_registered() -> int:
    return Entity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def rebuild() -> Manifest:
    """Throw the mirror away and make it again from the database."""
    with _alone():
        mirror().clear()
        _refresh(tidy=False)
        return mirror().compact()


def reconcile() -> dict[str, Any]:
    """Counts and digests of the mirror against the database; raises MirrorBroken if a file was altered."""
    store = mirror()
    now = store.check()
    expected = ledger.count(upto=now.last_seq)
    with store.connect() as db, columns.Reader() as reader:
        found = db.execute("SELECT count(*), count(closed_on) + (SELECT count(*) FROM closings) FROM facts").fetchall()[0]
        entities = db.execute("SELECT count(*) FROM entities").fetchall()[0][0]
        stale = sum(_stale(db, reader, first, first + STEP - 1) for first in range(1, now.entity_upto + 1, STEP))
    same_head = not now.last_seq or ledger.head_at(now.last_seq) == now.chain_head
    return {
        "last_seq": now.last_seq,
        "behind": max(ledger.head()[0] - now.last_seq, 0),
        "facts": [found[0], expected[0]],
        "closings": [found[1], expected[1]],
        "entities": [entities, Entity.objects.count()],
        "stale": stale,
        "chain_head": same_head,
        "agrees": found == expected and same_head and entities == Entity.objects.count() and not stale,
    }


def _stale(db: duckdb.DuckDBPyConnection, reader: columns.Reader, first: int, last: int) -> int:
    """Entities of a range of keys that the mirror tells otherwise than the register."""
    names = ", ".join(name for name in ENTITIES.names if name != "version")
    db.register("told", register.between(reader, first, last))
    [(differ,)] = db.execute(
        f"""SELECT count(*) FROM (SELECT {names} FROM entities WHERE entity BETWEEN {first:d} AND {last:d}
            EXCEPT SELECT {names} FROM told)"""
    ).fetchall()
    return int(differ)


def answer(
    db: duckdb.DuckDBPyConnection,
    ruleset: Ruleset,
    *,
    on: date,
    known: date | None = None,
    terms: Terms = no_terms,
    only: Sequence[int] | None = None,
    span: tuple[int, int] | None = None,
    into: str = "answer",
    store: Mirror | None = None,
    text: str = "",
) -> None:
    """Make view `into` (entity, class, reasons, mask, unknown) from the mirror's views: of all, of some, of a span.

    The reasons of a city are a few hundred texts: they are kept once and joined where they are read. `text` is what
    `statement` gave for the same question: whoever asks span by span puts it together once.
    """
    text = text or statement(ruleset, on=on, known=known, terms=terms, store=store)
    picked, loose, who = "", "", "registered"
    if db.execute("SELECT 1 FROM closings LIMIT 1").fetchall():  # of the files this connection reads, not of a later manifest
        recorded = f" AND closed_recorded <= DATE '{known}'" if known else ""
        loose = f" ANTI JOIN (SELECT refers AS seq FROM closings WHERE closed_on <= DATE '{on}'{recorded}) USING (seq)"
    if only is not None:
        db.execute("CREATE OR REPLACE TEMP TABLE touched (entity INTEGER)")
        db.execute("INSERT INTO touched SELECT unnest($1::INTEGER[])", [list(only)])
        picked, who = " SEMI JOIN touched USING (entity)", "touched"
    within = f" WHERE entity BETWEEN {span[0]:d} AND {span[1]:d}" if only is None and span is not None else ""
    db.execute(f"CREATE OR REPLACE TEMP VIEW asked AS SELECT entity FROM {who}{within}")
    base = f"(SELECT * FROM facts{within})" if within else "facts"
    db.execute(f"CREATE OR REPLACE TEMP VIEW live AS SELECT * FROM {base}{picked}{loose}")
    db.execute(f"CREATE OR REPLACE TEMP TABLE {into}_masks AS {text}")
    masks = db.execute(f"SELECT DISTINCT mask, class FROM {into}_masks ORDER BY mask").fetchall()
    db.execute(f"CREATE OR REPLACE TEMP TABLE {into}_named (mask BIGINT, reasons VARCHAR)")
    named = [";".join(by_column.reasons_of(ruleset, mask, code)) for mask, code in masks]
    db.execute(f"INSERT INTO {into}_named SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[])", [[mask for mask, _ in masks], named])
    db.execute(
        f"""CREATE OR REPLACE TEMP VIEW {into} AS SELECT entity, class, reasons, mask, unknown
            FROM {into}_masks JOIN {into}_named USING (mask)"""
    )


def statement(ruleset: Ruleset, *, on: date, known: date | None = None, terms: Terms = no_terms, store: Mirror | None = None) -> str:
    """The rules as one statement over `live` (records) and `asked` (entities)."""
    layout = layout_of((store or mirror()).manifest(), "live", "asked")
    return by_column.sql(ruleset, on=on, known=known, layout=layout, terms=terms, reasons=False)


def layout_of(now: Manifest, table: str, entities: str) -> by_column.Layout:
    """How records lie in the mirror."""
    return by_column.Layout(
        table=table,
        key="entity",
        closings=(("closed_on", "closed_recorded"),),
        until="until",
        stated=STATED,
        entities=entities,
        kinds={name: code for code, name in enumerate(now.kinds)},
    )
