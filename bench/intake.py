"""A penalty file of a million rows and twenty-five columns, judged and stored, on SQLite.

The peer is the same lines through `executemany` into one text table with one index, unvalidated.
"""

from __future__ import annotations

import csv
import itertools
import os
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench._figure import Figure

ROWS, BAD = 1_000_000, 41  # one row in so many is bad
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADS = (
    "行政相对人名称", "统一社会信用代码", "决定文书号", "决定日期", "处罚机关", "处罚种类", "处罚事由", "罚款金额（万元）",
    "没收金额", "生效日期", "公示截止日期", "处罚依据", "是否仅警告", *(f"备注{n}" for n in range(1, 13)),
)  # fmt: skip


def write(path: Path, rows: int) -> int:
    """The file; returns how many of its rows are bad."""
    from hengjian.ground.kit import uscc

    firms = [(f"天津示例{n:06d}有限公司", uscc.complete(f"91120101MA9{n:06d}")) for n in range(min(rows, 20_000))]
    bad = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADS)
        for number in range(rows):
            name, code = firms[number % len(firms)]
            wrong = number % BAD == 0
            bad += wrong
            day = "2026-02-30" if wrong else f"2026-01-{1 + number % 28:02d}"
            writer.writerow([
                name, code, f"津示罚〔2026〕{number}号", day, "天津市和平区市场监督管理局", "罚款", "销售超过保质期的食品", "0.5",
                "0", "2026-02-01", "2027-02-01", "示例法第一条", "否", *["无"] * 12,
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


def run(scale: float = 1.0) -> list[Figure]:
    """Processor seconds from the file to settled rows, so that neighbours on the machine do not count."""
    size = max(int(ROWS * scale), 1000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HENGJIAN_DATA"] = name
        os.environ.pop("HENGJIAN_DATABASE_URL", None)
        from hengjian.doors.cli._django import setup

        setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        connections["default"].close()
        connections["default"].settings_dict["NAME"] = str(folder / "intake.sqlite3")
        settings.MEDIA_ROOT = folder / "files"
        call_command("migrate", verbosity=0)
        from hengjian.ground.people.models import Agency
        from hengjian.street.intake import services

        path = folder / "penalty.csv"
        bad, bound = write(path, size), plain(path, folder)
        bureau, _ = Agency.objects.get_or_create(code="120101", defaults={"name": "示例局", "kind": "district-bureau"})
        start = time.process_time()
        delivery, _ = services.receive(by=None, agency=bureau, kind="penalty", filename="penalty.csv", chunks=[path.read_bytes()], at=AT)
        delivery = services.process(delivery, at=AT)
        spent = time.process_time() - start
        assert (delivery.received, delivery.quarantined, delivery.accepted) == (size, bad, size - bad), delivery.trouble
        connections["default"].close()
    return [
        Figure(
            f"intake of {size:,} rows, 25 columns", round(spent, 2), "s of CPU", "unvalidated executemany", round(bound, 2),
            round(spent / bound, 2), "≤ 1 ×", spent <= bound,
        ),
        Figure("intake, rows judged and stored", round(size / spent), "rows/s of CPU", "", None, None, "≥ 10,000", size / spent >= 10_000),
    ]  # fmt: skip
