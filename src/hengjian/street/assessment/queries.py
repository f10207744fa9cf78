"""Classes of entities: the current one from its table, any other from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from hengjian.ground import policy
from hengjian.ground.policy import Law, by_row
from hengjian.ground.policy.conditions import Fact, Terms
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.ledger import frames as ledger
from hengjian.street.ledger import queries as entries
from hengjian.street.register.models import Entity

from . import rules
from .errors import NoRuleset
from .models import Assessment, Change, Run

COLOURS, GRADES = "tianjin-colours", "national-grades"


def rulesets(law: Law, on: date) -> list[Ruleset]:
    """The rulesets in force on a day, one per family."""
    found = [ruleset for ruleset in law.sections["rules"].values() if ruleset.in_force(on)]
    return sorted(found, key=lambda ruleset: ruleset.id)


def ruleset_of(family: str, on: date, law: Law | None = None) -> Ruleset:
    """The reading of a classification in force on a day; raises NoRuleset."""
    for ruleset in rulesets(law or policy.current(), on):
        if ruleset.family == family:
            return ruleset
    raise NoRuleset(f"{on} 没有施行中的分类规则“{family}”", family=family, on=on)


def terms_on(law: Law, on: date) -> Terms:
    return lambda name: int(str(law.term(name).on(on).value))


def class_of(entity: Entity, *, on: date, family: str = COLOURS) -> Assessment | None:
    """The stored current class, or None before the first run."""
    return Assessment.objects.filter(entity=entity, ruleset=ruleset_of(family, on).id).first()


def classes_of(entities: Iterable[int], *, on: date, family: str = COLOURS) -> dict[int, str]:
    """Class code by entity key, for lists and draws."""
    rows = Assessment.objects.filter(entity__in=list(entities), ruleset=ruleset_of(family, on).id)
    return dict(rows.order_by("entity").values_list("entity_id", "class_code"))


def distribution(*, on: date, family: str = COLOURS) -> dict[str, int]:
    """How many entities each class holds, best class first."""
    ruleset = ruleset_of(family, on)
    rows = Assessment.objects.filter(ruleset=ruleset.id).values_list("class_code").annotate(n=Count("pk"))
    counted = dict(rows.order_by("class_code"))
    return {item.code: counted.get(item.code, 0) for item in reversed(ruleset.classes)}


def last_run(ruleset: str) -> Run | None:
    """The last computation of a ruleset: as of which day, ledger entry and pack the stored classes are."""
    return Run.objects.filter(ruleset=ruleset).order_by("-pk").first()


def history(entity: Entity) -> QuerySet[Change]:
    return Change.objects.filter(entity=entity).order_by("-on", "-pk")


def facts_of(entity: Entity, *, known: date | None = None) -> list[Fact]:
    """The entity's records as rules see them, closed by what was recorded up to `known`."""
    return [record.fact for record in records_of(entity, known=known)]


def records_of(entity: Entity, *, known: date | None = None) -> list[rules.Record]:
    """The same with the body of each record, for the ways back."""
    closed: dict[int, date] = {}
    for _, _, refers, day, recorded in ledger.closings(entity=entity.pk):
        if known is None or recorded <= known:
            closed[refers] = min(day, closed.get(refers, day))
    bodies = dict(entries.entries_of(entity.uscc).values_list("seq", "body"))
    return [
        rules.Record(
            Fact(
                kind, decided, recorded, fine, confiscated, warning,
                ended=closed.get(seq), until=until, ref=document or f"#{seq}",
            ),
            bodies.get(seq) or {}, seq,
        )
        for seq, _, kind, decided, recorded, fine, confiscated, warning, until, document in ledger.facts(entity=entity.pk)
    ]


def explain(
    entity: Entity, *, on: date, known: date | None = None, ruleset: str = "", family: str = COLOURS
) -> by_row.Classification:
    """Why: the class on `on` as known on `known`, under the law in force then or under a named ruleset."""
    law = policy.current()
    chosen = law.ruleset(ruleset) if ruleset else ruleset_of(family, on, law)
    return by_row.classify(chosen, facts_of(entity, known=known), on, known, terms_on(law, on))


def way_back(entity: Entity, on: date, *, ruleset: str = "", family: str = COLOURS) -> rules.WayBack:
    """What counts against the entity, until when, and how and when it returns to each better class."""
    law = policy.current()
    chosen = law.ruleset(ruleset) if ruleset else ruleset_of(family, on, law)
    return rules.way_back(chosen, records_of(entity), on, law, terms_on(law, on))
