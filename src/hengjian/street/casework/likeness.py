"""Similar decided cases from the database, and what the law says of a fine that is far from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.money import yuan
from hengjian.ground.procedure.effects import fits, works_out
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.register.models import Entity

from . import consistency, facts, queries
from .models import Case, Precedent

CASE = "penalty"
MOST = 2_000  # of one article, the latest first
SHOWN = 3  # nearest cases named in the record
COLUMNS = (
    "article", "ground", "person", "kind", "size", "penalties", "circumstances", "sales_fen", "decided", "fine_fen", "document",
    "agency__name", "tier",
)  # fmt: skip


def numbers(on: date) -> dict[str, Any]:
    """How many neighbours, from how many cases on, from where a fine is far off: the packs say it."""
    law = policy.current().at(on)
    told = {name: law.number(f"penalty.consistency.{name}") for name in ("neighbours", "least", "far")}
    return {"neighbours": told["neighbours"], "least": told["least"], "far": told["far"] / 100}


def decided(rows: QuerySet[Precedent]) -> list[consistency.Decided]:
    """Rows as the rules read them."""
    found = []
    for article, ground, person, kind, size, penalties, circumstances, sales, day, fine, document, agency, tier in rows.values_list(*COLUMNS):
        features = consistency.Features(article, ground, person, kind, size, frozenset(penalties), frozenset(circumstances), sales, day)
        found.append(consistency.Decided(features, fine, document, agency, tier))
    return found


def features(proceeding: Proceeding, told: Mapping[str, Any], entity: Entity | None, on: date) -> consistency.Features:
    return consistency.Features(
        consistency.article_key(str(told.get("law_article") or "")), consistency.article_key(str(told.get("article") or "")),
        facts.party_is_person(proceeding), entity.kind if entity else "", consistency.size_of(entity.capital_fen) if entity else None,
        frozenset(told.get("penalties") or ()), frozenset(told.get("circumstances") or ()), told.get("sales"), on,
    )  # fmt: skip


def standing(proceeding: Proceeding, told: Mapping[str, Any], on: date) -> consistency.Standing | None:
    """Where a proposed fine stands among decided cases; None where no fine is proposed."""
    if not told.get("fine") or not told.get("law_article"):
        return None
    mine = features(proceeding, told, queries.entity_of(proceeding), on)
    since = add_months(on, -12 * policy.current().at(on).number("penalty.consistency.window"))
    alike = Precedent.objects.filter(article=mine.article, person=mine.person, decided__range=(since, on), withdrawn=None)
    rows = alike.exclude(case__proceeding=proceeding).order_by("-decided", "-pk")[:MOST]
    return consistency.standing(mine, int(told["fine"]), decided(rows), **numbers(on))


def _of(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> consistency.Standing | None:
    return standing(proceeding, {**queries.last_said(proceeding, "conclude"), **body}, on)


@works_out(CASE, "conclude")
@works_out(CASE, "decide")
def place_among_like_cases(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Stands in the record beside the fine: with how many cases it was compared, its percentile, the nearest ones."""
    found = _of(proceeding, body, on)
    if found is None:
        return {}
    nearest = "；".join(f"{one.ref}（{one.features.decided}，{yuan(one.fine)} 元）" for one in found.nearest[:SHOWN])
    return {"compared": len(found.nearest), "percentile": found.percentile, "nearest": nearest[:400], "outlier": found.outlier}


@fits(CASE, "conclude")
@fits(CASE, "decide")
def far_from_like_cases_is_explained(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    found = _of(proceeding, body, on)
    if found and found.outlier and not body.get("why_outlier"):
        return _("拟罚款在 %(count)s 件类案中居第 %(percentile)s 百分位，明显偏离（中位数 %(middle)s 元），须写明理由") % {
            "count": len(found.nearest), "percentile": found.percentile, "middle": yuan(found.middle),
        }  # fmt: skip
    return ""


def keep(case: Case, told: Mapping[str, Any], document: str, on: date) -> None:
    """The decided fine joins those that later ones are compared with."""
    if not told.get("fine"):
        return
    mine = features(case.proceeding, told, case.entity, on)
    values: dict[str, Any] = {
        "agency": case.proceeding.agency, "document": document, "decided": on, "article": mine.article, "ground": mine.ground,
        "person": mine.person, "kind": mine.kind, "size": mine.size, "penalties": sorted(mine.penalties),
        "circumstances": sorted(mine.circumstances), "tier": str(told.get("tier") or ""), "sales_fen": mine.sales,
        "fine_fen": int(told["fine"]), "percentile": told.get("percentile"), "explained": str(told.get("why_outlier") or ""), "withdrawn": None,
    }  # fmt: skip
    Precedent.objects.update_or_create(case=case, defaults=values)


def drop(case: Case, on: date) -> None:
    """A decision that was undone or revoked is no example."""
    Precedent.objects.filter(case=case, withdrawn=None).update(withdrawn=on)
