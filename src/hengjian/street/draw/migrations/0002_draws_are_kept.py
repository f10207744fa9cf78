"""The database itself refuses to lose a draw: no deletes, no change to a fact once it is recorded."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KEPT = ("draw_draw", "draw_pick", "draw_team", "draw_team_officers")
FIXED = ("draw_pick", "draw_team", "draw_team_officers")
# Facts of a draw that are written once: (column, value that means "not yet").
ONCE = (
    ("frame_digest", "''"), ("rules_digest", "''"), ("pool_digest", "''"), ("recusals_digest", "''"), ("blind", "''"),
    ("commitment", "''"), ("commitment_text", "''"), ("seed", "''"), ("source_value", "''"),
    ("picks_digest", "''"), ("teams_digest", "''"), ("bundle_digest", "''"),
)  # fmt: skip
CHANGED = " OR ".join(f"(OLD.{name} <> {empty} AND NEW.{name} <> OLD.{name})" for name, empty in ONCE)
CHANGED += "".join(
    f" OR (OLD.{name} IS NOT NULL AND (NEW.{name} IS NULL OR NEW.{name} <> OLD.{name}))"
    for name in ("committed_at", "seeded_at", "drawn_at", "opened_at")
)
CHANGED += " OR NEW.number <> OLD.number OR NEW.plan_id <> OLD.plan_id OR NEW.frozen_at <> OLD.frozen_at"


def _sqlite() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'a draw is never deleted or changed'); END"
    made = [f"CREATE TRIGGER {t}_kept BEFORE DELETE ON {t} {refuse}" for t in KEPT]
    made += [f"CREATE TRIGGER {t}_fixed BEFORE UPDATE ON {t} {refuse}" for t in FIXED]
    return [*made, f"CREATE TRIGGER draw_draw_fixed BEFORE UPDATE ON draw_draw WHEN {CHANGED} {refuse}"]


def _postgresql() -> list[str]:
    made = [
        "CREATE FUNCTION draw_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a draw is never deleted or changed'; END $$"
    ]
    made += [f"CREATE TRIGGER {t}_kept BEFORE DELETE ON {t} FOR EACH ROW EXECUTE FUNCTION draw_refuse()" for t in KEPT]
    made += [
        f"CREATE TRIGGER {t}_fixed BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION draw_refuse()" for t in FIXED
    ]
    made.append(
        f"CREATE TRIGGER draw_draw_fixed BEFORE UPDATE ON draw_draw FOR EACH ROW WHEN ({CHANGED}) "
        "EXECUTE FUNCTION draw_refuse()"
    )
    return made


def forwards(apps: Any, schema_editor: Any) -> None:
    made = _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite()
    for statement in made:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    on_table = schema_editor.connection.vendor == "postgresql"
    names = [(t, f"{t}_kept") for t in KEPT] + [(t, f"{t}_fixed") for t in (*FIXED, "draw_draw")]
    for table, name in names:
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}" if on_table else f"DROP TRIGGER {name}")
    if on_table:
        schema_editor.execute("DROP FUNCTION draw_refuse()")


class Migration(migrations.Migration):
    dependencies = (("draw", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
