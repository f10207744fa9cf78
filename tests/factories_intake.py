"""Department files for tests: evidently generated, in the shapes departments really send."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from hengjian.ground.kit import uscc

MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PENALTY = ("行政相对人名称", "统一社会信用代码", "决定文书号", "决定日期", "处罚机关", "处罚种类", "处罚事由", "罚款金额（万元）")


def code(number: int, kind: str = "91") -> str:
    return uscc.complete(f"{kind}120101MA9{number:06d}")


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def registrations(count: int, start: int = 0) -> list[list[str]]:
    return [
        [f"天津示例{number:06d}有限公司", code(number), "2020-05-06", "和平", "天津市和平区示例路1号"]
        for number in range(start, start + count)
    ]


REGISTRATION = ("企业名称", "统一社会信用代码", "成立日期", "地区", "住所")


def penalty(number: int = 0, **changes: str) -> list[str]:
    row = dict(
        zip(
            PENALTY,
            (f"天津示例{number:06d}有限公司", code(number), f"津和市监罚〔2026〕{number}号", "2026-02-03",
             "天津市和平区市场监督管理局", "罚款", "销售超过保质期的食品", "0.5"),
            strict=True,
        )
    )  # fmt: skip
    row.update(changes)
    return list(row.values())


def deliver(agency, kind: str, data: bytes, filename: str = "file.csv", at: datetime = MARCH):
    """Receive and judge a file as a department would send it."""
    from hengjian.street.intake import services

    delivery, _ = services.receive(by=None, agency=agency, kind=kind, filename=filename, chunks=[data], at=at)
    return services.process(delivery, at=at)


def clerk_of(agency, number: str = "J001", post: str = "filing-clerk"):
    """An officer who files for an agency."""
    from hengjian.ground.people.models import Holding, Officer, User

    user = User.objects.create_user(f"clerk-{number}")
    officer = Officer.objects.create(user=user, agency=agency, number=number, name="示例归集员")
    Holding.objects.create(officer=officer, post=post)
    return officer
