"""Three agencies, two officers and two job runners at once, for some minutes: what each did is counted, then the sums are held
against the books. Nobody's writing is lost, nobody waits for ever, nobody is told that the database is busy.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from . import books, world

OWN, SHARED, DOUBTS = 90, 60, 30
# What each agency tells of every firm, in an order of its own: none of it may undo what another told.
TELLS = (("住所", "天津市和平区示例路{}号"), ("经营范围", "食品销售第{}项"), ("注册资本（万元）", "{}"))


def registrations(place: int, turn: int) -> bytes:
    heading, says = TELLS[place]
    order = sorted(range(world.FIRMS), key=lambda firm: (firm * (place * 2 + 3) + turn) % world.FIRMS)
    told = [f"{world.name_of(firm)},{world.code_of(firm)},{says.format(turn + 1)}" for firm in order]
    return "\n".join([f"企业名称,统一社会信用代码,{heading}", *told]).encode()


def penalties(place: int, turn: int) -> bytes:
    """Records of its own, and those all three send, each in an order of its own."""
    agency = world.AGENCIES[place][0]
    rows = [(firm, world.document(agency, turn, firm)) for firm in range(OWN)]
    rows += [(firm, world.document("共同", turn, firm)) for firm in range(SHARED)]
    rows.sort(key=lambda row: (row[0] * (place * 4 + 3) % 97, row[1]))
    lines = [_row(world.name_of(firm % world.FIRMS), firm % world.FIRMS, text) for firm, text in rows]
    return "\n".join([world.PENALTY, *lines]).encode()


def _row(name: str, firm: int, document: str) -> str:
    return f"{name},{world.code_of(firm)},{document},2026-02-03,{world.CITY[1]},罚款,销售超过保质期的食品,0.5"


def _send(agency: str, kind: str, data: bytes, at: Any) -> Any:
    from hengjian.ground.people.models import Agency
    from hengjian.street.intake import services as intake

    sender = Agency.objects.get(code=agency)
    delivery, _ = intake.receive(by=None, agency=sender, kind=kind, filename=f"{kind}.csv", chunks=[data], at=at)
    return intake.process(delivery, at=at)


def begin() -> None:
    """Firms, records both officers are after, and rows in doubt both will decide."""
    from hengjian.street.ledger import services as ledger
    from hengjian.street.register import services as register

    register.absorb(_send(world.CITY[0], "registration", world.registrations(0), world.BEGIN))
    lines = [_row(world.name_of(n % world.FIRMS), n % world.FIRMS, world.document("先", 0, n)) for n in range(80)]
    lines += [_row("天津另一个名字有限公司", n, world.document("疑", 0, n)) for n in range(DOUBTS)]
    ledger.absorb(_send(world.CITY[0], "penalty", "\n".join([world.PENALTY, *lines]).encode(), world.BEGIN), at=world.BEGIN)


class Turns:
    """Do something again and again until the time is up; count it, how long the longest took, and every error by its name."""

    def __init__(self, folder: Path, name: str, seconds: float) -> None:
        self.told, self.name, self.end = folder / f"told-{name}", name, time.monotonic() + seconds
        self.did: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.longest: dict[str, float] = {}

    def rounds(self) -> Iterator[int]:
        turn = 0
        while turn == 0 or time.monotonic() < self.end:
            yield turn
            turn += 1
        self.told.write_text(json.dumps({"did": self.did, "errors": self.errors, "longest": self.longest}, ensure_ascii=False))

    def do(self, what: str, work: Callable[..., Any], *args: Any, **more: Any) -> Any:
        begun = time.monotonic()
        try:
            found = work(*args, **more)
            self.did[what] += 1
            return found
        except Exception as error:
            self.errors[f"{what}: {type(error).__name__}: {str(error)[:120]}"] += 1
            return None
        finally:
            self.longest[what] = max(self.longest.get(what, 0.0), round(time.monotonic() - begun, 2))


def agency(folder: Path, place: int, seconds: float) -> None:
    from hengjian.street.ledger import services as ledger
    from hengjian.street.register import services as register

    code, turns = world.AGENCIES[place][0], Turns(folder, f"agency{place}", seconds)
    for turn in turns.rounds():
        at = world.BEGIN + timedelta(minutes=turn + 1)
        told = turns.do("send", _send, code, "registration", registrations(place, turn), at)
        turns.do("register", register.absorb, told)
        records = turns.do("send", _send, code, "penalty", penalties(place, turn), at)
        turns.do("absorb", ledger.absorb, records, at=at)
        turns.did["turns"] += 1


def officer(folder: Path, place: int, seconds: float) -> None:
    """Close the same records as the other, decide the same doubts, write records of one's own."""
    from hengjian.ground.kit.refusals import Refusal
    from hengjian.ground.people.models import Officer
    from hengjian.street.intake.models import Row
    from hengjian.street.ledger import services
    from hengjian.street.ledger.models import Entry

    by = Officer.objects.get(number=world.AGENCIES[place + 1][0])
    turns, started = Turns(folder, f"officer{place}", seconds), world.BEGIN
    shared = list(Entry.objects.filter(document__contains="先").order_by("seq"))
    doubts = list(Row.objects.filter(outcome="quarantined", data__isnull=False).select_related("delivery").order_by("number"))

    def won(what: str, work: Callable[..., Any], *args: Any, **more: Any) -> None:
        try:
            work(*args, **more)
            turns.did[f"won {what}"] += 1
        except Refusal:
            turns.did[f"second {what}"] += 1

    for turn in turns.rounds():
        at = started + timedelta(minutes=turn + 1)
        for entry in shared[turn::2][:1] + shared[turn : turn + 1]:
            act = services.withdraw if entry.seq % 2 else services.correct
            more = {} if entry.seq % 2 else {"fine_fen": 700_000}
            turns.do("close", won, "close", act, by=by, entry=entry, on=world.MARCH, because="复议", at=at, **more)
        for row in doubts[turn : turn + 1]:
            turns.do("decide", won, "decide", services.decide, by=by, row=row, outcome="certain", because="代码一致", evidence={}, at=at)
        turns.do("honour", services.append, by=by, entity=shared[turn % 80].entity, kind="honour", on=world.MARCH, document=f"{place}-{turn}", at=at)
        time.sleep(0.02)


def runner(folder: Path, place: int, seconds: float) -> None:
    """What the timetable and a page do: copies follow, classes, publication, days and the audit are sealed."""
    from hengjian.ground.audit import services as trail
    from hengjian.street.assessment import frames
    from hengjian.street.assessment import services as assessment
    from hengjian.street.ledger import queries, seals
    from hengjian.street.ledger import services as ledger
    from hengjian.street.publication import services as publication
    from hengjian.street.register import services as register

    turns, on = Turns(folder, f"runner{place}", seconds), world.MARCH
    for turn in turns.rounds():
        at = world.BEGIN + timedelta(minutes=turn + 1)
        turns.do("absorb due", register.absorb_due)
        turns.do("catch up", ledger.catch_up, at)
        turns.do("mirror", frames.refresh)
        turns.do("classes", assessment.catch_up if place else lambda on: assessment.recompute_since(queries.last_seq() // 2, on=on), on=on)
        turns.do("publish", publication.publish_due, on=on)
        turns.do("entities", publication.publish_entities, on=on)
        turns.do("audit seal", trail.seal, at=at)
        turns.do("day", seals.seal_day, on=on + timedelta(days=turn), at=at)
        if turn % 3 == place:
            turns.do("compact", lambda: frames.mirror().compact())


def finish() -> None:
    from hengjian.street.assessment import services as assessment
    from hengjian.street.ledger import services as ledger
    from hengjian.street.publication import services as publication
    from hengjian.street.register import services as register

    register.absorb_due()
    ledger.catch_up(world.BEGIN)
    assessment.catch_up(on=world.MARCH)
    publication.publish_due(on=world.MARCH)
    publication.publish_entities(on=world.MARCH)


def _lost(turns: list[int]) -> list[str]:
    """Facts of firms that are not what their agency told last."""
    from django.db import connection

    from hengjian.street.register.models import Entity

    wrong = []
    for place, (name, want) in enumerate((("address", "天津市和平区示例路{}号"), ("scope_text", "食品销售第{}项"), ("capital_fen", "{}000000"))):
        said = want.format(turns[place])
        differ = [row for row in Entity.objects.order_by("pk").values_list("uscc", name) if str(row[1]) != said]
        if differ:
            wrong.append(f"{len(differ)} firms lost their {name}: {differ[0]} instead of {said}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            if deadlocks := cursor.fetchone()[0]:
                wrong.append(f"{deadlocks} deadlocks")
    return wrong


def _books(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    from hengjian.street.ledger.models import Decision, Entry

    turns = [told[f"agency{place}"]["did"].get("turns", 0) for place in range(3)]
    did: Counter[str] = Counter()
    for one in told.values():
        did.update(one["did"])
    records = 80 + did["won decide"] + OWN * sum(turns) + SHARED * max(turns)
    closed = Entry.objects.filter(kind__in=("withdrawal", "correction")).order_by()
    found = books.at_the_end({"records": records, "accepted": records, "duplicate": SHARED * (sum(turns) - max(turns)), "firms": world.FIRMS})
    wrong = found["wrong"] + _lost(turns)
    sums = {
        "closings": (closed.count(), did["won close"]), "closed once": (closed.values("refers").distinct().count(), did["won close"]),
        "decisions": (Decision.objects.count(), did["won decide"]), "honours": (Entry.objects.filter(kind="honour").count(), did["honour"]),
    }  # fmt: skip
    wrong += [f"{name}: {held} instead of {want}" for name, (held, want) in sums.items() if held != want]
    wrong += [f"{name}: {count} × {error}" for name, one in told.items() for error, count in one["errors"].items()]
    return {**found, "turns": turns, **{name: held for name, (held, _) in sums.items()}, "wrong": wrong}


def together(folder: Path, seconds: float) -> dict[str, Any]:
    """All at once; then what is left is finished and the books are read."""
    if os.waitpid(world.child(begin), 0)[1]:
        raise SystemExit("the world could not be begun")
    crowd = [(agency, 3), (officer, 2), (runner, 2)]
    pids = [world.child(work, folder, place, seconds) for work, count in crowd for place in range(count)]
    ended = [os.waitpid(pid, 0)[1] for pid in pids]
    told = {path.name.removeprefix("told-"): json.loads(path.read_text()) for path in sorted(folder.glob("told-*"))}
    ended.append(os.waitpid(world.child(finish), 0)[1])
    longest = {name: one["longest"] for name, one in told.items()}
    return {"ended": ended, "longest": longest, **world.told(lambda: _books(told))}
