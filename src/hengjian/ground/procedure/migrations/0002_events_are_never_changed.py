"""The database itself refuses to change or remove an event, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from django.db import migrations

VERBS = ("UPDATE", "DELETE")


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION procedure_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'procedure events are never changed'; END $$"
        )
    for verb in VERBS:
        if schema_editor.connection.vendor == "postgresql":
            body = "FOR EACH ROW EXECUTE FUNCTION procedure_refuse()"
        else:
            body = "BEGIN SELECT RAISE(ABORT, 'procedure events are never changed'); END"
        schema_editor.execute(f"CREATE TRIGGER procedure_event_no_{verb.lower()} BEFORE {verb} ON procedure_event {body}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TRIGGER procedure_event_no_truncate BEFORE TRUNCATE ON procedure_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION procedure_refuse()"
        )


def backwards(apps: Any, schema_editor: Any) -> None:
    on_table = " ON procedure_event" if schema_editor.connection.vendor == "postgresql" else ""
    for verb in VERBS:
        schema_editor.execute(f"DROP TRIGGER procedure_event_no_{verb.lower()}{on_table}")
    if on_table:
        schema_editor.execute("DROP TRIGGER procedure_event_no_truncate ON procedure_event")
        schema_editor.execute("DROP FUNCTION procedure_refuse()")


class Migration(migrations.Migration):
    dependencies = (("procedure", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
