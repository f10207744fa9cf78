"""Each batch is a chain of its own: on PostgreSQL a writer does not wait for another whose batch is still open."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from hengjian.ground.people.models import Agency
from hengjian.street import ledger
from hengjian.street.ledger import services
from hengjian.street.ledger.models import Entry
from hengjian.street.register import services as register
from tests.factories_intake import code

MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_a_writer_does_not_wait_for_an_open_batch():
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    shop = register.enter(uscc=code(0), name="天津示例000000有限公司", at=MARCH)
    through = threading.Event()

    def write(document: str) -> None:
        ledger.append(by=None, issuer=agency, entity=shop, kind="honour", on=date(2026, 3, 2), document=document, at=MARCH)

    def other() -> None:
        try:
            write("second")
            through.set()
        finally:
            connection.close()

    with transaction.atomic():
        write("first")
        writer = threading.Thread(target=other)
        writer.start()
        assert through.wait(10), "the second writer waited for the first"
        writer.join()
        assert list(Entry.objects.order_by("seq").values_list("document", flat=True)) == ["first", "second"]
    assert services.verify().whole
