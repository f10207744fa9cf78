"""What the public page says of the past: registered facts that changed, branches, and since when the class stands.

All of it from the projection. The class is worked out from the records that are public today, so a record whose term is over
or that was repaired leaves no trace here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.people.language import named, title_in
from hengjian.street.assessment import telling
from hengjian.street.assessment.spells import spells
from hengjian.street.publication import queries
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.register import telling as registered

from .showing import fact

CODED = {"status": "registration-states", "district": "districts", "entity_type": "entity-types"}
FIELDS = {"scope_text": "scope", "capital_fen": "capital"}  # where the register's column is not the field of the record


def changes(entity: PublicEntity) -> list[dict[str, Any]]:
    """Registered facts that became others, last first."""
    fields = policy.current().record("registration").fields
    return [
        {
            "on": date.fromisoformat(one["on"]), "title": named(fields[FIELDS.get(one["field"], one["field"])]),
            "before": _said(entity, one["field"], one["before"]), "after": _said(entity, one["field"], one["after"]),
        }
        for one in entity.changes
    ]  # fmt: skip


def _said(entity: PublicEntity, field: str, value: str) -> str:
    if field == "capital_fen" and value:
        return registered.capital(int(value), entity.capital_currency)
    if field == "industry":
        return registered.industry(value) or "—"
    return (title_in(CODED[field], value) if field in CODED else value) or "—"


def branches(entity: PublicEntity, on: date) -> list[dict[str, Any]]:
    """Branches of today under the names the register knows; `opens` where the public site has a page of them."""
    held = [one for one in entity.branches if not (one["until"] and one["until"] <= on.isoformat())]
    names = queries.names_by_code(one["uscc"] for one in held)
    return [
        {
            "uscc": one["uscc"], "name": names.get(one["uscc"]) or one["name"] or _("未载明"), "opens": one["uscc"] in names,
            "since": date.fromisoformat(one["since"]) if one["since"] else None,
        }
        for one in held
    ]  # fmt: skip


def classes(entity: PublicEntity, notices: Sequence[PublicNotice], on: date) -> list[dict[str, Any]]:
    """Spells of classes that public records gave, last first; none where they do not tell the class of today.

    The best class needs no record: days of it are left out, for they could tell of records that are public no longer.
    """
    law = policy.current()
    ruleset = law.sections["rules"].get(entity.ruleset)
    if ruleset is None or not notices:
        return []
    found = spells(law, ruleset.family, [fact(notice) for notice in notices], upto=on, since=entity.established)
    if not found or found[-1].answer.code != entity.class_code:
        return []
    return [telling.spell(each, entity.kind) for each in reversed(found) if each.answer.mask]
