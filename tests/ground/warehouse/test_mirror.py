"""The mirror holds what was committed, each record once, and can be thrown away."""

from __future__ import annotations

import os
from datetime import date

import pyarrow as pa
import pytest

from hengjian.ground.warehouse import CLOSINGS, ENTITIES, FACTS, Mirror
from hengjian.ground.warehouse.mirror import READERS, MirrorBroken

DAY = date(2026, 3, 2)


def batch(*seqs: int) -> dict[str, pa.Table]:
    rows = [
        {"seq": seq, "entity": seq % 3, "kind": 1, "decided_on": DAY, "recorded_on": DAY, "fine_fen": 100 * seq}
        for seq in seqs
    ]
    return {"facts": pa.Table.from_pylist(rows, schema=FACTS)}


def entity(number: int, version: int, name: str) -> dict[str, pa.Table]:
    row = {"entity": number, "uscc": f"{number:018d}", "name": name, "version": version}
    return {"entities": pa.Table.from_pylist([row], schema=ENTITIES)}


@pytest.fixture
def mirror(tmp_path) -> Mirror:
    return Mirror(tmp_path / "warehouse")


def seqs(mirror: Mirror) -> list[int]:
    with mirror.connect() as db:
        return [row[0] for row in db.execute("SELECT seq FROM facts ORDER BY seq").fetchall()]


def test_an_empty_mirror_can_be_asked(mirror):
    assert (seqs(mirror), mirror.manifest().last_seq) == ([], 0)


def test_handing_a_batch_over_twice_changes_nothing(mirror):
    mirror.append(batch(1, 2), upto=2, head="aa")
    mirror.append(batch(1, 2), upto=2, head="aa")
    mirror.append(batch(2, 3), upto=3, head="bb")
    assert (seqs(mirror), mirror.manifest().chain_head) == ([1, 2, 3], "bb")


def test_a_file_the_manifest_does_not_name_does_not_exist(mirror):
    mirror.append(batch(1), upto=1)
    stray = mirror.folder / "facts-99999999.parquet"
    stray.write_bytes(b"half a file")
    long_ago = stray.stat().st_mtime - READERS - 1
    os.utime(stray, (long_ago, long_ago))
    mirror.append(batch(2), upto=2)
    assert seqs(mirror) == [1, 2]
    assert not stray.exists()


def test_a_reader_reads_on_however_often_the_mirror_is_compacted_meanwhile(mirror):
    mirror.append(batch(1), upto=1)
    mirror.append(batch(2), upto=2)
    long_ago = (mirror.folder / mirror.manifest().parts[0].file).stat().st_mtime - READERS - 1
    for part in mirror.manifest().parts:  # what counts is when a file was dropped, not when it was written
        os.utime(mirror.folder / part.file, (long_ago, long_ago))
    with mirror.connect() as reader:
        for seq in (3, 4, 5):
            mirror.append(batch(seq), upto=seq)
            mirror.compact()
        assert reader.execute("SELECT count(*) FROM facts").fetchone() == (2,)
    assert seqs(mirror) == [1, 2, 3, 4, 5]


def test_compaction_keeps_every_record_and_the_latest_entity(mirror):
    mirror.append(batch(1) | entity(7, 1, "旧名"), upto=1, version=1)
    mirror.append(batch(2) | entity(7, 2, "新名"), upto=2, version=2)
    before = mirror.manifest()
    mirror.compact()
    with mirror.connect() as db:
        assert db.execute("SELECT name FROM entities").fetchall() == [("新名",)]
    assert seqs(mirror) == [1, 2]
    after = mirror.check()
    assert (len(before.parts), len(after.parts), after.last_seq) == (4, 2, 2)


def test_an_altered_file_is_named(mirror):
    mirror.append(batch(1), upto=1)
    [part] = mirror.manifest().parts
    path = mirror.folder / part.file
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(MirrorBroken, match=part.file):
        mirror.check()


def test_new_kinds_of_record_get_new_codes_and_old_codes_stay(mirror):
    first = mirror.name_kinds(["penalty", "licence"])
    assert mirror.name_kinds(["annual-report", "penalty"])[: len(first)] == first


def test_closings_lie_beside_the_facts_they_close(mirror):
    row = {"seq": 2, "entity": 1, "refers": 1, "closed_on": DAY, "closed_recorded": DAY}
    mirror.append(batch(1) | {"closings": pa.Table.from_pylist([row], schema=CLOSINGS)}, upto=2)
    with mirror.connect() as db:
        assert db.execute("SELECT refers FROM closings").fetchall() == [(1,)]


def closing(seq: int, refers: int, day: date = DAY) -> dict[str, object]:
    return {"seq": seq, "entity": 1, "refers": refers, "closed_on": day, "closed_recorded": day}


def test_compaction_writes_a_closing_beside_its_record_and_loses_no_second_one(mirror):
    rows = [closing(4, 1), closing(5, 1, date(2026, 3, 1)), closing(6, 99)]
    mirror.append(batch(1, 2) | {"closings": pa.Table.from_pylist(rows, schema=CLOSINGS)}, upto=6)
    for _ in range(2):  # the second closing of record 1 may not push the first one out
        mirror.compact()
        with mirror.connect() as db:
            assert db.execute("SELECT seq, closed_on FROM facts ORDER BY seq").fetchall() == [(1, DAY), (2, None)]
            assert db.execute("SELECT seq FROM closings ORDER BY seq").fetchall() == [(5,), (6,)]


def test_a_mirror_in_an_older_shape_is_taken_as_empty(mirror):
    mirror.append(batch(1), upto=1)
    path = mirror.folder / "manifest.json"
    path.write_text(path.read_text().replace('"shapes": 3', '"shapes": 1'))
    assert (mirror.manifest().last_seq, mirror.manifest().generation) == (0, 1)
