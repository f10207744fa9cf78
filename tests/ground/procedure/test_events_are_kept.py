"""The process record (全过程记录) cannot be altered or emptied, not even by somebody who holds the database."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure.models import Event, Proceeding

pytestmark = pytest.mark.django_db
ATTEMPTS = ["UPDATE procedure_event SET act = 'close'", "DELETE FROM procedure_event"]


@pytest.fixture
def event():
    agency = Agency.objects.create(code="P-1", name="演示机构", kind="district-bureau")
    day = date(2026, 2, 13)
    facts = {"kind": "inspection", "number": "演示1号", "serial": 1, "year": 2026, "opened": day, "law_version": "test"}
    proceeding = Proceeding.objects.create(agency=agency, **facts)
    at = datetime(2026, 2, 13, 10, tzinfo=SHANGHAI)
    return Event.objects.create(proceeding=proceeding, position=1, act="open", at=at, on=day, digest="0" * 64)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_raw_sql_neither_changes_nor_removes_an_event(event, attempt):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        cursor.execute(attempt)
    event.refresh_from_db()
    assert event.act == "open"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
def test_truncate_is_refused(event):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute("TRUNCATE procedure_event CASCADE")
