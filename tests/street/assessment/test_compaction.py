"""Compaction moves closings beside their records; no day, known on no day, may change its answer by that."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground import policy
from hengjian.ground.policy import by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.warehouse import CLOSINGS, ENTITIES, FACTS, Mirror
from hengjian.ground.warehouse.mirror import KINDS
from hengjian.street.assessment import frames

LAW = policy.current()
DAY = date(2026, 3, 2)
RULESETS = [LAW.ruleset(name) for name in ("tianjin-2017", "national-general")]
FIRMS = 3

days = st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n))
records = st.lists(
    st.tuples(
        st.integers(0, FIRMS - 1), st.sampled_from(KINDS[1:]), days, days,
        st.sampled_from([None, 100, 20_000_000, 60_000_000]), st.none() | st.booleans(), st.none() | days,
        st.lists(st.tuples(days, days), max_size=3),  # closings: effective, recorded
    ),
    max_size=10,
)  # fmt: skip


def mirrored(folder: Path, city, cut: int) -> Mirror:
    """The records in three batches; a record's second and third closing come a batch later. Compacted after the first."""
    store, seq, waiting = Mirror(folder), 0, []
    people = [{"entity": n, "uscc": f"{n:018d}", "version": 1} for n in range(FIRMS)]
    store.append({"entities": pa.Table.from_pylist(people, schema=ENTITIES)}, upto=0, version=1)
    for number, batch in enumerate((city[:cut], city[cut:], [])):
        facts, closings, later = [], waiting, []
        for firm, kind, decided, recorded, fine, warning, until, ends in batch:
            seq += 1
            facts.append(
                {"seq": seq, "entity": firm, "kind": KINDS.index(kind), "decided_on": decided, "recorded_on": recorded,
                 "fine_fen": fine, "warning_only": warning, "until": until}
            )  # fmt: skip
            closed = [{"entity": firm, "refers": seq, "closed_on": day, "closed_recorded": known} for day, known in ends]
            closings, later = closings + closed[:1], later + closed[1:]
        closings = [{**row, "seq": seq + n} for n, row in enumerate(closings, 1)]
        seq, waiting = seq + len(closings) + 1, later
        tables = {"facts": pa.Table.from_pylist(facts, schema=FACTS), "closings": pa.Table.from_pylist(closings, schema=CLOSINGS)}
        store.append(tables, upto=seq, head="00")
        if number == 0:
            store.compact()
    return store


def answers(store: Mirror, ruleset, on: date, known: date | None) -> list[tuple[object, ...]]:
    with store.connect() as db:
        frames.answer(db, ruleset, on=on, known=known, terms=lambda name: int(str(LAW.term(name).on(on).value)), store=store)
        return db.execute("SELECT entity, class, mask, unknown FROM answer ORDER BY entity").fetchall()


def in_spans(store: Mirror, ruleset, on: date, known: date | None) -> list[tuple[object, ...]]:
    """The same worked through in ranges of entities, one record to a range."""
    found, spans = [], store.spans(1)
    with store.connect() as db:
        for span in spans:
            frames.answer(db, ruleset, on=on, known=known, terms=LAW.at(on).number, span=span, store=store)
            found += db.execute("SELECT entity, class, mask, unknown FROM answer ORDER BY entity").fetchall()
    return found


def by_hand(city, ruleset, on: date, known: date | None) -> list[tuple[object, ...]]:
    found = []
    for firm in range(FIRMS):
        facts = []
        for owner, kind, decided, recorded, fine, warning, until, ends in city:
            if owner == firm:
                told = [effective for effective, day in ends if known is None or day <= known]
                facts.append(
                    Fact(kind, decided, recorded, fine=fine, warning_only=warning, until=until, ended=min(told, default=None))
                )
        answer = by_row.classify(ruleset, facts, on, known, policy.current().at(on).number)
        found.append((firm, answer.code, answer.mask, answer.unknown))
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(records, st.integers(0, 10), days, st.none() | days)
def test_compaction_changes_no_answer_on_any_day_as_known_on_any_day(city, cut, on, known):
    with tempfile.TemporaryDirectory() as folder:
        store = mirrored(Path(folder), city, cut)
        for ruleset in RULESETS:
            expected = by_hand(city, ruleset, on, known)
            assert answers(store, ruleset, on, known) == expected
            assert in_spans(store, ruleset, on, known) == expected
        store.compact()
        for ruleset in RULESETS:
            assert answers(store, ruleset, on, known) == by_hand(city, ruleset, on, known)
