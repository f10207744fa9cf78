"""The trail only grows, and what was altered behind its back is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from hengjian.ground import audit
from hengjian.ground.audit import guards, queries, services
from hengjian.ground.audit.models import Seal, Trail
from hengjian.ground.kit import append_only
from hengjian.ground.people.models import Agency
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    for number in range(5):
        audit.record("test.act", f"thing:{number}", actor="probe", n=number)
    return Trail.objects.order_by("pk")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_trail SET actor = 'somebody else'",
        "DELETE FROM audit_trail",
        "UPDATE audit_seal SET root = ''",
        "DELETE FROM audit_seal",
    ],
)
def test_raw_sql_cannot_change_or_remove_a_line_or_a_seal(lines, statement):
    services.seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert services.verify().whole


def test_the_orm_cannot_either(lines):
    with pytest.raises(DatabaseError), transaction.atomic():
        Trail.objects.update(actor="somebody else")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE audit_trail CASCADE")
    else:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("REPLACE INTO audit_trail SELECT * FROM audit_trail")


def behind_its_back(statement: str, *values: object) -> None:
    append_only.lift(connection, guards.TABLES)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    append_only.lay(connection, guards.TABLES)


def test_an_altered_line_is_named(lines):
    third = lines[2].pk
    behind_its_back("UPDATE audit_trail SET actor = 'somebody else' WHERE id = %s", third)
    assert f"第{third}行" in services.verify().fault


def test_a_line_that_disappears_under_a_seal_is_missed(lines):
    services.seal()
    behind_its_back("DELETE FROM audit_trail WHERE id = %s", lines[2].pk)
    assert "应有5行，现有4行" in services.verify().fault


def test_a_seal_that_was_exchanged_is_named(lines):
    services.seal()
    audit.record("test.act", "later", actor="probe")
    services.seal()
    behind_its_back("UPDATE audit_seal SET root = %s WHERE id = %s", "a" * 64, Seal.objects.order_by("last")[0].pk)
    assert "封存" in services.verify().fault


def test_missing_triggers_are_said(lines):
    append_only.lift(connection, guards.TABLES)
    verdict = services.verify()
    append_only.lay(connection, guards.TABLES)
    assert "audit_trail_update" in verdict.unguarded
    assert not verdict.whole


def test_sealing_twice_seals_once(lines):
    first = services.seal(at=datetime(2026, 3, 2, tzinfo=UTC))
    assert (first.lines, services.seal()) == (5, None)
    assert services.verify().unsealed == 0


def test_an_auditor_of_one_district_does_not_see_the_other(lines):
    here = make.officer("A-1", certified=False)
    far = Agency.objects.create(code="120101", name="和平区市场监督管理局", kind="district-bureau", district="120101")
    there = make.officer("A-2", agency=far, certified=False)
    audit.record("test.act", "here", by=here)
    audit.record("test.act", "there", by=there)
    assert [line.subject for line in queries.visible_to(here)] == ["here"]
    here.scope = "city"
    assert {line.subject for line in queries.visible_to(here)} >= {"here", "there", "thing:0"}


def test_the_command_says_what_it_found_and_seals_only_when_told(lines):
    from hengjian.doors.cli import audit as command

    runner = CliRunner()
    assert "待封 5 行" in runner.invoke(command.app, ["seal"]).output
    assert not Seal.objects.exists()
    assert "已封 5 行" in runner.invoke(command.app, ["seal", "--write"]).output
    assert json.loads(runner.invoke(command.app, ["verify", "--json"]).output)["whole"] is True
    behind_its_back("UPDATE audit_trail SET subject = 'another' WHERE id = %s", lines[0].pk)
    found = runner.invoke(command.app, ["verify"])
    assert (found.exit_code, f"第{lines[0].pk}行" in found.output) == (1, True)
