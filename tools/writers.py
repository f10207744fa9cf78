#!/usr/bin/env python3
"""Writers that are killed in the middle, and writers that write at once: nothing is lost, nothing doubled, seals hold.

    tools/writers.py killed FOLDER --kills 200 --seed 1      one writer, SIGKILL at random moments, then the books are checked
    tools/writers.py together FOLDER                         two officers and three agencies at once

On SQLite in FOLDER; on PostgreSQL in a database of its own where HENGJIAN_DATABASE_URL names a server. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS, FIRMS = 300, 40
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEAD = "行政相对人名称,统一社会信用代码,决定文书号,决定日期,处罚机关,处罚种类,处罚事由,罚款金额（万元）"
CITY = ("120101", "天津市和平区市场监督管理局")
AGENCIES = (CITY, ("120102", "天津市河东区市场监督管理局"), ("120103", "天津市河西区市场监督管理局"))


def _database(folder: Path, like: str) -> None:
    """A database of its own, before Django reads its settings; on PostgreSQL it may begin like another."""
    os.environ.update(HENGJIAN_DATA=str(folder), DJANGO_SETTINGS_MODULE="hengjian.config.settings")
    if url := os.environ.get("HENGJIAN_DATABASE_URL"):
        import psycopg

        name = f"writers_{os.getpid()}"
        server = url.rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as opened:
            opened.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        os.environ["HENGJIAN_DATABASE_URL"] = f"{server}/{name}"


def _setup() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.MEDIA_ROOT = Path(os.environ["HENGJIAN_DATA"]) / "files"
    call_command("migrate", verbosity=0)
    from hengjian.ground.people.models import Agency, Officer

    for code, name in AGENCIES:
        agency = Agency.objects.create(code=code, name=name, kind="district-bureau", district=code)
        Officer.objects.create(number=code, name="测试员", agency=agency, scope="city")


def _firm(number: int) -> tuple[str, str]:
    from hengjian.ground.kit import uscc

    return f"天津示例{number:06d}有限公司", uscc.complete(f"91120101MA9{number:06d}")


def _file(agency: str, number: int) -> bytes:
    rows = [HEAD]
    for row in range(ROWS):
        name, code = _firm(row % FIRMS)
        rows.append(f"{name},{code},津示罚〔2026〕{agency}-{number}-{row}号,2026-02-03,{CITY[1]},罚款,销售超过保质期的食品,0.5")
    return "\n".join(rows).encode()


def _register() -> None:
    from hengjian.street.register import services as register

    for number in range(FIRMS):
        name, code = _firm(number)
        register.enter(uscc=code, name=name, district="120101", at=BEGIN)


def _send(agency: str, number: int, at: datetime) -> Any:
    """One file, from its arrival to the ledger: each step may be repeated."""
    from hengjian.ground.people.models import Agency
    from hengjian.street.intake import services as intake
    from hengjian.street.ledger import services as ledger

    sender = Agency.objects.get(code=agency)
    delivery, _ = intake.receive(
        by=None, agency=sender, kind="penalty", filename=f"{number}.csv", chunks=[_file(agency, number)], at=at
    )
    ledger.absorb(intake.process(delivery, at=at), at=at)
    return delivery


def work(stop: Path) -> None:
    """Go on where the one before was killed: unfinished files, then the next; a day is sealed, the mirror follows."""
    from hengjian.street.assessment import frames
    from hengjian.street.intake import services as intake
    from hengjian.street.intake.models import Delivery
    from hengjian.street.ledger import services as ledger

    number = Delivery.objects.count()
    at = BEGIN + timedelta(days=number)
    intake.catch_up(at)
    ledger.catch_up(at)
    while not stop.exists() or Delivery.objects.exclude(state="done").exists():
        at = BEGIN + timedelta(days=number)
        _send(CITY[0], number, at)
        ledger.seal_day(on=at.date(), at=at)
        frames.refresh()
        number += 1
    intake.catch_up(at)
    ledger.catch_up(at)
    ledger.seal_day(on=at.date() + timedelta(days=1), at=at)
    frames.refresh()


def _child(work_: Any, *args: Any) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        work_(*args)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


def books() -> dict[str, Any]:
    """What the ledger holds against what was sent, and whether every copy and seal agrees."""
    from django.db.models import Count

    from hengjian.street.assessment import frames
    from hengjian.street.intake.models import Delivery
    from hengjian.street.ledger import verifying
    from hengjian.street.ledger.models import DailyRoot, Entry

    verifying.WORTH = 1  # side by side, as a large ledger is verified
    files = list(Delivery.objects.order_by("pk"))
    kinds = Entry.objects.filter(kind="penalty")
    verdict = verifying.verify(workers=2)
    frames.refresh()
    return {
        "files": len(files), "rows": sum(one.received for one in files), "entries": kinds.count(), "expected": len(files) * ROWS,
        "unfinished": sum(one.state != "done" for one in files), "rejected": sum(one.quarantined + one.duplicate for one in files),
        "doubled": kinds.values("document").annotate(n=Count("pk")).filter(n__gt=1).order_by("document").count(),
        "whole": verdict.whole, "fault": verdict.first.says if verdict.first else "", "days": DailyRoot.objects.count(),
        "mirror": bool(frames.reconcile()["agrees"]),
    }  # fmt: skip


def killed(folder: Path, kills: int, seed: str) -> dict[str, Any]:
    """Kill the writer at random moments, the whole way from a file's first byte to the mirror's last."""
    from django.db import connections

    stop, chance = folder / "stop", random.Random(seed)
    _register()
    connections.close_all()
    lasted = 0.1  # seconds one file takes, learnt from the first
    begun = time.monotonic()
    os.waitpid(_child(_send, CITY[0], 0, BEGIN), 0)
    lasted = max(time.monotonic() - begun, 0.1)
    hit = 0
    for _ in range(kills):
        pid = _child(work, stop)
        time.sleep(chance.uniform(0.02, 2 * lasted))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        hit += os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status):
            raise SystemExit("the writer ended by itself")
    stop.touch()
    _, status = os.waitpid(_child(work, stop), 0)
    return {"kills": hit, "finished": status == 0, **books()}


def agency(code: str, files: int) -> None:
    for number in range(files):
        _send(code, number, BEGIN + timedelta(days=number))


def officer(number: str, shared: list[int], tally: Path) -> None:
    """Withdraw every shared record, whoever comes first; and write records of one's own."""
    from hengjian.ground.people.models import Officer
    from hengjian.street import ledger
    from hengjian.street.ledger import queries, services
    from hengjian.street.ledger.services import AlreadyClosed

    by, won = Officer.objects.get(number=number), 0
    for turn, seq in enumerate(shared):
        entry = queries.entry(seq)
        assert entry is not None
        try:
            services.withdraw(by=by, entry=entry, on=date(2026, 4, 1), because="复议撤销")
            won += 1
        except AlreadyClosed:
            pass
        ledger.append(by=by, entity=entry.entity, kind="honour", on=date(2026, 4, 1), document=f"{number}-{turn}")
    tally.write_text(str(won))


def together(folder: Path) -> dict[str, Any]:
    """Two officers and three agencies write at once; both officers are after the same records."""
    from django.db import connections

    from hengjian.street.ledger.models import Entry

    _register()
    connections.close_all()
    os.waitpid(_child(_send, CITY[0], 99, BEGIN), 0)  # not here: the threads of a reader do not live on in a child
    shared = list(Entry.objects.filter(kind="penalty").order_by("seq").values_list("seq", flat=True)[:40])
    connections.close_all()
    tallies = [folder / "a", folder / "b"]
    crowd = [_child(agency, code, 4) for code, _ in AGENCIES]
    crowd += [_child(officer, number, shared, tally) for number, tally in zip(("120102", "120103"), tallies, strict=True)]
    ended = [os.waitpid(pid, 0)[1] for pid in crowd]
    withdrawn = Entry.objects.filter(kind="withdrawal").order_by("refers")
    return {
        "ended": ended, "shared": len(shared), "won": sum(int(tally.read_text()) for tally in tallies if tally.exists()),
        "withdrawn": withdrawn.count(), "once": withdrawn.values("refers").distinct().count(),
        "honours": Entry.objects.filter(kind="honour").count(), **books(),
    }  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("how", choices=("killed", "together"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", default="1")
    asked.add_argument("--like", default="template1", help="on PostgreSQL: a database to begin with, migrated already")
    told = asked.parse_args()
    sys.path.insert(0, str(ROOT / "src"))
    os.environ["PYTHONPATH"] = str(ROOT / "src")  # for the processes that verify
    told.folder.mkdir(parents=True, exist_ok=True)
    _database(told.folder, told.like)
    _setup()
    from django.db import connections

    connections.close_all()
    found = killed(told.folder, told.kills, told.seed) if told.how == "killed" else together(told.folder)
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
