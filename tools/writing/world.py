"""A small world: departments lay files into folders, the platform takes them the whole way, two officers act on records.

Every file is a function of its agency and number, so what must be in the ledger at the end is known beforehand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROWS, FIRMS, NEW, CHUNK = 240, 40, 10, 60  # rows of a file, firms at first, firms each file adds, rows of a chunk
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PENALTY = "行政相对人名称,统一社会信用代码,决定文书号,决定日期,处罚机关,处罚种类,处罚事由,罚款金额（万元）"
REGISTRATION = "企业名称,统一社会信用代码,成立日期,地区,住所,登记状态"
CITY = ("120101", "天津市和平区市场监督管理局")
AGENCIES = (CITY, ("120102", "天津市河东区市场监督管理局"), ("120103", "天津市河西区市场监督管理局"))
BAD = 3  # rows of each file nobody can take
MARCH = date(2026, 3, 2)


def open_database(folder: Path, like: str = "template1") -> None:
    """A database of its own, which on PostgreSQL may begin like another, with small chunks so that a small file has many."""
    os.environ.update(HENGJIAN_DATA=str(folder), DJANGO_SETTINGS_MODULE="hengjian.config.settings")
    if url := os.environ.get("HENGJIAN_DATABASE_URL"):
        import psycopg

        name = f"writers_{os.getpid()}"
        server = url.rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as opened:
            opened.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        os.environ["HENGJIAN_DATABASE_URL"] = f"{server}/{name}"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    settings.MEDIA_ROOT = folder / "files"
    call_command("migrate", verbosity=0)
    # Everything a writer needs is read once, here: children are forked from a process that has no threads yet.
    from hengjian.doors.jobs import acts  # noqa: F401
    from hengjian.ground import policy
    from hengjian.ground.people.models import Agency, Officer
    from hengjian.street.intake import tables
    from hengjian.street.ledger import absorbing
    from hengjian.street.register import services as register

    policy.current()
    tables.RAMP, absorbing.CHUNK, register.CHUNK = (CHUNK, CHUNK), CHUNK, CHUNK // 4
    for code, name in AGENCIES:
        agency, _ = Agency.objects.get_or_create(code=code, defaults={"name": name, "kind": "district-bureau", "district": code})
        Officer.objects.get_or_create(number=code, defaults={"name": "测试员", "agency": agency, "scope": "city"})
    connections.close_all()


def child(work: Callable[..., Any], *args: Any) -> int:
    """A process of its own. Nothing is asked of the database in the parent: threads of a reader do not live on in a child."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work(*args)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


def told(work: Callable[[], Any]) -> Any:
    """The answer of a process of its own."""
    reading, writing = os.pipe()

    def tell() -> None:
        os.write(writing, json.dumps(work(), ensure_ascii=False).encode())

    pid = child(tell)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    if os.waitpid(pid, 0)[1]:
        return {"wrong": [f"the books could not be read (process {pid})"]}
    return json.loads(said)


def code_of(number: int) -> str:
    from hengjian.ground.kit import uscc

    return uscc.complete(f"91120101MA9{number:06d}")


def name_of(number: int) -> str:
    return f"天津示例{number:06d}有限公司"


def known(turn: int) -> int:
    """How many firms are registered once the registrations of a turn are in."""
    return FIRMS + NEW * turn


def registrations(turn: int) -> bytes:
    """New firms; some known ones at another address, in another state or under a new name; rows that are no use, one twice."""
    rows = [REGISTRATION]
    for number in range(known(turn) - NEW if turn else 0, known(turn)):
        rows.append(f"{name_of(number)},{code_of(number)},2020-05-06,和平,天津市和平区示例路1号,存续")
    for number in range(turn % 7, known(turn) - NEW, 7) if turn else ():
        name = f"天津示例{number:06d}第{turn}有限公司" if number % 3 == 0 else name_of(number)
        rows.append(f"{name},{code_of(number)},2020-05-06,和平,天津市和平区示例路{turn}号,{('存续', '注销')[turn % 2]}")
    rows += [rows[1], *(f"无,{code_of(0)[:-1]}*,2020-05-06,和平,第{turn}号,存续" for _ in range(BAD))]
    return "\n".join(rows).encode()


def document(agency: str, turn: int, row: int) -> str:
    return f"津示罚〔2026〕{agency}-{turn}-{row}号"


def penalties(agency: str, turn: int, firms: int) -> bytes:
    """Records, some of firms that are registered only next time; rows that are no use; rows told twice, here and before."""

    def row(turn: int, number: int, firms: int) -> str:
        firm = number % firms
        return f"{name_of(firm)},{code_of(firm)},{document(agency, turn, number)},2026-02-03,{CITY[1]},罚款,销售超过保质期的食品,0.5"

    rows = [PENALTY, *(row(turn, number, firms) for number in range(ROWS))]
    rows += [f"{name_of(1)},{code_of(1)[:-1]}*,{document(agency, turn, 900 + n)},2026-02-03,{CITY[1]},罚款,无,0.5" for n in range(BAD)]
    rows += [rows[1], rows[2], *([row(turn - 1, 5, firms - NEW)] if turn else [])]
    return "\n".join(rows).encode()


def lay(folder: Path, agency: str, kind: str, turn: int, data: bytes) -> None:
    """A department puts a file into its folder, unless it did so before."""
    place = folder / "in" / agency / kind
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{turn:04d}.csv"
    if file.exists() or (place / "taken" / file.name).exists():
        return
    half = place / f".{turn:04d}"
    half.write_bytes(data)
    os.utime(half, (BEGIN.timestamp() - 60,) * 2)
    half.replace(file)


def moments(turn: int) -> datetime:
    return BEGIN + timedelta(days=turn)


def act_once(agency: str, turn: int) -> None:
    """An officer withdraws one record of a turn and corrects another; begun again, what is done is left alone."""
    from hengjian.ground.people.models import Officer
    from hengjian.street.ledger import services
    from hengjian.street.ledger.models import Entry
    from hengjian.street.ledger.services import AlreadyClosed

    by = Officer.objects.get(number=agency)
    for row, act in ((0, services.withdraw), (1, services.correct)):
        entry = Entry.objects.get(kind="penalty", act="record", document=document(agency, turn, row))
        more: dict[str, Any] = {"fine_fen": 700_000} if act is services.correct else {}
        try:
            act(by=by, entry=entry, on=MARCH, because="复议", at=moments(turn), **more)
        except AlreadyClosed:
            continue


def stages(folder: Path, turn: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is done in one turn, by stage, each safe to repeat. `upload` and `judging` are told apart inside (kills.py)."""
    from hengjian.ground.audit import services as trail
    from hengjian.street.assessment import frames
    from hengjian.street.assessment import services as assessment
    from hengjian.street.intake import folders
    from hengjian.street.ledger import services as ledger
    from hengjian.street.publication import services as publication
    from hengjian.street.register import services as register

    at, on = moments(turn), moments(turn).date()
    lay(folder, CITY[0], "registration", turn, registrations(turn))
    lay(folder, CITY[0], "penalty", turn, penalties(CITY[0], turn, known(turn) + NEW))
    yield "upload", lambda: folders.take_due(folder / "in", at=at, still=0)
    yield "register", register.absorb_due
    yield "absorption", lambda: ledger.catch_up(at)
    yield "acts", lambda: act_once(CITY[0], turn)
    yield "mirror", frames.refresh
    yield "classes", lambda: assessment.catch_up(on=on)
    yield "publication", lambda: (publication.publish_due(on=on), publication.publish_entities(on=on))
    yield "compaction", lambda: frames.mirror().compact()
    yield "sealing", lambda: (trail.seal(at=at), ledger.seal_day(on=on, at=at))


def expected(turns: int) -> dict[str, int]:
    """What the ledger must hold after so many whole turns and the registrations of one more."""
    return {
        "received": turns * (ROWS + BAD + 2) + turns - 1, "accepted": turns * ROWS, "duplicate": 3 * turns - 1, "rejected": BAD * turns,
        "records": turns * ROWS, "withdrawals": turns, "corrections": turns, "firms": known(turns),
    }  # fmt: skip
