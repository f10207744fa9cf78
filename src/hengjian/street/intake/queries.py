"""Questions about deliveries and their rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from . import bulk
from .models import Delivery, Row


def visible_to(officer: Officer | None) -> QuerySet[Delivery]:
    """Deliveries of the agencies in an officer's scope, newest first."""
    return Delivery.objects.filter(scopes.visible(officer)).select_related("agency").order_by("-received_at", "-pk")


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


def accepted_after(delivery: Delivery, number: int, limit: int) -> list[Row]:
    """The next accepted rows of a delivery after a row number."""
    rows = Row.objects.filter(delivery=delivery, outcome="accepted", number__gt=number).order_by("number")
    return list(rows.only("number", "data", "personal", "delivery_id")[:limit])


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


def rejected_table(delivery: Delivery) -> tuple[list[str], Iterator[list[str]]]:
    """The rows to send back: original cells, then what is wrong and what to do."""
    head = ["行号", *delivery.layout.get("headings", []), "退回原因", "处理办法"]
    width = len(head) - 3

    def rows() -> Iterator[list[str]]:
        for row in rejected(delivery).iterator(2000):
            cells = (row.raw or [])[:width]
            says = "；".join(
                f"{reason['field']}：{reason['says']}" if reason["field"] else reason["says"] for reason in row.reasons
            )
            remedy = "；".join(dict.fromkeys(reason["remedy"] for reason in row.reasons))
            yield [str(row.number), *cells, *[""] * (width - len(cells)), says, remedy]

    return head, rows()


def already_accepted(contents: Sequence[str], keys: Sequence[str]) -> tuple[set[str], dict[str, tuple[int, int]]]:
    """Which contents were accepted before, and which keys were, with delivery and row."""
    with connection.cursor() as cursor:
        where, values = bulk.in_list("content", contents)
        cursor.execute(f"SELECT content FROM intake_row WHERE outcome = 'accepted' AND {where}", values)
        seen = {content for (content,) in cursor.fetchall()}
        where, values = bulk.in_list("natural_key", keys)
        cursor.execute(
            f"SELECT natural_key, delivery_id, number FROM intake_row WHERE outcome = 'accepted' AND {where}", values
        )
        return seen, {key: (delivery, number) for key, delivery, number in cursor.fetchall()}


def filing_counts(officer: Officer | None) -> list[dict[str, Any]]:
    """Deliveries per agency and kind, for the filing scorecard."""
    counted = Delivery.objects.filter(scopes.visible(officer)).values("agency__name", "kind")
    return list(counted.annotate(files=Count("pk")).order_by("agency__name", "kind"))


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
