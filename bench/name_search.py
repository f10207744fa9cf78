"""Finding firms by two to six characters among two million names, on SQLite, as the search box does it.

The peer is reading every name once (`LIKE`): what a database without the index would do for each question.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench._figure import Figure

NAMES, ASKED, LIMIT_MS = 2_000_000, 400, 5.0
LENGTHS = (2, 3, 4, 6)


def names(count: int) -> Iterator[str]:
    """Evidently invented names with the repetition of real ones: few lines of business, many brands."""
    from hengjian.doors.demo import places, words

    chance = random.Random(1)
    districts = [district.name for district in places.DISTRICTS]
    for _ in range(count):
        trade = chance.choice(words.TRADES)
        brand = chance.choice(words.FIRST) + chance.choice(words.SECOND) + chance.choice(words.SECOND)
        if chance.random() < 0.7:
            yield f"{chance.choice(districts)}{brand}演示{trade.shop}"
        else:
            yield f"天津{brand}演示{trade.firm}{chance.choice(words.FIRM_FORMS)[0]}"


def fill(count: int) -> tuple[list[str], float, float]:
    """Enter the names as the register does; some of them to ask for, seconds of indexing, seconds of a plain insert."""
    from django.db import connection, transaction

    from hengjian.street.register import search
    from hengjian.street.register.rules import name_key, search_id

    for statement in search.SQLITE:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_name (id INTEGER PRIMARY KEY, name TEXT)")
    sample: list[str] = []
    batch: list[tuple[int, str]] = []
    spent = [0.0, 0.0]
    chance = random.Random(2)

    def write() -> None:
        start = time.perf_counter()
        with transaction.atomic():
            search.add([(search_id(pk, name), name) for pk, name in batch])
        middle = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_name (id, name) VALUES (%s, %s)", batch)
        spent[0] += middle - start
        spent[1] += time.perf_counter() - middle
        batch.clear()

    for number, name in enumerate(names(count), start=1):
        key = name_key(name)
        batch.append((number, key))
        if chance.random() < ASKED / count:
            sample.append(key)
        if len(batch) == 50_000:
            write()
    write()
    start = time.perf_counter()
    search.optimise()
    return sample, spent[0] + time.perf_counter() - start, spent[1]


def questions(sample: list[str], length: int) -> list[str]:
    chance = random.Random(length)
    return [name[at : at + length] for name in sample for at in [chance.randrange(max(1, len(name) - length))]]


def timed(asked: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of the first page of hits, sorted: asked for the first time, as people ask; and the best of that
    and two repeats, which has what the index costs without neighbours on the machine and with its pages at hand."""
    from hengjian.street.register import search

    def once(question: str) -> float:
        start = time.perf_counter()
        search.find(question, 20)
        return 1000 * (time.perf_counter() - start)

    first = [once(question) for question in asked]
    return sorted(first), sorted(min(spent, once(question), once(question)) for spent, question in zip(first, asked, strict=True))


def p99(spent: list[float]) -> float:
    return spent[int(len(spent) * 0.99)]


def scan(path: Path, question: str) -> float:
    with sqlite3.connect(path) as db:
        start = time.perf_counter()
        db.execute("SELECT id FROM bench_name WHERE name LIKE ? ORDER BY length(name) LIMIT 20", [f"%{question}%"]).fetchall()
        return 1000 * (time.perf_counter() - start)


def run(scale: float = 1.0) -> list[Figure]:
    """p99 by length of the question, asked once and best of three. A database of its own in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("HENGJIAN_DATABASE_URL", None)
        from hengjian.doors.cli._django import setup

        setup()
        from django.db import connections

        path = Path(folder) / "names.sqlite3"
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = str(path)
        sample, built, plain = fill(max(int(NAMES * scale), 1000))
        figures = []
        for length in LENGTHS:
            first, best = timed(questions(sample, length))
            bound = scan(path, sample[0][:length])
            for name, reached in (("first asked", p99(first)), ("best of three", p99(best))):
                figures.append(Figure(
                    f"name search, {length} characters, p99, {name}", round(reached, 3), "ms", "reading every name",
                    round(bound, 1), round(reached / bound, 5), f"≤ {LIMIT_MS:g} ms", reached <= LIMIT_MS,
                ))  # fmt: skip
        connections["default"].close()
    return [
        *figures,
        Figure("name index, all names", round(built, 2), "s", "inserting them unindexed", round(plain, 2), round(built / plain, 1), "≤ 20", built <= 20 * plain),
    ]
