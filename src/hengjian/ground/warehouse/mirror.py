"""Files, manifest, views. A part is written beside and renamed; the manifest names it last. So a stop at any
moment leaves either the old mirror or the new one, and a file the manifest does not name does not exist.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import get_args

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hengjian.ground.kit import durable
from hengjian.ground.kit.alone import alone
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.policy.schema.rulesets import FactKind

from .shapes import DISTINCT, SHAPES, VERSION

GROUP_ROWS = 122_880  # small enough that a range of entities reads little beside its own
MANY_FILES = 64
SPAN_ROWS = 500_000
LAST_KEY = 2**31 - 1
READERS = 600  # seconds a dropped file stays for those who opened a manifest that names it
KINDS = ("entity", *get_args(FactKind))


class MirrorBroken(Refusal):
    """A file named by the manifest is missing or differs. Remedy: rebuild."""

    code = "mirror_broken"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table."""

    table: str
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the mirror holds: up to which ledger sequence, with which chain head, in which files."""

    shapes: int = VERSION
    generation: int = 0
    last_seq: int = 0
    chain_head: str = ""
    entity_version: int = 0
    entity_upto: int = 0  # the largest entity key
    entity_count: int = 0
    change_upto: int = 0  # the last change of an entity that was looked at
    kinds: tuple[str, ...] = KINDS
    parts: tuple[Part, ...] = field(default=())

    def of(self, table: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.table == table)

    def rows(self, table: str) -> int:
        return sum(part.rows for part in self.of(table))


class Mirror:
    """The mirror in a folder. Any number of readers; one writer at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest:
        try:
            data = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            generation = int(data["generation"])
        except FileNotFoundError:
            return Manifest()
        except (ValueError, TypeError, KeyError):  # a manifest nobody can read names nothing: the mirror is made again
            return Manifest(generation=self._highest())
        if data.get("shapes") != VERSION:
            return Manifest(generation=generation)
        parts = tuple(Part(**part) for part in data.pop("parts"))
        return Manifest(**{**data, "kinds": tuple(data["kinds"]), "parts": parts})

    def append(self, tables: Mapping[str, pa.Table], *, upto: int, head: str = "", version: int = 0, changes: int = 0) -> Manifest:
        """Add what was committed up to ledger sequence `upto`. Handing the same batch over twice changes nothing."""
        with self._writing():
            now = self.manifest()
            if upto < now.last_seq or (upto == now.last_seq and version <= now.entity_version):
                return now
            fresh = {name: self._after(name, table, now) for name, table in tables.items()}
            parts = [
                self._write(name, f"{name}-{now.generation + 1:08d}.parquet", table)
                for name, table in fresh.items()
                if table.num_rows
            ]
            count, top = _registered(fresh.get("entities"), now)
            return self._publish(
                replace(
                    now,
                    last_seq=upto,
                    chain_head=head or now.chain_head,
                    entity_version=max(version, now.entity_version),
                    entity_count=count,
                    change_upto=max(changes, now.change_upto),
                    entity_upto=top,
                    parts=(*now.parts, *parts),
                ),
                now,
            )

    def _highest(self) -> int:
        """The last generation that wrote a file here: whoever reads its files must not find others under their names."""
        numbers = [path.name.split(".")[0].rpartition("-")[2] for path in self.folder.glob("*-*.parquet*")]
        return max((int(number) for number in numbers if number.isdigit()), default=0)

    def _after(self, name: str, table: pa.Table, now: Manifest) -> pa.Table:
        if "seq" not in SHAPES[name].names or not now.last_seq:
            return table
        return table.filter(pc.greater(table["seq"], now.last_seq))

    def name_kinds(self, names: list[str]) -> tuple[str, ...]:
        """Codes for kinds of record; new kinds are added at the end, so old files keep their meaning."""
        with self._writing():
            now = self.manifest()
            if unknown := sorted(set(names) - set(now.kinds)):
                now = self._publish(replace(now, kinds=(*now.kinds, *unknown)), now)
            return now.kinds

    def compact(self) -> Manifest:
        """One file per table: facts in entity order with what closed them, the latest version of each entity."""
        with self._writing(), self.connect() as db:
            now, parts = self.manifest(), []
            for table, order in (("facts", "entity, seq"), ("closings", "refers, seq"), ("entities", "entity")):
                target = self.folder / f"{table}-{now.generation + 1:08d}.parquet.part"
                db.execute(
                    f"COPY (SELECT {self._compacted(table, now)} ORDER BY {order}) TO '{target}' "
                    f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP_ROWS})"
                )
                if rows := pq.ParquetFile(target).metadata.num_rows:
                    parts.append(self._keep(table, target, rows))
                else:
                    target.unlink()
            return self._publish(replace(now, parts=tuple(parts)), now)

    def _compacted(self, table: str, now: Manifest) -> str:
        """The first closing of a record goes beside it; any further one stays in its own table, so nothing is lost."""
        if table == "entities" or not now.rows("closings"):
            return f"{', '.join(SHAPES[table].names)} FROM {table}"
        first = "(SELECT * FROM closings QUALIFY row_number() OVER (PARTITION BY refers ORDER BY seq) = 1)"
        if table == "facts":
            plain = ", ".join(f"f.{name}" for name in SHAPES[table].names if not name.startswith("closed_"))
            folded = ", ".join(
                f"CASE WHEN f.closed_on IS NULL THEN c.{name} ELSE f.{name} END AS {name}"
                for name in ("closed_on", "closed_recorded")
            )
            return f"{plain}, {folded} FROM facts AS f LEFT JOIN {first} AS c ON c.refers = f.seq"
        taken = f"SELECT c.seq FROM {first} AS c JOIN facts AS f ON f.seq = c.refers WHERE f.closed_on IS NULL"
        return f"{', '.join(SHAPES[table].names)} FROM closings ANTI JOIN ({taken}) USING (seq)"

    def scattered(self) -> bool:
        """Whether so many small files or loose closings have gathered that compacting pays."""
        now = self.manifest()
        return len(now.of("facts")) > MANY_FILES or 20 * now.rows("closings") > now.rows("facts") > GROUP_ROWS

    def spans(self, rows: int = SPAN_ROWS) -> list[tuple[int, int]]:
        """Ranges of entity keys, first to last, with about so many records each: a register of any size is worked
        through in the memory of one range. Files in entity order are read once in all, for each range its own part.
        """
        now = self.manifest()
        pieces = max(1, -(-now.rows("facts") // rows))
        width = now.entity_upto // pieces + 1
        starts = [piece * width for piece in range(pieces)]
        return [*zip(starts, [*(start - 1 for start in starts[1:]), LAST_KEY], strict=True)]

    def clear(self) -> None:
        """Forget everything, before a rebuild."""
        with self._writing():
            now = self.manifest()
            self._publish(Manifest(kinds=now.kinds, generation=now.generation), now)

    def check(self) -> Manifest:
        """Compare every file with its count and digest; raises MirrorBroken for the first that differs."""
        now = self.manifest()
        for part in now.parts:
            path = self.folder / part.file
            if not path.exists():
                raise MirrorBroken("镜像缺少文件 %(file)s；请重建镜像", file=part.file)
            if _digest(path) != part.sha256 or pq.ParquetFile(path).metadata.num_rows != part.rows:
                raise MirrorBroken("镜像文件 %(file)s 与清单不符；请重建镜像", file=part.file)
        return now

    def connect(self, memory: str = "") -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with views over this moment's files: `facts`, `closings`, `entities`, and `registered`,
        the keys of all entities."""
        db = duckdb.connect()
        db.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false; SET parquet_metadata_cache = true")
        db.execute(f"SET temp_directory = '{self.folder / 'spill'}'")
        if memory:
            db.execute(f"SET memory_limit = '{memory}'")
        now = self.manifest()
        for table, shape in SHAPES.items():
            db.execute(f"CREATE VIEW {table} AS {self._source(table, shape, now)}")
        once = "DISTINCT" if len(now.of("entities")) > 1 else ""
        versions = self._source("entities", SHAPES["entities"], now, latest=False)
        db.execute(f"CREATE VIEW registered AS SELECT {once} entity FROM ({versions})")
        return db

    def _source(self, table: str, shape: pa.Schema, now: Manifest, *, latest: bool = True) -> str:
        files = [str(self.folder / part.file) for part in now.of(table)]
        if not files:
            empty = {"int64": "BIGINT", "int32": "INTEGER", "int8": "TINYINT", "date32[day]": "DATE", "bool": "BOOLEAN"}
            cells = ", ".join(f"CAST(NULL AS {empty.get(str(f.type), 'VARCHAR')}) AS {f.name}" for f in shape)
            return f"SELECT {cells} WHERE FALSE"
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        text = f"SELECT * FROM read_parquet([{listed}])"
        if latest and table == "entities" and len(files) > 1:
            text += " QUALIFY row_number() OVER (PARTITION BY entity ORDER BY version DESC) = 1"
        return text

    def _write(self, table: str, name: str, data: pa.Table) -> Part:
        target = self.folder / f"{name}.part"
        pq.write_table(
            data.cast(SHAPES[table]), target, compression="zstd", row_group_size=GROUP_ROWS, write_statistics=True,
            use_dictionary=[name for name in SHAPES[table].names if name not in DISTINCT],
            column_encoding={name: "DELTA_BINARY_PACKED" for name in SHAPES[table].names if name == "seq"},
        )  # fmt: skip
        return self._keep(table, target, data.num_rows)

    def _keep(self, table: str, half: Path, rows: int) -> Part:
        digest, final = _digest(half), half.with_suffix("")
        durable.settle(half, final)
        return Part(table, final.name, rows, digest)

    def _publish(self, new: Manifest, old: Manifest) -> Manifest:
        new = replace(new, generation=old.generation + 1)
        durable.keep(self.folder / "manifest.json", json.dumps(asdict(new), ensure_ascii=False, indent=1).encode())
        self._sweep({part.file for part in new.parts}, {part.file for part in old.parts})
        return new

    def _sweep(self, named: set[str], before: set[str]) -> None:
        """Remove what no reader can need: halves of a writer that died, and files dropped long enough ago. Whoever
        opened an earlier manifest reads its files on, however many writers come meanwhile.
        """
        durable.sweep(self.folder, time.time() + 1)
        for path in self.folder.glob("*.parquet*"):
            if path.suffix == ".part":
                path.unlink()
            elif path.name in before - named:
                path.touch()  # from now on its age is the time since it was dropped
            elif path.name not in named and time.time() - path.stat().st_mtime > READERS:
                path.unlink()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with alone(self.folder / "lock"):
            yield


def _registered(entities: pa.Table | None, now: Manifest) -> tuple[int, int]:
    """How many entities there are, and the largest key, with these beside the ones already held."""
    if entities is None or not entities.num_rows:
        return now.entity_count, now.entity_upto
    keys = pc.unique(entities["entity"])
    new = pc.sum(pc.greater(keys, now.entity_upto)).as_py() if now.entity_count else len(keys)
    return now.entity_count + new, max(now.entity_upto, pc.max(keys).as_py())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
