"""A database as `migrate` leaves it: made once in a run of the suite, then copied.

Migrating an empty one takes longer than most tests. What is copied was migrated by the shipped migrations, as ever.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@cache
def _shape() -> str:
    """Changes with whatever can change the outcome: any line of the product, any package."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sorted(ROOT.glob("src/hengjian/**/*.py")), ROOT / "requirements.txt"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder that all workers of a run share, one worker at a time."""
    folder = Path(os.environ["HENGJIAN_DATA"]) / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _migrate(data: str, url: str = "") -> None:
    told = {
        **os.environ, "HENGJIAN_DATA": data, "HENGJIAN_DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "hengjian.config.settings",
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=told, check=True)


@cache
def sqlite() -> Path:
    """A migrated SQLite file. Not to be written to."""
    with _alone() as folder:
        made = folder / f"migrated-{_shape()}.sqlite3"
        if not made.exists():
            with tempfile.TemporaryDirectory() as data:
                _migrate(data)
                shutil.copy(Path(data) / "hengjian.sqlite3", folder / "half")
            (folder / "half").replace(made)
        return made


@cache
def postgres() -> str:
    """The name of a migrated database on the suite's server, for `CREATE DATABASE … TEMPLATE`. Nobody may connect to it."""
    import psycopg

    url, name = os.environ["HENGJIAN_DATABASE_URL"], f"migrated_{_shape()}"
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as opened:
        opened.execute("SELECT pg_advisory_lock(hashtext('migrated'))")  # until the connection ends: runs may share a server
        if not opened.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            for (old,) in opened.execute("SELECT datname FROM pg_database WHERE datname ~ '^(migrated|half)_'").fetchall():
                opened.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
            opened.execute("CREATE DATABASE half_migrated")
            with tempfile.TemporaryDirectory() as data:
                _migrate(data, f"{server}/half_migrated")
            opened.execute(f'ALTER DATABASE half_migrated RENAME TO "{name}"')
    return name


def data_folder(folder: Path) -> Path:
    """A data folder in which migrating has nothing left to do, with the law as it was read before."""
    (folder / "cache").mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite(), folder / "hengjian.sqlite3")
    for kept in (Path(os.environ["HENGJIAN_DATA"]) / "cache").glob("policy-*.pickle"):
        shutil.copy(kept, folder / "cache")
    return folder


@contextmanager
def in_memory(name: str) -> Iterator[None]:
    """Django's SQLite of this name in memory, filled; it lasts while somebody is connected to it."""
    with closing(sqlite3.connect(name, uri=True, check_same_thread=False)) as held, closing(sqlite3.connect(sqlite())) as made:
        made.backup(held)
        yield
