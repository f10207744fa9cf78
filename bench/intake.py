"""A penalty file of a million rows and twenty-five columns, judged and stored.

On SQLite the peer is the same lines through `executemany` into one text table with one index, unvalidated, by processor
seconds. On PostgreSQL (where HENGJIAN_DATABASE_URL names one) it is a raw `COPY` of the file into such a table without an
index, by the clock, because the server works in processes of its own.
"""

from __future__ import annotations

import csv
import itertools
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench._figure import Figure

ROWS, BAD = 1_000_000, 41  # one row in so many is bad
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADS = (
    "行政相对人名称", "统一社会信用代码", "工商注册号", "组织机构代码", "税务登记号", "证照类型", "决定文书号", "处罚种类", "违法行为类型", "违法事实",
    "处罚依据", "处罚内容", "罚款金额（万元）", "没收金额", "暂扣或吊销证照名称及编号", "决定日期", "生效日期", "公示截止日期", "处罚机关", "处罚程序",
    "是否仅警告", "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码", "备注",
)  # fmt: skip
WARES = ("预包装糕点", "散装熟食", "冷冻水产品", "植物油", "婴幼儿米粉", "白酒", "酱腌菜", "速冻水饺")


def write(path: Path, rows: int) -> int:
    """The file, as departments fill the columns of 双公示; returns how many of its rows are bad."""
    from hengjian.ground.kit import uscc

    firms = [(f"天津示例{n:06d}商贸有限公司", uscc.complete(f"91120101MA9{n:06d}")) for n in range(min(rows, 20_000))]
    office, bad = uscc.complete("11120101000101000"), 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADS)
        for number in range(rows):
            name, code = firms[number % len(firms)]
            wrong = number % BAD == 0
            bad += wrong
            day = "2026-02-30" if wrong else f"2026-01-{1 + number % 28:02d}"
            ware, count, gain = WARES[number % 8], 3 + number % 97, 10 + number % 4_000
            writer.writerow([
                name, code, f"1201010000{number % 20_000:05d}", code[8:17], code, "营业执照", f"津示市监处罚〔2026〕{number}号", "罚款;没收违法所得",
                "经营超过保质期的食品",
                f"执法人员于2026年1月{1 + number % 28}日对当事人经营场所检查时，发现货架上待售的{ware}{count}件已超过保质期，货值{count * 12}元，"
                f"违法所得{gain}元；当事人未能提供该批次的进货查验记录，此前没有同类违法。",
                "《中华人民共和国食品安全法》第一百二十四条第一款第五项", f"一、没收违法所得{gain}元；二、罚款人民币5000元", "0.5", str(gain), "",
                day, "2026-02-01", "2027-02-01", "天津市示例区市场监督管理局", "普通程序", "否", office, "天津市示例区市场监督管理局", office, "",
            ])  # fmt: skip
    return bad


def plain(path: Path, folder: Path) -> float:
    """Processor seconds of storing every line as text, unread."""
    with sqlite3.connect(folder / "plain.sqlite3") as db, path.open(encoding="utf-8", newline="") as lines:
        db.execute("PRAGMA journal_mode = WAL")
        names = ", ".join(f"c{n} TEXT" for n in range(len(HEADS)))
        db.execute(f"CREATE TABLE line ({names})")
        db.execute("CREATE INDEX line_code ON line (c1)")
        start = time.process_time()
        reader = csv.reader(lines)
        while chunk := list(itertools.islice(reader, 5_000)):
            db.executemany(f"INSERT INTO line VALUES ({', '.join('?' * len(HEADS))})", chunk)
            db.commit()
        return time.process_time() - start


def copied(path: Path) -> float:
    """Seconds of a raw COPY of the file into a text table of PostgreSQL."""
    from django.db import connection

    names = ", ".join(f"c{n} text" for n in range(len(HEADS)))
    with connection.cursor() as cursor, path.open("rb") as lines:
        cursor.execute(f"CREATE TEMPORARY TABLE line ({names})")
        start = time.perf_counter()
        with cursor.cursor.copy("COPY line FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            while block := lines.read(1 << 20):
                copy.write(block)
        spent = time.perf_counter() - start
        cursor.execute("DROP TABLE line")
    return spent


def taken(path: Path, size: int, bad: int, clock: Callable[[], float]) -> float:
    """Seconds from the file to settled rows."""
    from hengjian.ground.people.models import Agency
    from hengjian.street.intake import services

    bureau, _ = Agency.objects.get_or_create(code="120101", defaults={"name": "示例局", "kind": "district-bureau"})
    start = clock()
    with path.open("rb") as stream:
        blocks = iter(lambda: stream.read(1 << 20), b"")
        delivery, _ = services.receive(by=None, agency=bureau, kind="penalty", filename="penalty.csv", chunks=blocks, at=AT)
    delivery = services.process(delivery, at=AT)
    spent = clock() - start
    assert (delivery.received, delivery.quarantined, delivery.accepted) == (size, bad, size - bad), delivery.trouble
    return spent


def run(scale: float = 1.0) -> list[Figure]:
    """Both sides in one run, one after the other."""
    size = max(int(ROWS * scale), 1000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HENGJIAN_DATA"] = name
        from hengjian.doors.cli._django import setup

        setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection, connections

        from hengjian.ground import policy

        settings.MEDIA_ROOT = folder / "files"
        path = folder / "penalty.csv"
        bad = write(path, size)
        on_postgres = connection.vendor == "postgresql"
        if not on_postgres:
            connections["default"].close()
            connections["default"].settings_dict["NAME"] = str(folder / "intake.sqlite3")
        policy.current()  # read once by every process, whatever it does
        call_command("migrate", verbosity=0)
        bound = copied(path) if on_postgres else plain(path, folder)
        spent = taken(path, size, bad, time.perf_counter if on_postgres else time.process_time)
        connections["default"].close()
    unit, peer, aim = ("s", "raw COPY", 2.75) if on_postgres else ("s of CPU", "unvalidated executemany", 1.0)
    ratio = spent / bound
    return [
        Figure(f"intake of {size:,} rows, 25 columns", round(spent, 2), unit, peer, round(bound, 2), round(ratio, 2), f"≤ {aim} ×", ratio <= aim),
        Figure("intake, rows judged and stored", round(size / spent), f"rows/{unit}", "", None, None, "≥ 50,000", size / spent >= 50_000),
    ]  # fmt: skip
