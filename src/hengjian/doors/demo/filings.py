"""Three departments that file licences week by week: one in time, one late, one that has fallen silent."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hengjian.duties.filing import queries as filing
from hengjian.duties.filing import rules, services
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.intake import services as intake
from hengjian.street.ledger import services as ledger
from hengjian.street.register.models import Entity

FILE = "行政许可_每周报送_演示.csv"
HEAD = ("行政相对人名称", "统一社会信用代码", "行政许可决定文书号", "许可决定日期", "许可机关", "许可文件名称", "许可编号", "有效期至")


@dataclass(frozen=True, slots=True)
class Habit:
    """Weeks ago it filed, and how many days after its decisions."""

    agency: str
    weeks: tuple[int, ...]
    days: tuple[int, ...]


HABITS = (
    Habit("120000-ecology", (7, 6, 5, 4, 3, 2, 1), (2, 4, 5)),
    Habit("120000-health", (7, 6, 5, 4, 3, 2, 1), (3, 6, 33)),
    Habit("120000-transport", (11, 10, 9, 8, 7), (1, 3, 4)),
)


def send(on: date, at: datetime) -> None:
    """Their files on the days they were sent, a sample of the one in time, the alarm, and the months that are over."""
    firms = list(Entity.objects.filter(kind="enterprise", status="1").order_by("-uscc")[:30])
    if len(firms) < 3:
        return
    for habit in HABITS:
        agency = Agency.objects.get(code=habit.agency)
        for week in habit.weeks:
            day = on - timedelta(days=7 * week)
            moment = datetime.combine(day, time(10), SHANGHAI)
            rows = [_licence(firms[(3 * week + turn) % len(firms)], agency, day - timedelta(days=late)) for turn, late in enumerate(habit.days)]
            delivery, _ = intake.receive(by=None, agency=agency, kind="licence", filename=FILE, chunks=[_csv(rows)], at=moment)
            ledger.absorb(intake.process(delivery, at=moment))
    _recheck(on, at)
    services.supervise(on, at)


def _licence(firm: Entity, agency: Agency, decided: date) -> list[str]:
    number = f"津演许〔{decided.year}〕{agency.code[7:]}-{decided:%m%d}-{firm.uscc[-4:]}"
    until = decided.replace(year=decided.year + 3) if (decided.month, decided.day) != (2, 29) else decided + timedelta(days=1095)
    return [firm.name, firm.uscc, f"{number}号", decided.isoformat(), agency.name, "演示行政许可", number, until.isoformat()]


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode("utf-8-sig")


def _recheck(on: date, at: datetime) -> None:
    agency, month = Agency.objects.get(code=HABITS[0].agency), rules.month_of(on - timedelta(days=7))
    officer = Officer.objects.get(number="DEMO-SUPERVISION")
    if filing.sample_of(agency, "licence", month) or not filing.frame(agency, "licence", month):
        return
    sample = services.draw_sample(by=officer, agency=agency, kind="licence", month=month, seed="演示种子", at=at)
    for pick in filing.picks_of(sample)[:4]:
        wrong = ["until"] if pick.position == 2 else []
        note = "演示：原件的有效期至少一年" if wrong else ""
        services.recheck(by=officer, pick=pick, outcome="wrong" if wrong else "right", fields=wrong, note=note, at=at)
