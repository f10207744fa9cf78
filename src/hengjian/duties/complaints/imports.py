"""Work orders of 12345 and 12315 (工单): as a file or over the API. The same one twice is one filing; what cannot be read is told by row."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.money import BadMoney, parse_yuan
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Officer

from .filing import Firm, Told, Who, file
from .models import Filing, Import

SOURCES = {"12345": "hotline", "12315": "platform"}
MOST_ROWS = 5_000
# Headings as exports of both platforms spell them; the first of each is ours.
HEADINGS = {
    "reference": ("工单编号", "工单号", "登记编号", "投诉编号", "举报编号", "编号"),
    "received": ("登记时间", "受理时间", "来电时间", "提交时间", "诉求时间", "收到时间"),
    "dispatched": ("派单时间", "转办时间", "分送时间", "交办时间"),
    "kind": ("类型", "业务类型", "诉求类型", "工单类型"),
    "text": ("诉求内容", "内容", "投诉内容", "举报内容", "事项描述", "问题描述"),
    "firm": ("被投诉举报单位", "被投诉人", "被举报人", "涉事主体", "经营者名称", "企业名称"),
    "uscc": ("统一社会信用代码", "信用代码"),
    "address": ("经营地址", "事发地址", "被投诉地址", "地址"),
    "goods": ("商品或服务", "商品服务", "商品名称"),
    "amount": ("涉及金额", "争议金额", "金额"),
    "name": ("诉求人", "投诉人", "举报人", "姓名", "联系人"),
    "phone": ("联系电话", "电话", "来电号码", "手机号"),
    "agency": ("承办单位", "办理单位", "主办单位"),
    "category": ("问题类别", "类别"),
}
KINDS = {"投诉": ("complaint",), "举报": ("report",), "投诉举报": ("complaint", "report"), "投诉和举报": ("complaint", "report")}


@dataclass(frozen=True, slots=True)
class Row:
    """One work order as it came."""

    number: int
    cells: Mapping[str, Any]


class BadRow(Invalid):
    """A row that cannot become a filing; it says why."""

    code = "bad_row"


def read(name: str, content: bytes) -> list[Row]:
    """Rows of a CSV (UTF-8 or GB18030) or the first sheet of a workbook. Raises Invalid."""
    table = _sheet(content) if content.startswith(b"PK") else _csv(content)
    rows = iter(table)
    heads = [str(cell or "").strip() for cell in next(rows, [])]
    known = {at: key for at, head in enumerate(heads) for key, words in HEADINGS.items() if head in words}
    if "reference" not in known.values() or "text" not in known.values():
        raise Invalid(_("表头里没有“工单编号”或“诉求内容”"), heads=heads[:20])
    found = [Row(at, {key: row[n] for n, key in known.items() if n < len(row)}) for at, row in enumerate(rows, 2) if any(row)]
    if len(found) > MOST_ROWS:
        raise Invalid(_("一次最多导入 %(most)s 行") % {"most": MOST_ROWS})
    return found


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as wrong:
            raise Invalid(_("文件不是 UTF-8 或 GB18030 编码的 CSV")) from wrong
    return iter(csv.reader(io.StringIO(text)))


def _sheet(content: bytes) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return iter(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False))
    except (CalamineError, IndexError) as wrong:
        raise Invalid(_("打不开这个工作簿")) from wrong


def take(*, source: str, name: str, content: bytes, by: Officer, at: datetime) -> Import:
    """Take a file in. Each row is a transaction of its own: one bad row holds up no other."""
    rows = read(name, content)
    made = take_rows(source, rows, by=by, at=at, name=name, sha256=hashlib.sha256(content).hexdigest())
    return made


def take_rows(source: str, rows: list[Row], *, by: Officer, at: datetime, name: str = "", sha256: str = "") -> Import:
    """Rows of a file or of a call of the API."""
    if source not in SOURCES:
        raise Invalid(_("来源须是 12345 或 12315"), source=source)
    accepted = known = 0
    refused: list[dict[str, Any]] = []
    for row in rows:
        reference = str(row.cells.get("reference") or "").strip()
        if reference and Filing.objects.filter(source=source, reference=reference).exists():
            known += 1
            continue
        try:
            with transaction.atomic():
                _file(source, row, reference, by, at)
            accepted += 1
        except Refusal as wrong:
            refused.append({"row": row.number, "reference": reference[:60], "why": str(wrong)})
    made = Import.objects.create(
        source=source, sha256=sha256, name=name[:160], at=at, by=by, received=len(rows), accepted=accepted, known=known, refused=refused
    )
    audit.record("complaints.import", f"import:{made.pk}", by=by, source=source, rows=len(rows), accepted=accepted, known=known)
    return made


def _file(source: str, row: Row, reference: str, by: Officer, at: datetime) -> None:
    def word(key: str) -> str:
        return str(row.cells.get(key) or "").strip()

    if not reference or len(reference) > 60:
        raise BadRow(_("没有工单编号，或编号超过 60 字"))
    received = _moment(row.cells.get("received")) or at
    if received > at:
        raise BadRow(_("登记时间在将来"))
    kinds = KINDS.get(word("kind") or "投诉")
    if kinds is None:
        raise BadRow(_("类型须是投诉、举报或投诉举报"))
    agency = Agency.objects.filter(name=word("agency")).first() if word("agency") else None
    who = Who(name=word("name")[:60], phone=word("phone")[:40])
    if "complaint" in kinds and not (who.name and who.phone):
        raise BadRow(_("投诉的工单须有诉求人姓名和电话"))
    told = Told(
        text=word("text"), kinds=kinds, channel=SOURCES[source], source=source, reference=reference, category=_category(word("category")),
        firm=Firm(name=word("firm")[:200], uscc=word("uscc"), address=word("address")[:400], unfound=not (word("firm") or word("uscc"))),
        goods=word("goods")[:120], amount_fen=_fen(word("amount")), dispatched_at=_moment(row.cells.get("dispatched")),
    )  # fmt: skip
    # The law counts from the day it was received: by us for the clock of acceptance, by whom it was told first for the receipt.
    file(told=told, who=who, at=received, by=by, agency=agency)


def _category(word: str) -> str:
    from hengjian.ground import policy

    listed = policy.current().catalogue("complaint-categories").items.values()
    return next((item.code for item in listed if word in (item.code, item.title)), "")


def _fen(word: str) -> int | None:
    if not word:
        return None
    try:
        return int(parse_yuan(word).fen)
    except BadMoney as wrong:
        raise BadRow(str(wrong)) from wrong


def _moment(cell: Any) -> datetime | None:
    """A moment of Beijing time, however the export writes it."""
    if cell in (None, ""):
        return None
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=clock.SHANGHAI)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=clock.SHANGHAI)
    text = str(cell).strip().replace("/", "-")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise BadRow(_("时间请写成 2026-03-02 09:30")) from wrong
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
