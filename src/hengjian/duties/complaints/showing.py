"""Filings for a demonstration: a dozen in different states, with names that are plainly made up. Safe to repeat."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.register.models import Entity

from . import filing as taking
from . import handling, odr
from .filing import Firm, Told, Who
from .models import Filing, Track

TEXTS = (
    ("food-safety", "超市买的酸奶回家发现已经过期两天，要求退款赔偿", ("complaint", "report")),
    ("quality", "电水壶用了两次就漏水，店家说过了七天不给换", ("complaint",)),
    ("contract", "健身房充值的会员卡还剩八个月，门店关门联系不上", ("complaint", "report")),
    ("price", "标价牌写十二元，结账收了十五元", ("complaint",)),
    ("after-sales", "网购的鞋子七天内申请退货，商家一直不处理", ("complaint",)),
    ("advertising", "直播间说能根治失眠，收到的是普通食品", ("report-advertising", "report")),
    ("measure", "水果店的秤不准，三斤回家称只有两斤半", ("report",)),
    ("counterfeit", "买的名牌运动鞋鉴定是假冒的", ("complaint", "report")),
    ("licence", "小区楼下的餐馆没有看到营业执照", ("report",)),
    ("dignity", "退货时店员态度恶劣", ("complaint",)),
    ("quality", "沙发三个月就塌陷，要求维修", ("complaint",)),
    ("safety", "充电宝充电时冒烟，幸好没有伤人", ("complaint", "report")),
)
ORDER = "DEMO-"


def seed(*, firm: Entity, district: str, officer: Officer, leader: Officer | None, on: date) -> list[Filing]:
    """Nothing where it was done before."""
    if Filing.objects.filter(source="12345", reference__startswith=ORDER).exists():
        return []
    firms = [firm, *Entity.objects.filter(district=district, kind="enterprise").exclude(pk=firm.pk).order_by("pk")[:4]]
    bureau = officer.agency  # whoever shows the desk works on them, wherever the shown firm is registered
    made = []
    for n, (category, text, kinds) in enumerate(TEXTS):
        day = on - timedelta(days=2 * n + 1)
        entity = firms[n % len(firms)]
        told = Told(
            text=text + "（演示）", kinds=kinds, category=category, firm=Firm(uscc=entity.uscc), source="12345" if n % 4 == 0 else "portal",
            reference=f"{ORDER}{n:03d}" if n % 4 == 0 else "", channel="hotline" if n % 4 == 0 else "platform", requests=("refund",) if n % 2 else (),
            dispatched_at=_at(day) if n % 4 == 0 else None, may_publish=n % 2 == 0, confirmed_at=_at(day), may_delegate=n % 3 == 0,
        )  # fmt: skip
        who = Who(name=f"演示市民{n + 1:02d}", phone=f"1390000{n:04d}", address="演示路1号") if "complaint" in kinds else Who()
        made.append(taking.file(told=told, who=who, at=_at(day), agency=bureau).filing)
    _work(made, officer, on)
    _odr(firm, on, leader)
    return made


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def _do(filing: Filing, kind: str, act: str, by: Officer, on: date, **body: Any) -> None:
    track = Track.objects.get(filing=filing, kind=kind)
    handling.take(track, by=by, on=on, at=_at(on))
    matter = Proceeding.objects.select_related("agency", "owner").get(pk=track.proceeding_id)
    procedure.act(matter, act, by=by, on=on, expected_version=matter.version, body=body, at=_at(on))


def _work(made: list[Filing], by: Officer, on: date) -> None:
    """Some accepted, one in mediation, one agreed, one refused, one with a lead."""
    for n in (2, 4, 7, 9, 10):
        _do(made[n], "complaint", "accept", by, on)
    _do(made[4], "complaint", "mediate", by, on, manner="phone")
    _do(made[9], "complaint", "mediate", by, on, manner="phone")
    _do(made[9], "complaint", "agree-record", by, on, terms="店方道歉并退款（演示）", paper="performed", recovered=9_900)
    _do(made[3], "complaint", "refuse", by, on, refusal="2", why="消费者协会已受理同一争议（演示）")
    _do(made[7], "complaint", "find-lead", by, on, facts="涉嫌销售假冒注册商标的商品（演示）")
    _do(made[6], "report", "hand-lead", by, on, facts="现场复称不足（演示）")


def _odr(firm: Entity, on: date, leader: Officer | None) -> None:
    """The firm of the demonstration joined, and a consumer waits for its answer."""
    if not odr.offered() or leader is None or firm.district != leader.agency.district:
        return  # another bureau would admit the firm, and nobody of it stands in the demonstration
    day = on - timedelta(days=30)
    unit = odr.apply(entity=firm, promise="十个工作日内答复，承诺的按期履行（演示）", contact="客户服务部", actor="demo", on=day, at=_at(day))
    matter = unit.proceeding
    body = {"criteria": ["licence", "form", "promise", "post"]}
    procedure.act(matter, "admit", by=leader, on=day, expected_version=matter.version, body=body, at=_at(day))
    told = Told(text="买的礼盒少了一件，希望补发（演示）", kinds=("odr",), category="quality", goods="礼盒", firm=Firm(uscc=firm.uscc))
    day = on - timedelta(days=2)
    taking.file(told=told, who=Who(name="演示市民99", phone="13900009999"), at=_at(day))
