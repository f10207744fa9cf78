"""What stands around the firms of one district: moves and dormancy, branches, investors; an objection and a reply.

Small files and two words of a firm, so that no page of the register or of the counter is empty. Safe to repeat.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.intake import services as intake
from hengjian.street.ledger import answering
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity

CHANGES, BRANCHES, INVESTORS = "变更登记_演示.csv", "分支机构_演示.csv", "股东及出资_演示.csv"
FILES = (CHANGES, BRANCHES, INVESTORS)
STREETS = ("渔阳镇", "文昌街道", "邦均镇")
FIRMS = 9


def send(district: str, shown: Entity, on: date) -> None:
    """Three files of the district's bureau, taken into the register."""
    agency = Agency.objects.get(code=district)
    others = Entity.objects.filter(district=district, kind="enterprise", status="1").exclude(pk=shown.pk).order_by("uscc")
    firms = [shown, *others[: FIRMS - 1]]
    if len(firms) < 4:
        return
    for name, kind, rows in (
        (CHANGES, "registration", _changes(firms, on)), (BRANCHES, "branch", _branches(firms, on)), (INVESTORS, "investor", _investors(firms, on)),
    ):  # fmt: skip
        at = clock.now() - timedelta(hours=30)
        delivery, _ = intake.receive(by=None, agency=agency, kind=kind, filename=name, chunks=[csv_of(rows)], at=at)
        register.absorb(intake.process(delivery, at=at))


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A file as an office sends it: UTF-8 with a mark."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _changes(firms: Sequence[Entity], on: date) -> list[list[str]]:
    """Every firm moved to another street some months ago; the last two lie dormant."""
    rows = [["企业名称", "统一社会信用代码", "住所", "登记状态", "核准日期"]]
    for number, firm in enumerate(firms):
        moved = on - timedelta(days=90 + 20 * number)
        address = f"天津市蓟州区{STREETS[number % len(STREETS)]}演示路{10 + number}号"
        rows.append([firm.name, firm.uscc, address, "歇业" if number >= len(firms) - 2 else "存续", moved.isoformat()])
    return rows


def _branches(firms: Sequence[Entity], on: date) -> list[list[str]]:
    head = ["企业名称", "统一社会信用代码", "分支机构名称", "分支机构统一社会信用代码", "设立日期", "注销日期"]
    pairs = [(firms[0], firms[1], ""), (firms[0], firms[2], (on - timedelta(days=40)).isoformat())]
    since = (on - timedelta(days=700)).isoformat()
    return [head, *([above.name, above.uscc, below.name, below.uscc, since, until] for above, below, until in pairs)]


def _investors(firms: Sequence[Entity], on: date) -> list[list[str]]:
    head = ["企业名称", "统一社会信用代码", "股东序号", "股东姓名或名称", "股东统一社会信用代码", "认缴出资额(万元)", "成为股东日期"]
    rows, since = [head], (on - timedelta(days=1200)).isoformat()
    for number, firm in enumerate(firms[:4]):
        rows.append([firm.name, firm.uscc, "1", f"演示股东{'甲乙丙丁'[number]}", "", "60", since])
        rows.append([firm.name, firm.uscc, "2", firms[3].name, firms[3].uscc, "40", since] if firm != firms[3] else
                    [firm.name, firm.uscc, "2", "演示股东戊", "", "40", since])  # fmt: skip
    return rows


def speak(shown: Entity, on: date) -> None:
    """The firm of the counter replies to its first record and objects to its last; the officer has dealt with one."""
    records = [entry for entry in ledger.own_records(shown.uscc) if not entry.closed]  # type: ignore[attr-defined]
    if not records or Proceeding.objects.filter(kind__in=answering.KINDS, subject=shown.uscc).exists():
        return
    officer = Officer.objects.get(number="DEMO-CASE")
    ours = [entry for entry in records if entry.issuer_id == officer.agency_id] or records
    reply = answering.reply_to(uscc=shown.uscc, entry=ours[0], text="所涉问题已经整改，进货查验和公示制度已重订，欢迎监督。", actor="demo-firm", on=on)
    if ours[0].issuer_id == officer.agency_id:
        procedure.act(reply, "release", by=officer, on=on, expected_version=reply.version)
    answering.object_to(uscc=shown.uscc, entry=ours[-1], text="记录的日期与我们收到的文书不一致，请核对原件。", actor="demo-firm", on=on)
