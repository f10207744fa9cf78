"""Each batch is a chain of its own: on PostgreSQL a writer does not wait for another whose batch is still open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from hengjian.ground.people.models import Agency
from hengjian.street import ledger
from hengjian.street.ledger import queries, services
from hengjian.street.ledger.models import Entry
from hengjian.street.register import services as register
from tests.factories_intake import code

MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def begun() -> Callable[[str], None]:
    """Writes one record at a time, of one firm."""
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    shop = register.enter(uscc=code(0), name="天津示例000000有限公司", at=MARCH)

    def write(document: str) -> None:
        ledger.append(by=None, issuer=agency, entity=shop, kind="honour", on=date(2026, 3, 2), document=document, at=MARCH)

    return write


def apart(work: Callable[[], object]) -> threading.Thread:
    """In a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_a_writer_does_not_wait_for_an_open_batch():
    write, through = begun(), threading.Event()
    with transaction.atomic():
        write("first")
        writer = apart(lambda: (write("second"), through.set()))
        assert through.wait(10), "the second writer waited for the first"
        writer.join()
        assert list(Entry.objects.order_by("seq").values_list("document", flat=True)) == ["first", "second"]
    assert services.verify().whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_a_copy_that_waits_for_an_open_batch_makes_no_writer_wait():
    write, through, copied = begun(), threading.Event(), list[tuple[int, int | None]]()
    write("before")
    before = queries.last_seq()
    with transaction.atomic():
        write("open")
        copying = apart(lambda: copied.append((queries.settled_seq(), seals_day())))
        copying.join(0.5)
        assert copying.is_alive()  # it waits for the open batch
        writer = apart(lambda: (write("second"), through.set()))
        assert through.wait(10), "the writer waited behind the copy"
        writer.join()
        page = apart(lambda: copied.append((queries.settled_seq(patience=0), None)))
        page.join(10)
        assert copied == [(before, None)]  # a page waits for nobody, and sees nothing beyond the open batch
    copying.join(10)
    assert copied[1] == (before + 1, 3)  # up to what was drawn when it asked; the day holds all three


def seals_day() -> int | None:
    root = services.seal_day(on=date(2026, 3, 2), at=MARCH)
    return root.batches if root else None
