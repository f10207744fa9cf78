"""What nobody loses or rewrites: draws and what came of them, filed plans, declared ties, decisions on visits off plan.

The triggers are laid after every migrate, on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

from django.db import connections

from hengjian.ground.kit import append_only
from hengjian.ground.kit.append_only import Kept

SAYS = "a draw is never deleted or changed"
ONCE = (
    "frame_digest", "rules_digest", "pool_digest", "recusals_digest", "blind", "commitment", "commitment_text", "seed",
    "source_value", "picks_digest", "teams_digest", "bundle_digest",
)  # fmt: skip
STEPS = ("committed_at", "seeded_at", "drawn_at", "opened_at")
CHANGED = " OR ".join(
    [f"(OLD.{name} <> '' AND NEW.{name} <> OLD.{name})" for name in ONCE]
    + [f"(OLD.{name} IS NOT NULL AND (NEW.{name} IS NULL OR NEW.{name} <> OLD.{name}))" for name in STEPS]
    + [f"NEW.{name} <> OLD.{name}" for name in ("number", "plan_id", "frozen_at")]
)
TIE = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in ("officer_id", "uscc", "ground", "since"))
TABLES = (
    Kept("draw_draw", "id = NEW.id OR (plan_id = NEW.plan_id AND number = NEW.number)", SAYS, refuse_when=CHANGED),
    Kept("draw_pick", "id = NEW.id OR (draw_id = NEW.draw_id AND uscc = NEW.uscc)", SAYS),
    Kept("draw_team", "id = NEW.id OR pick_id = NEW.pick_id", SAYS),
    Kept("draw_team_officers", "id = NEW.id OR (team_id = NEW.team_id AND officer_id = NEW.officer_id)", SAYS),
    Kept("draw_joined", "id = NEW.id OR pick_id = NEW.pick_id", SAYS),
    Kept("draw_plan", "id = NEW.id", SAYS, refuse_when="OLD.published IS NOT NULL"),
    Kept("draw_part", "id = NEW.id OR (plan_id = NEW.plan_id AND agency_id = NEW.agency_id)", SAYS),
    Kept("draw_recusal", "id = NEW.id", SAYS, refuse_when=TIE),
    Kept("draw_offplan", "id = NEW.id", SAYS, refuse_when="OLD.decided IS NOT NULL"),
)
after_migrate = append_only.after_migrate(TABLES, connections)
