"""Lives of firms: founded in each of the last months, dormant, revoked, deregistered, annulled, moved away, merged, divided; a filing that
came late, rows nobody can put to a firm's account, records past their retention. Small files; safe to repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.intake import services as intake
from hengjian.street.ledger import disposing
from hengjian.street.ledger import services as ledger
from hengjian.street.register import history
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity, Succession

from .population import credit_code
from .structure import csv_of
from .words import FIRST, SECOND, TRADES

FOUNDED, BECAME, LATE, DOUBTED = "新设登记_演示.csv", "状态变更_演示.csv", "补报变更_演示.csv", "存疑处罚_演示.csv"
FILES = (FOUNDED, BECAME, LATE, DOUBTED)
HEAD = ["企业名称", "统一社会信用代码", "成立日期", "企业类型", "注册资本(万元)", "经营范围", "地区", "住所", "登记状态", "行业代码", "核准日期"]
STATES = ("歇业", "吊销，未注销", "吊销，已注销", "注销", "撤销", "迁出")
CROWDED, HOSTED = "天津市蓟州区渔阳镇演示新路88号商务楼201", "天津市蓟州区渔阳镇演示创业园集群注册托管区"
STREETS = ("文昌街道", "渔阳镇", "邦均镇", "上仓镇")
MONTHS = 24
PAST = 31**6 // 2  # of the permutation of codes: far from those of the city


def tell(district: str, shown: Entity, on: date) -> None:
    """Everything, in the order it happened."""
    agency = Agency.objects.get(code=district)
    founded = [_founded(month, district, on) for month in range(MONTHS)]
    _send(agency, "registration", FOUNDED, [HEAD, *founded])
    became = [_became(row, state, on - timedelta(days=15 * (n + 1))) for n, (row, state) in enumerate(zip(founded[-len(STATES):], STATES, strict=True))]
    _send(agency, "registration", BECAME, [HEAD, *became])
    late = list(became[0])
    late[7:9], late[10] = ["天津市蓟州区邦均镇演示旧街3号", "存续"], (on - timedelta(days=60)).isoformat()
    _send(agency, "registration", LATE, [HEAD, late])
    _unite(founded, on)
    _doubt(agency, shown, founded[0], on)
    _dispose(shown, on)


def _send(agency: Agency, kind: str, name: str, rows: Sequence[Sequence[str]]) -> None:
    at = clock.now() - timedelta(hours=26)
    delivery, _new = intake.receive(by=None, agency=agency, kind=kind, filename=name, chunks=[csv_of(rows)], at=at)
    delivery = intake.process(delivery, at=at)
    if kind == "registration":
        register.absorb(delivery)
    else:
        ledger.absorb(delivery, at=at)


def _founded(month: int, district: str, on: date) -> list[str]:
    """One firm founded about so many months ago; the oldest ones last."""
    trade, day = TRADES[month % len(TRADES)], on - timedelta(days=20 + 30 * month)
    address = f"天津市蓟州区{STREETS[month % len(STREETS)]}演示新路{month + 1}号"
    if 2 <= month < 18:  # six at one address, five at one that hosts many
        address = CROWDED if month < 8 else HOSTED if month < 13 else address
    brand = FIRST[month] + SECOND[month] + SECOND[-1 - month]
    return [
        f"天津{brand}（演示）{trade.firm}有限公司", credit_code(PAST + month, "enterprise", district), day.isoformat(), "有限责任公司",
        str(50 + 10 * month), trade.scope, "蓟州区", address, "存续", trade.industry,
        day.isoformat(),
    ]  # fmt: skip


def _became(row: list[str], state: str, day: date) -> list[str]:
    return [*row[:8], state, row[9], day.isoformat()]


def _unite(founded: Sequence[Sequence[str]], on: date) -> None:
    """One merger, one division, and one change of code that was recorded by mistake and taken back."""
    officer, at = Officer.objects.get(number="DEMO-REGISTER"), clock.now()
    firms = list(Entity.objects.filter(uscc__in=[row[1] for row in founded[2:8]]).order_by("established"))
    if len(firms) < 6 or Succession.objects.filter(before__in=firms).exists():
        return
    told = (("merger", "吸收合并协议及准予变更登记通知书（演示）"), ("division", "派生分立决议及准予登记通知书（演示）"), ("same", "误记：两户名称相近（演示）"))
    for number, (kind, basis) in enumerate(told):
        before, after = firms[2 * number : 2 * number + 2]
        made = history.unite(by=officer, kind=kind, before=before, after=after, on=on - timedelta(days=10 + number), basis=basis, at=at)
    history.part(by=officer, succession=made, on=on, because="经核对登记档案，两户不是同一主体（演示）", at=at)


def _doubt(agency: Agency, shown: Entity, first: Sequence[str], on: date) -> None:
    """Two penalties that nobody can put to a firm's account: the code is known under another name; the name under another code."""
    stranger = credit_code(PAST + MONTHS, "enterprise", agency.code)
    head = ["行政相对人名称", "统一社会信用代码", "决定书文号", "决定日期", "决定机关", "处罚种类", "违法事实", "罚款金额(元)"]
    day = (on - timedelta(days=5)).isoformat()
    rows = [
        [name, code, f"津蓟市监罚〔{on.year}〕存疑{number}号", day, agency.name, "罚款", "未按规定明码标价（演示）", "500"]
        for number, (name, code) in enumerate(((f"天津市{shown.name.removeprefix('天津')}", shown.uscc), (first[0], stranger)), start=1)
    ]
    _send(agency, "penalty", DOUBTED, [head, *rows])


def _dispose(shown: Entity, on: date) -> None:
    """A record whose retention is over, disposed of by two people, and another that waits for the second."""
    if Proceeding.objects.filter(kind="disposal").exists():
        return
    officer, second, at = Officer.objects.get(number="DEMO-LEADER"), Officer.objects.get(number="DEMO-SUPERVISION"), clock.now()
    entity = Entity.objects.filter(district=shown.district, kind="enterprise").exclude(pk=shown.pk).order_by("established", "pk")[0]
    for kind, years in (("honour", 11), ("licence", 12)):
        body = {"title": "守合同重信用单位"} if kind == "honour" else {"licence_name": "演示许可证"}
        day = on.replace(year=on.year - years, day=1)
        ledger.append(
            by=None, issuer=officer.agency, entity=entity, kind=kind, on=day, until=day + timedelta(days=365), document=f"演示旧档〔{day.year}〕1号", body=body
        )
        matter = disposing.propose(by=officer, kind=kind, on=on, at=at)
        if kind == "honour":
            procedure.act(matter, "approve", by=second, on=on, expected_version=matter.version, at=at)
