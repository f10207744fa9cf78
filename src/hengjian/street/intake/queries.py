"""Questions about deliveries and their rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext

from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer

from . import blocks, bulk
from .blocks import Accepted
from .models import Block, Correction, Delivery, Heading, Key, Row
from .settling import Known

ROW, SAYS, REMEDY = "行号", "退回原因", "处理办法"  # columns beside the original ones; ignored when they come back
AGAIN = "重报日期"  # a column nobody reads: the same rows sent on another day are another file
OURS = (ROW, SAYS, REMEDY, AGAIN)


def visible_to(officer: Officer | None) -> QuerySet[Delivery]:
    """Deliveries of the agencies in an officer's scope, newest first."""
    found = Delivery.objects.filter(scopes.visible(officer)).select_related("agency")
    return found.defer("tally").order_by("-received_at", "-pk")


def opens(officer: Officer | None, powers: frozenset[str], pk: int | None) -> bool:
    """Whether this person may open the page of a delivery: a link is only shown to whom it leads somewhere."""
    return pk is not None and "intake.view" in powers and visible_to(officer).filter(pk=pk).exists()


def delivery_of(officer: Officer | None, pk: int) -> Delivery:
    """One delivery in an officer's scope; refuses what the officer may not know of."""
    found = visible_to(officer).filter(pk=pk).select_related("agency", "sent_by", "corrects").first()
    if found is None:
        raise NotFound(gettext("没有这个报送批次，或者不在您的数据范围内"))
    return found


def listed(officer: Officer | None, *, q: str = "", kind: str = "", state: str = "", agency: str = "") -> QuerySet[Delivery]:
    """Deliveries an officer looks for; `state` may be "rejected": those with rows to send back."""
    found = visible_to(officer)
    if q:
        found = found.filter(filename__icontains=q)
    if kind:
        found = found.filter(kind=kind)
    if agency:
        found = found.filter(agency__name__icontains=agency)
    return found.filter(quarantined__gt=0) if state == "rejected" else found.filter(state=state) if state else found


def corrections(delivery: Delivery) -> QuerySet[Delivery]:
    """Later deliveries that send rows of this one again."""
    return Delivery.objects.filter(corrects=delivery).order_by("pk")


def open_rows(delivery: int) -> QuerySet[Row]:
    """Rejected rows of a delivery that nobody has brought again or let go."""
    return Row.objects.filter(delivery=delivery, outcome="quarantined", again=None, dropped_at=None).select_related("delivery")


def corrections_of(delivery: Delivery, number: int) -> QuerySet[Correction]:
    """How a row came in again or was let go, last first."""
    return Correction.objects.filter(delivery=delivery, row=number).select_related("by", "again").order_by("-at", "-pk")


def headings_of(officer: Officer | None) -> QuerySet[Heading]:
    """Headings learnt of the agencies in an officer's scope, last first."""
    found = Heading.objects.filter(scopes.visible(officer)).exclude(confirmed_at=None)
    return found.select_related("agency", "by", "confirmed_by", "revoked_by").order_by("-confirmed_at", "-pk")


def mapped_in(delivery: Delivery) -> list[Heading]:
    """Headings mapped while this delivery is held, not remembered yet."""
    return list(Heading.objects.filter(delivery=delivery, confirmed_at=None).order_by("pk"))


def heading_for(officer: Officer | None, pk: int) -> Heading:
    found = headings_of(officer).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有这个列名，或者不在您的数据范围内"))
    return found


def rejected_row(delivery: Delivery, number: int) -> Row:
    found = rejected(delivery).filter(number=number).first()
    if found is None:
        raise NotFound(gettext("这一行没有被退回，或者已经重新处理"), row=number)
    return found


def sent_with(agency: Agency, request_key: str) -> Delivery | None:
    """What this agency sent under an idempotency key."""
    return Delivery.objects.filter(agency=agency, request_key=request_key).order_by("pk").first()


def unfinished() -> QuerySet[Delivery]:
    """Deliveries whose rows are not all judged: to be taken up again after a stop."""
    return Delivery.objects.filter(state__in=("stored", "working")).order_by("received_at", "pk")


def finished(kind: str | None = None) -> QuerySet[Delivery]:
    """Deliveries fully judged, in the order they arrived."""
    done = Delivery.objects.filter(state="done")
    return (done.filter(kind=kind) if kind else done).order_by("received_at", "pk")


def rejected(delivery: Delivery) -> QuerySet[Row]:
    """Quarantined rows in the order of the file."""
    return Row.objects.filter(delivery=delivery, outcome="quarantined").order_by("number")


def accepted_after(delivery: Delivery, number: int, limit: int) -> list[Accepted]:
    """The next accepted rows of a delivery after a row number, in the order of the file.

    This is how later stops read what they take over. Rows lie in blocks; one that was sent back and taken again, or
    that came before there were blocks, lies by itself.
    """
    alone = Row.objects.filter(delivery=delivery, number__gt=number).order_by("number")
    found: list[Accepted] = []
    for block in Block.objects.filter(delivery=delivery, last__gt=number).order_by("first").iterator(1):
        apart = set(alone.filter(number__gte=block.first, number__lte=block.last).values_list("number", flat=True))
        found += blocks.rows_of(block, number, limit - len(found), apart)
        if len(found) >= limit:
            break
    upto = found[-1].number if len(found) >= limit else None
    again = alone.filter(outcome="accepted", data__isnull=False)
    again = again if upto is None else again.filter(number__lt=upto)
    rows = again.only("number", "data", "personal", "delivery_id")[:limit]
    found += [Accepted(row.number, row.data or {}, row.personal) for row in rows]
    return sorted(found, key=lambda row: row.number)[:limit]


def accepted_numbers(deliveries: Iterable[int]) -> list[tuple[int, Any]]:
    """Row numbers accepted in each of these deliveries, in their order, without reading the rows."""
    pks = list(deliveries)
    held: dict[int, list[Any]] = {pk: [] for pk in pks}
    for pk, runs in Block.objects.filter(delivery__in=pks).order_by("first").values_list("delivery", "accepted"):
        held[pk].append(blocks.numbers_in(runs))
    apart: dict[int, list[int]] = {pk: [] for pk in pks}
    again: dict[int, list[int]] = {pk: [] for pk in pks}
    for pk, number, outcome in Row.objects.filter(delivery__in=pks).order_by("number").values_list("delivery", "number", "outcome"):
        (again if outcome == "accepted" else apart)[pk].append(number)
    none = np.empty(0, np.int64)
    found = [(pk, np.union1d(np.setdiff1d(np.concatenate([none, *held[pk]]), apart[pk]), np.array(again[pk], np.int64))) for pk in pks]
    return [(pk, numbers) for pk, numbers in found if len(numbers)]


def accepted_rows(delivery: Delivery, numbers: Sequence[int]) -> list[Accepted]:
    """Accepted rows of these numbers."""
    found = [Accepted(row.number, row.data or {}, row.personal)
             for row in Row.objects.filter(delivery=delivery, outcome="accepted", number__in=numbers).order_by("number")]  # fmt: skip
    apart = set(Row.objects.filter(delivery=delivery, number__in=numbers).order_by().values_list("number", flat=True))
    wanted = set(numbers) - apart
    if wanted:
        near = Block.objects.filter(delivery=delivery, last__gte=min(wanted), first__lte=max(wanted)).order_by("first")
        for block in near.iterator(1):
            found += blocks.rows_among(block, wanted)
    return sorted(found, key=lambda row: row.number)


def places(delivery: Delivery) -> dict[int, str]:
    """The one place of every row: what must add up."""
    found: dict[int, str] = {}
    for block in Block.objects.filter(delivery=delivery).order_by("first").defer("data", "personal"):
        for outcome in ("accepted", "duplicate"):
            found |= dict.fromkeys(blocks.numbers_in(getattr(block, outcome)).tolist(), outcome)
    return found | dict(Row.objects.filter(delivery=delivery).order_by("number").values_list("number", "outcome"))


def layout_at(delivery: Delivery, number: int) -> dict[str, Any]:
    """What was recognised of the table a row stands in: a workbook may hold several."""
    tables = [delivery.layout, *delivery.layout.get("tables", ())]
    found: dict[str, Any] = [table for table in tables if table.get("heading_line", 0) < number][-1:][0] if delivery.layout else {}
    return found


def place_of(delivery: Delivery, number: int) -> tuple[str, int, int]:
    """Where a row stands: sheet, line and first column of its table there; of a text file no sheet, and the line itself."""
    table = layout_at(delivery, number)
    return table.get("sheet", ""), number - table.get("base", 0), table.get("left", 0)


def causes(delivery: Delivery) -> list[dict[str, Any]]:
    """Rejected rows grouped by cause and column, most frequent first, with the first rows as examples."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for number, reasons in rejected(delivery).values_list("number", "reasons").iterator(2000):
        for reason in reasons or ():
            group = groups.setdefault((reason["code"], reason["field"]), {**reason, "rows": 0, "examples": []})
            group["rows"] += 1
            if len(group["examples"]) < 5:
                group["examples"].append(number)
    return sorted(groups.values(), key=lambda group: (-group["rows"], group["code"]))


def said(reasons: Sequence[Mapping[str, str]] | None) -> str:
    """Everything that is wrong with a row, in one sentence."""
    return "；".join(f"{reason['field']}：{reason['says']}" if reason["field"] else reason["says"] for reason in reasons or ())


def remedies(reasons: Sequence[Mapping[str, str]] | None) -> str:
    """What to do about it, each thing once."""
    return "；".join(dict.fromkeys(reason["remedy"] for reason in reasons or ()))


def is_one_table(delivery: Delivery) -> bool:
    """Whether all rows stood under the same headings, so that they go back as one list."""
    heads = [delivery.layout.get("headings"), *(table.get("headings") for table in delivery.layout.get("tables", ()))]
    return all(head == heads[0] for head in heads)


EACH = {
    "sqlite": ("json_each(r.reasons) c", "json_extract(c.value, '$.field')", "json_extract(c.value, '$.code')"),
    "postgresql": ("jsonb_array_elements(r.reasons) c", "c->>'field'", "c->>'code'"),
}


def waiting_causes(officer: Officer | None) -> list[dict[str, Any]]:
    """Rejected rows that wait, of all deliveries an officer sees, by kind, column and cause; most frequent first: one query."""
    seen = list(scopes.agencies_of(officer).order_by().values_list("pk", flat=True))
    each, column, code = EACH[connection.vendor]
    where, values = bulk.in_list("d.agency_id", seen)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT d.kind, {column}, {code}, count(*), count(DISTINCT d.id), count(DISTINCT d.agency_id), min(d.received_at)
            FROM intake_row r JOIN intake_delivery d ON d.id = r.delivery_id, {each}
            WHERE r.outcome = 'quarantined' AND r.again_id IS NULL AND r.dropped_at IS NULL AND {where} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3""",
            values,
        )
        names = ("kind", "field", "code", "rows", "deliveries", "agencies", "since")
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**one, "since": _moment(one["since"])} for one in found]


def _moment(value: Any) -> datetime:
    """SQLite gives a moment as text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def waiting_rows(officer: Officer | None, kind: str, field: str, code: str) -> QuerySet[Row]:
    """Rejected rows that wait for one cause, the longest waiting first."""
    found = Row.objects.filter(outcome="quarantined", again=None, dropped_at=None, delivery__kind=kind, delivery__in=visible_to(officer).order_by().values("pk"))
    each, column, said = EACH[connection.vendor]
    table = each.replace("r.reasons", '"intake_row"."reasons"')
    found = found.extra(where=[f"EXISTS (SELECT 1 FROM {table} WHERE {column} = %s AND {said} = %s)"], params=[field, code])
    return found.select_related("delivery__agency").order_by("delivery__received_at", "delivery_id", "number")


def already_accepted(naturals: Sequence[int]) -> Known:
    """What was accepted under these keys before, the oldest first."""
    where, values = bulk.in_list('"natural"', naturals)  # a word of SQL
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "natural", content, delivery_id, number FROM intake_key WHERE {where} ORDER BY delivery_id, number', values)
        found: Known = {}
        for natural, content, delivery, number in cursor.fetchall():
            found.setdefault(natural, {})[content] = (delivery, number)
        return found


def free(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these keys with content that nothing is accepted under."""
    held = Key.objects.filter(natural__in=[natural for natural, _ in pairs]).order_by()
    return set(pairs) - set(held.values_list("natural", "content"))


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
