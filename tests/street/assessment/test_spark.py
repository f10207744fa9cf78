"""A standalone Spark cluster with two workers reads the mirror and gives the same file as DuckDB and PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from hengjian.doors.cli import build
from hengjian.ground import policy
from hengjian.street.assessment import engines, frames

from .test_engines import DAYS, answer, city

pytestmark = pytest.mark.django_db
city = city  # the same forty firms


@pytest.fixture(scope="module")
def master(tmp_path_factory) -> Iterator[str]:
    """One master and two workers, each a process of its own, on free ports."""
    pyspark = pytest.importorskip("pyspark", reason="Spark is an optional extra: requirements-spark.txt")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java")
    home, folder = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("spark")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["SPARK_CONF_DIR"] = str(folder)
    (folder / "spark-defaults.conf").write_text(
        "spark.ui.enabled false\nspark.driver.bindAddress 127.0.0.1\nspark.driver.host 127.0.0.1\n"
        "spark.executor.memory 512m\nspark.sql.shuffle.partitions 4\n"
    )
    settings = {**os.environ, "SPARK_HOME": str(home), "SPARK_WORKER_DIR": str(folder / "work"), "SPARK_DAEMON_MEMORY": "256m"}

    def begin(role: str, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = folder / f"{role}-{len(list(folder.glob('*.log')))}.log"
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role.lower()}.{role}", "--host", "127.0.0.1", "--webui-port", "0"]
        with log.open("wb") as out:
            return subprocess.Popen([*command, *words], stdout=out, stderr=subprocess.STDOUT, env=settings), log

    def awaited(log: Path, pattern: str) -> str:
        for _ in range(600):
            if found := re.search(pattern, log.read_text()):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(log.read_text()[-3000:])

    with ExitStack() as running:
        process, log = begin("Master", "--port", "0")
        running.callback(_end, process)
        address = awaited(log, r"spark://127\.0\.0\.1:[0-9]+")
        workers = []
        for _ in range(2):  # an executor fits a worker also where an earlier test's Spark, started without these settings, asks for its 1 GB
            process, its = begin("Worker", "--cores", "1", "--memory", "1200m", address)
            running.callback(_end, process)
            workers.append(its)
        for its in workers:
            awaited(its, "Successfully registered with master")
        yield address


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(20)


def both_worked(folder: Path) -> bool:
    return len([*folder.glob("work/app-*/*/stderr")]) >= 2


def test_two_workers_of_a_cluster_write_the_same_file_as_the_other_engines(city, master, tmp_path):
    law, others = policy.current(), ["duckdb"] + ["postgres"] * (connection.vendor == "postgresql")
    for rules in ("tianjin-2017", "national-general"):
        for on, known in DAYS[: 2 if rules == "tianjin-2017" else 1]:
            task = engines.Task(law.ruleset(rules), on, known, law.at(on).number, tmp_path / "spark.csv")
            assert engines.classify("spark", task, master=master) == len(city)
            for engine in others:
                assert task.out.read_bytes() == answer(engine, tmp_path / engine, on, known, rules)
    assert both_worked(Path(os.environ["SPARK_CONF_DIR"]))
    assert not [*tmp_path.glob("*.part*")]


def test_the_command_names_a_cluster_and_a_compacted_mirror_answers_the_same(city, master, tmp_path):
    expected = answer("duckdb", tmp_path / "duckdb", *DAYS[0])
    frames.rebuild()
    words = ["classify", "--rules", "tianjin-2017", "--on", "2026-03-02", "--out", str(tmp_path / "out.csv")]
    told = CliRunner().invoke(build(), [*words, "--engine", "spark", "--master", master])
    assert "40 entities on spark" in told.output, told.exception
    assert (tmp_path / "out.csv").read_bytes() == expected


def test_what_spark_lacks_is_named(city, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(engines.EngineMissing, match="Java"):
        answer("spark", tmp_path / "out.csv", *DAYS[0])
