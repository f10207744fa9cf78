"""The register classified on a Spark cluster that reads the mirror's Parquet files unchanged.

Spark is an extra (`requirements-spark.txt`) and needs Java. The mirror and the folder of the answer must lie at the same
path for the driver and for every worker: one machine, or a shared file system. Memory, cores and the like are Spark's own
configuration (`spark-defaults.conf`, SPARK_CONF_DIR).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengjian.ground.policy import by_column
from hengjian.ground.warehouse import SHAPES, Manifest, Mirror

from . import frames
from .errors import EngineMissing

if TYPE_CHECKING:
    from .engines import Task

TYPES = {"int64": "BIGINT", "int32": "INT", "int8": "TINYINT", "date32[day]": "DATE", "bool": "BOOLEAN", "string": "STRING"}


def classify(task: Task, half: Path, master: str) -> int:
    """Write the lines of every entity, ordered by uscc, into one file; returns how many."""
    frames.refresh()
    store, pieces = frames.mirror(), half.with_name(half.name + ".d")
    with _session(master) as spark:
        _views(spark, store)
        layout = frames.layout_of(store.manifest(), "live", "registered")
        text = by_column.sql(task.ruleset, "spark", on=task.on, known=task.known, layout=layout, terms=task.terms)
        spark.sql(f"SELECT f.* FROM facts AS f LEFT ANTI JOIN ({task.closed}) AS c ON c.seq = f.seq").createOrReplaceTempView("live")
        answer = spark.sql(f"SELECT r.uscc, a.class, a.reasons FROM ({text}) AS a JOIN registered AS r ON r.entity = a.entity ORDER BY r.uscc")
        try:
            answer.write.csv(pieces.absolute().as_uri(), mode="overwrite")
            return _joined(pieces, half)
        finally:
            shutil.rmtree(pieces, ignore_errors=True)


def _joined(pieces: Path, half: Path) -> int:
    """One file of the pieces, whose names are in the order of their contents."""
    lines = 0
    with half.open("wb") as out:
        out.write(b"uscc,class,reasons\n")
        for piece in sorted(pieces.glob("part-*.csv")):
            with piece.open("rb") as rows:
                while chunk := rows.read(1 << 20):
                    lines += chunk.count(b"\n")
                    out.write(chunk)
    return lines


@contextmanager
def _session(master: str) -> Iterator[Any]:
    """A session on this master, ended afterwards: whoever classifies by the night holds no executors by day."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise EngineMissing("没有找到 Java；Spark 需要 Java 17，例如 apt install default-jre-headless", engine="spark")
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise EngineMissing("没有安装 Spark；请执行 pip install -r requirements-spark.txt", engine="spark") from missing
    builder = SparkSession.builder.master(master).appName("hengjian classify").config("spark.ui.showConsoleProgress", "false")
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _views(spark: Any, store: Mirror) -> None:
    """The tables of the mirror, and `registered`: each entity once, with its code."""
    now = store.manifest()
    for table in SHAPES:
        _table(spark, store.folder, now, table).createOrReplaceTempView(table)
    once = "SELECT entity, max_by(uscc, version) AS uscc FROM entities GROUP BY entity"
    spark.sql(once if len(now.of("entities")) > 1 else "SELECT entity, uscc FROM entities").createOrReplaceTempView("registered")


def _table(spark: Any, folder: Path, now: Manifest, table: str) -> Any:
    columns = [(each.name, TYPES[str(each.type)]) for each in SHAPES[table]]
    if files := [(folder / part.file).absolute().as_uri() for part in now.of(table)]:
        return spark.read.schema(", ".join(f"{name} {kind}" for name, kind in columns)).parquet(*files)
    return spark.sql(f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in columns)} WHERE FALSE")
