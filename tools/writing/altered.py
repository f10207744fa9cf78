"""Random bytes of the ledger's tables in the SQLite file, or random fields past the triggers of PostgreSQL: each is altered,
the ledger verified, and what was there put back. Whatever is not noticed must lie outside every record.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from . import world

TABLES = ("ledger_entry", "ledger_personal", "ledger_batch", "ledger_dailyroot")
TURNS = ("ledger_entry", "ledger_personal", "ledger_entry", "ledger_batch", "ledger_entry", "ledger_dailyroot")
KEYS = {"ledger_entry": "seq", "ledger_personal": "entry_id", "ledger_batch": "id", "ledger_dailyroot": "id"}


def begin(folder: Path) -> None:
    """Two turns of the world, records with protected data behind them, one of them erased; every day sealed."""
    from hengjian.ground.people.models import Officer
    from hengjian.street.ledger import services as ledger
    from hengjian.street.register.models import Entity

    for turn in range(2):
        for _stage, work in world.stages(folder, turn):
            work()
    by, firms = Officer.objects.get(number=world.CITY[0]), list(Entity.objects.order_by("pk")[:30])
    made = [
        ledger.append(by=by, entity=firm, kind="honour", on=world.MARCH, document=f"荣{n}", personal={"name": f"测试{n}", "note": "甲" * n}, at=world.moments(2))
        for n, firm in enumerate(firms)
    ]
    ledger.erase_personal(by=by, entry=made[0], basis="本人申请", at=world.moments(2))
    for turn in range(2, 12):
        ledger.append(by=by, entity=firms[turn], kind="honour", on=world.MARCH, document=f"奖{turn}", at=world.moments(turn))
        ledger.seal_day(on=world.moments(turn).date(), at=world.moments(turn))


def verdict() -> str:
    """What verification says first; empty where everything is whole."""
    from hengjian.street.ledger import services

    try:
        found = services.verify()
    except Exception as error:  # noticed, but without a name
        return f"raised: {type(error).__name__}: {error}"
    return "" if found.whole else f"{found.first.what}: {found.first.says} 序号{found.first.seq} " if found.first else f"unguarded: {found.unguarded}"


# SQLite: bytes ------------------------------------------------------------------------------------------


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(9):
        byte = data[at + n]
        if n == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 127)
        if byte < 128:
            return value, at + n + 1
    raise AssertionError


def _places(data: bytes, root: int, size: int) -> list[tuple[int, int]]:
    """Every byte of a table's pages: its place in the file, and the number of its record; -1 if it leads to records, 0 if it is free."""
    found: list[tuple[int, int]] = []
    usable = size - data[20]
    pages = [root]
    while pages:
        page = pages.pop()
        base = (page - 1) * size
        head = base + (100 if page == 1 else 0)
        kind = data[head]
        count = int.from_bytes(data[head + 3 : head + 5], "big")
        start = head + (12 if kind == 5 else 8)
        used = dict.fromkeys(set(range(head, start + 2 * count)) - {head + 1, head + 2, head + 7}, -1)  # not: free blocks and fragments
        for n in range(count):
            cell = base + int.from_bytes(data[start + 2 * n : start + 2 * n + 2], "big")
            if kind == 5:
                pages.append(int.from_bytes(data[cell : cell + 4], "big"))
                used |= dict.fromkeys(range(cell, _varint(data, cell + 4)[1]), -1)
                continue
            length, at = _varint(data, cell)
            number, at = _varint(data, at)
            local, least = usable - 35, (usable - 12) * 32 // 255 - 23
            if length > local:
                held = least + (length - least) % (usable - 4)
                held = held if held <= local else least
                used |= dict.fromkeys(range(cell, at + held + 4), number)
                left, chain = length - held, int.from_bytes(data[at + held : at + held + 4], "big")
                while left > 0:
                    over = (chain - 1) * size
                    taken = min(left, usable - 4)
                    found += [(over + n, number) for n in range(4 + taken)]
                    left, chain = left - taken, int.from_bytes(data[over : over + 4], "big")
            else:
                used |= dict.fromkeys(range(cell, at + length), number)
        if kind == 5:
            pages.append(int.from_bytes(data[head + 8 : head + 12], "big"))
        found += [(place, used.get(place, 0)) for place in range(base, base + size)]
    return found


def bytes_of_sqlite(folder: Path, changes: int, seed: str) -> dict[str, Any]:
    from django.db import connection

    path = folder / "hengjian.sqlite3"
    with sqlite3.connect(path) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data, chance = path.read_bytes(), random.Random(seed)
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    with sqlite3.connect(path) as opened:
        roots = {name: opened.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()[0] for name in TABLES}
    held = {name: _places(data, root, size) for name, root in roots.items()}
    assert verdict() == ""
    counted: Counter[str] = Counter()
    missed, says = [], Counter[str]()
    copy = folder / "whole"
    connection.close()
    shutil.copyfile(path, copy)
    for number in range(changes):
        table = TURNS[number % len(TURNS)]
        place, belongs = chance.choice(held[table] if number % 5 == 0 else [one for one in held[table] if one[1]])
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([data[place] ^ chance.randrange(1, 256)]))
        told = verdict()
        connection.close()
        with path.open("r+b") as file:
            file.seek(place)
            file.write(data[place : place + 1])
        for beside in ("-wal", "-shm"):
            Path(f"{path}{beside}").unlink(missing_ok=True)
        named = "named" if f"序号{belongs} " in told and table == TABLES[0] else "noticed" if told else "not noticed"
        counted[f"{table}: {named}, {'free' if not belongs else 'of a record' if belongs > 0 else 'of the tree'}"] += 1
        if table == TABLES[0] and belongs > 0 and named != "named":
            missed.append(f"entry {belongs} byte {place}: {told}")
        says[told.split(":")[0]] += 1
        if told.startswith("raised"):
            missed.append(f"{table}: {told}"[:200])
        if belongs and not told:
            missed.append(f"{table} byte {place}: {data[place - 8 : place + 8]!r}")
    assert verdict() == ""
    return {"database": "SQLite", "changes": changes, "counted": dict(sorted(counted.items())), "says": dict(says), "missed": missed}


# PostgreSQL: fields -------------------------------------------------------------------------------------


def _other(value: Any, chance: random.Random) -> Any:
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 1000))
    if isinstance(value, datetime):
        return value + timedelta(milliseconds=chance.choice((1, -1, 1000, 86_400_000)))
    if isinstance(value, date):
        return value + timedelta(days=chance.choice((-1, 1)))
    if isinstance(value, bytes | memoryview):
        raw = bytearray(value)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return bytes(raw)
    text, at = str(value), chance.randrange(max(len(str(value)), 1))
    return text[:at] + ("x" if text[at : at + 1] != "x" else "y") + text[at + 1 :]


def fields_of_postgresql(folder: Path, changes: int, seed: str) -> dict[str, Any]:
    from django.db import DatabaseError, connection, transaction

    chance, counted, says, missed = random.Random(seed), Counter[str](), Counter[str](), list[str]()
    assert verdict() == ""

    def asked(text: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall()) if cursor.description else []

    asked("SET session_replication_role = replica")  # as an administrator does who wants no trigger in the way
    columns = {
        name: asked("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY 1", name) for name in TABLES
    }
    number = 0
    while number < changes:
        table = TURNS[number % len(TURNS)]
        (column, kind), key = chance.choice(columns[table]), KEYS[table]
        rows = [row[0] for row in asked(f"SELECT {key} FROM {table} ORDER BY 1")]
        row = chance.choice(rows)
        [(value,)] = asked(f"SELECT {column}{'::text' if 'json' in kind else ''} FROM {table} WHERE {key} = %s", row)
        other = _other(value, chance)
        if value is None:
            other = {"date": world.MARCH, "bytea": b"x", "boolean": True, "json": "{}", "jsonb": "{}", "timestamp with time zone": world.BEGIN}.get(kind, 1)
        try:
            with transaction.atomic():
                asked(f"UPDATE {table} SET {column} = %s{'::' + kind if 'json' in kind else ''} WHERE {key} = %s", other, row)
        except DatabaseError:  # no such row may be: the database itself refuses it
            continue
        told = verdict()
        where = other if column == key else row
        asked(f"UPDATE {table} SET {column} = %s{'::' + kind if 'json' in kind else ''} WHERE {key} = %s", value, where)
        number += 1
        counted[f"{table}: {'noticed' if told else 'not noticed'}"] += 1
        says[told.split(":")[0]] += 1
        if told.startswith("raised"):
            missed.append(f"{table}: {told}"[:200])
        if not told:
            missed.append(f"{table}.{column} of {row}: {value!r} → {other!r}")
    assert verdict() == ""
    return {"database": "PostgreSQL", "changes": changes, "counted": dict(sorted(counted.items())), "says": dict(says), "missed": missed}


def altered(folder: Path, changes: int, seed: str) -> dict[str, Any]:
    if os.waitpid(world.child(begin, folder), 0)[1]:
        raise SystemExit("the world could not be begun")
    work = fields_of_postgresql if os.environ.get("HENGJIAN_DATABASE_URL") else bytes_of_sqlite
    found: dict[str, Any] = world.told(lambda: work(folder, changes, seed))
    return found
