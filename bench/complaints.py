"""A hundred thousand filings: the inbox page, and twenty citizens filing while officers work. SQLite, or PostgreSQL where
HENGJIAN_DATABASE_URL names one; a database of its own either way.

The peer of the inbox is a page of the same desk that reads no filing.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench._figure import Figure

FILINGS, ASKED, LIMIT_MS = 100_000, 120, 300.0
CITIZENS, EACH, OFFICERS = 20, 5, 4
CHUNK = 5_000
ON = date(2026, 6, 1)


@contextmanager
def database() -> Iterator[None]:
    """A fresh database with all tables, removed at the end."""
    from hengjian.doors.cli._django import setup

    setup()
    from django.db import connections

    connection = connections["default"]
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict.setdefault("TEST", {})["NAME"] = str(Path(folder) / "bench.sqlite3")
        old = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(old, verbosity=0)


def people() -> tuple[Any, list[Any]]:
    from hengjian.ground.people import services
    from hengjian.ground.people.models import Agency

    bureau = Agency.objects.create(code="120119", name="演示局", kind="district-bureau", district="120119")
    posts = {"posts": ["complaint-officer"], "scope": "unit", "agency": bureau}
    return bureau, [
        services.appoint(number=f"B-{n}", name=f"演示{n}", username=f"bench{n}", password="long-enough-word", **posts) for n in range(OFFICERS)
    ]


def load(count: int, bureau: Any, officers: list[Any]) -> float:
    """Filings and their matters, two thirds of them closed; seconds."""
    from django.db import transaction

    from hengjian.duties.complaints.models import Filing, Track
    from hengjian.ground import policy
    from hengjian.ground.kit.clock import SHANGHAI
    from hengjian.ground.procedure import services
    from hengjian.ground.procedure.models import Proceeding

    chance, law, began = random.Random(1), policy.current(), time.perf_counter()
    codes = list(law.catalogue("complaint-categories").items)
    days = [date(2026, 4, 15) + timedelta(days=n) for n in range(47)]
    due = {day: law.deadline("complaints.accept", {"received": day}).day for day in days}
    for start in range(0, count, CHUNK):
        day = days[start // CHUNK % len(days)]
        at = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
        size = min(CHUNK, count - start)
        with transaction.atomic():
            matters = services.open_many(
                by=None, kind="complaint", agency=bureau, on=day, at=at,
                matters=[services.Matter(subject="", title=f"演示店{chance.randrange(5_000)}", body={"channel": "platform"}) for _each in range(size)],
            )  # fmt: skip
            filings = Filing.objects.bulk_create(
                [
                    Filing(
                        number=f"{start + n:012d}", salt="s", code="c", source="portal", channel="platform", received=day, received_at=at, agency=bureau,
                        firm_name=one.title, category=chance.choice(codes), text="买的东西坏了，店家不退（演示）" * 4,
                    )
                    for n, one in enumerate(matters)
                ],
                batch_size=500,
            )  # fmt: skip
            tracks, closed = [], []
            for filing, matter in zip(filings, matters, strict=True):
                open_ = chance.random() < 1 / 3
                if not open_:
                    closed.append(matter.pk)
                tracks.append(Track(
                    filing=filing, proceeding=matter, kind="complaint", agency=bureau, state="received" if open_ else "refused", open=open_,
                    due=due[day] if open_ else None, clock="accept" if open_ else "",
                ))  # fmt: skip
            Track.objects.bulk_create(tracks, batch_size=1_000)
            for at_ in range(0, len(closed), 900):
                Proceeding.objects.filter(pk__in=closed[at_ : at_ + 900]).update(closed=day)
    return time.perf_counter() - began


def p95(spent: list[float]) -> float:
    return sorted(spent)[int(len(spent) * 0.95)]


def asked(client: Any, addresses: list[str]) -> tuple[float, float]:
    """p95 of server time for these pages in milliseconds, by the clock and by the processor of this process (on SQLite: all
    of it), after one that warms what every process warms once."""
    client.get(addresses[0])
    clock, processor = [], []
    for address in addresses:
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        processor.append(1000 * (time.process_time() - worked))
        clock.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code)
    return p95(clock), p95(processor)


def inbox(officer: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """p95 of the inbox as officers ask for it, and of a page of the same desk without filings."""
    from django.test import Client

    client, chance = Client(), random.Random(2)
    client.force_login(officer.user)
    queries = ["", "?page=2", "?tab=unowned", "?tab=mine", "?tab=done", "?kind=complaint", "?category=quality", "?category=price&page=3"]
    queries += [f"?q=演示店{chance.randrange(5_000)}" for _each in range(4)] + [f"?q={chance.randrange(1_000):09d}" for _each in range(2)]
    addresses = [f"/desk/complaints/{chance.choice(queries)}" for _each in range(ASKED)]
    return asked(client, addresses), asked(client, ["/desk/complaints/hotline/"] * 30)


def at_once(bureau: Any, officers: list[Any]) -> tuple[int, int, list[float]]:
    """Filings lost, errors, and milliseconds of each filing, while officers accept others."""
    from django.db import connections

    from hengjian.duties.complaints import filing
    from hengjian.duties.complaints.models import Filing, Track
    from hengjian.ground.kit.clock import SHANGHAI
    from hengjian.ground.procedure import services
    from hengjian.ground.procedure.models import Proceeding

    at = datetime(2026, 6, 1, 10, tzinfo=SHANGHAI)
    told = filing.Told(text="演示", kinds=("complaint", "report"), firm=filing.Firm(name="演示店"))
    before, wrong, spent, done = Filing.objects.count(), [], [], threading.Event()

    def guarded(work: Callable[[int], None], n: int) -> None:
        try:
            work(n)
        except Exception as failure:
            wrong.append(repr(failure))
        finally:
            connections.close_all()

    def citizen(n: int) -> None:
        for _each in range(EACH):
            began = time.perf_counter()
            filing.file(told=told, who=filing.Who(name=f"演示{n}", phone=f"139{n:08d}"), at=at, agency=bureau)
            spent.append(1000 * (time.perf_counter() - began))

    def officer(n: int) -> None:
        keys = list(Track.objects.filter(open=True, state="received", kind="complaint").order_by("pk")[n * 500 : n * 500 + 500].values_list("proceeding", flat=True))
        for key in keys:
            if done.is_set():
                return
            matter = Proceeding.objects.select_related("agency", "owner").get(pk=key)
            done.wait(0.2)  # officers are people
            services.act(matter, "accept", by=officers[n], on=ON, at=at, expected_version=matter.version)

    citizens = [threading.Thread(target=guarded, args=(citizen, n)) for n in range(CITIZENS)]
    working = [threading.Thread(target=guarded, args=(officer, n)) for n in range(OFFICERS)]
    for thread in (*working, *citizens):
        thread.start()
    for thread in citizens:
        thread.join()
    done.set()
    for thread in working:
        thread.join()
    for line in sorted(set(wrong))[:3]:
        print(line)
    return before + CITIZENS * EACH - Filing.objects.count(), len(wrong), spent


def run(scale: float = 1.0) -> list[Figure]:
    """Load, ask, and file at once."""
    with database():
        from django.conf import settings
        from django.db import connection

        settings.ALLOWED_HOSTS = ["*"]
        vendor = connection.vendor
        bureau, officers = people()
        count = max(int(FILINGS * scale), 500)
        spent = load(count, bureau, officers)
        reached, peer = inbox(officers[0])
        lost, wrong, filed = at_once(bureau, officers)
    return [
        Figure(f"load {count:,} filings, {vendor}", round(spent, 1), "s", "", None, None, "tells only", True),
        *(
            Figure(
                f"inbox over {count:,} filings, p95 by {by}, {vendor}", round(mine, 1), "ms", "a page without filings", round(theirs, 1),
                round(mine / theirs, 2), f"≤ {LIMIT_MS:g} ms", mine <= LIMIT_MS,
            )
            for by, mine, theirs in zip(("the clock", "the processor"), reached, peer, strict=True)
        ),
        Figure(f"filings lost, {CITIZENS} citizens at once, {vendor}", lost, "", "", None, None, "0", lost == 0),
        Figure(f"errors, {CITIZENS} citizens and {OFFICERS} officers at once, {vendor}", wrong, "", "", None, None, "0", wrong == 0),
        Figure(f"one filing while {OFFICERS} officers work, p95, {vendor}", round(p95(filed)), "ms", "", None, None, "tells only", True),
    ]  # fmt: skip
