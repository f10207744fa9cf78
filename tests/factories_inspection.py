"""A drawn city whose teams are on their way: one call from nothing to assigned visits."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime

from hengjian.ground.people.models import Holding, Officer
from hengjian.ground.procedure import queries as procedures
from hengjian.street.draw import lottery
from hengjian.street.draw import services as draws
from hengjian.street.draw.models import Draw
from hengjian.street.inspection import reviewing, services
from hengjian.street.inspection.models import Visit
from hengjian.street.inspection.rules import Answer, Finding

from . import factories_draw as make

SECRETS = ("局办公室的数值", "监督科的数值")
SOURCE = {
    "kind": "commit-reveal",
    "parties": [
        {"name": name, "digest": lottery.sha256(value)} for name, value in zip(("办公室", "监督科"), SECRETS, strict=True)
    ],
}
AT = make.later(60)
ITEMS = ("reg-name", "pub-annual-report")


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=AT.tzinfo)


def officer(number: str, *posts: str, **more) -> Officer:
    made = make.officer(number, certified="inspector" in posts, **more)
    for post in posts:
        Holding.objects.create(officer=made, post=post)
    return made


def drawn(quota: int = 3, inspectors: int = 4, until=None, entities: str = "A" * 30, upto: str = "drawn") -> Draw:
    """A held draw in a district of 30 good firms."""
    make.city(entities)
    for n in range(inspectors):
        officer(f"I-{n:02d}", "inspector")
    return _hold(officer("G-OPERATOR", "draw-officer"), quota, until, upto)


def drawn_again(draw: Draw, quota: int = 3) -> Draw:
    """Another plan of the same bureau, drawn by the same operator."""
    return _hold(draw.operator, quota, None, "drawn")


def _hold(operator: Officer, quota: int, until, upto: str) -> Draw:
    plan = draws.file_plan(
        by=operator, agency=make.bureau(), title="2026年第一季度抽查", items=list(ITEMS), mode="by-grade", quota=quota,
        on=make.ON, visits_until=until,
    )  # fmt: skip
    draw = draws.freeze(by=operator, plan=plan, at=make.AT)
    draw = draws.commit(by=operator, draw=draw, source=SOURCE, at=make.later(1))
    draw = draws.reveal_seed(by=operator, draw=draw, evidence={"reveals": list(SECRETS)}, at=make.later(2))
    return draw if upto == "seeded" else draws.hold(by=operator, draw=draw, at=make.later(3))


def visits(quota: int = 3, **more) -> list[Visit]:
    draw = drawn(quota, **more)
    return services.assign_visits(draw, by=draw.operator, at=AT)


def team(visit: Visit) -> list[Officer]:
    return list(visit.officers.order_by("pk"))


def clean(**more) -> Finding:
    """Nothing found on any item."""
    fields = {"answers": tuple(Answer(item, "pass") for item in ITEMS), "codes": ("1",), "signed_by_firm": "演示当事人"}
    return Finding(**(fields | more))


def breach(**more) -> Finding:
    """The annual report was not published; an order to correct follows."""
    answers = (Answer("reg-name", "pass"), Answer("pub-annual-report", "problem", "未按期公示2024年度年报"))
    fields = {"answers": answers, "codes": ("B",), "disposal": "order-correct", "signed_by_firm": "演示当事人"}
    return Finding(**(fields | more))


def refused(**more) -> Finding:
    return Finding(path="refused", note="3月2日上午到场，当事人两次拒绝检查人员进入", **({"witness": "社区工作人员", "disposal": "case-transfer"} | more))


def not_found(**more) -> Finding:
    return Finding(path="not-found", note="3月2日上午到登记住所，大门锁闭，邻铺称已搬离，电话无人接听", **({"witness": "邻铺经营者", "disposal": "feedback-daily"} | more))


def recorded(visit: Visit, finding: Finding | None = None, *, token: str = "", by: Officer | None = None, at: datetime = AT):
    """A result that waits for its review."""
    return services.record_result(
        visit, finding or clean(), token=token or f"token-{visit.pk:08d}", by=by or team(visit)[0], at=at
    )


def record(visit: Visit, finding: Finding | None = None, *, at: datetime = AT, **more):
    """A result that was reviewed at once: it stands in the ledger."""
    result = recorded(visit, finding, at=at, **more)
    review(visit, at=at)
    result.refresh_from_db()
    return result


def review(visit: Visit, *, at: datetime = AT):
    fresh = Visit.objects.select_related("proceeding__agency", "entity").get(pk=visit.pk)
    if procedures.state_of(fresh.proceeding) != "recorded":
        return None
    agency = fresh.proceeding.agency
    number = f"REVIEW-{agency.code}"
    by = Officer.objects.filter(number=number).first() or officer(number, "leader", agency=agency)
    return reviewing.review(fresh, by=by, at=at, expected_version=fresh.proceeding.version)


def picture() -> bytes:
    """A real picture of four by four red points, with a line of text beside it as cameras write."""
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\xd0\x10\x10" * 4 for _ in range(4))
    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    told = part(b"tEXt", b"GPS\0" + b"40.04,117.40")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + told + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
