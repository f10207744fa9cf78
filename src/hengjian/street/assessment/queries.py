"""Classes of entities: the current one from its table, any other from the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit import uscc as codes
from hengjian.ground.people import scopes
from hengjian.ground.people.language import title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.policy import Law, by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.policy.schema.rulesets import Ruleset
from hengjian.street.ledger import frames as ledger
from hengjian.street.ledger import queries as entries
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity
from hengjian.street.register.telling import KINDS

from . import rules, shown
from .errors import NoEntity, NoRuleset
from .models import Assessment, Change, Run
from .spells import Spell, spells

COLOURS, GRADES = "tianjin-colours", "national-grades"


def ruleset_of(family: str, on: date, law: Law | None = None) -> Ruleset:
    """The reading of a classification in force on a day; raises NoRuleset."""
    for ruleset in rules.in_force(law or policy.current(), on):
        if ruleset.family == family:
            return ruleset
    raise NoRuleset("%(on)s 没有施行中的分类规则“%(family)s”", family=family, on=on)


def visible_entity(officer: Officer | None, uscc: str) -> Entity:
    """The entity, if it lies in the officer's data scope; raises NoEntity."""
    found: Entity | None = register.visible_to(officer).filter(uscc=codes.normalise(uscc)).first()
    if found is None:
        raise NoEntity(_("没有这个主体，或者不在您的数据范围内"), uscc=uscc)
    return found


def class_of(entity: Entity, *, on: date, family: str = COLOURS) -> Assessment | None:
    """The stored current class, or None before the first run."""
    return Assessment.objects.filter(entity=entity, ruleset=ruleset_of(family, on).id).first()


def current(entity: Entity) -> QuerySet[Assessment]:
    """The stored class under each ruleset that is in the loaded packs."""
    known = list(policy.current().sections["rules"])
    return Assessment.objects.filter(entity=entity, ruleset__in=known).order_by("ruleset")


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
    """What runs found and wrote, last first: the class as it was known at the time."""
    return Change.objects.filter(entity=entity).select_related("entity").order_by("-on", "-pk")


def spells_of(entity: Entity, *, upto: date, known: date | None = None, family: str = COLOURS) -> list[Spell]:
    """The class of every day of the entity's life up to `upto` as known on `known`, last spell first."""
    facts = facts_of(entity, known=known)
    return spells(policy.current(), family, facts, upto=upto, known=known, since=entity.established)[::-1]


def changes(
    officer: Officer | None, *, family: str, first: date, last: date, before: str = "", after: str = ""
) -> QuerySet[Change]:
    """Classes that runs of a period found changed, of the entities an officer may see, last first."""
    readings = [each.id for each in policy.current().sections["rules"].values() if each.family == family]
    rows = Change.objects.filter(ruleset__in=readings, on__range=(first, last)).select_related("entity").order_by("-on", "-pk")
    if scopes.districts_of(officer) is not None:
        rows = rows.filter(entity__in=register.visible_to(officer).order_by())
    wanted = {"before": before, "after": after}
    return rows.filter(**{name: code for name, code in wanted.items() if code})


def facts_of(entity: Entity, *, known: date | None = None) -> list[Fact]:
    """The entity's records as rules see them, closed by what was recorded up to `known`."""
    return [record.fact for record in records_of(entity, known=known)]


def records_of(entity: Entity, *, known: date | None = None) -> list[rules.Record]:
    """The same with the body of each record, for the ways back."""
    closed: dict[int, date] = {}
    for _seq, _owner, refers, day, recorded in ledger.closings(entity=entity.pk):
        if known is None or recorded <= known:
            closed[refers] = min(day, closed.get(refers, day))
    told = {row[0]: row[1:] for row in entries.entries_of(entity.uscc).values_list("seq", "body", "act", "effective")}
    none: tuple[Any, str, None] = ({}, "", None)
    return [
        rules.Record(
            Fact(
                kind, decided, recorded, fine, confiscated, warning,
                ended=closed.get(seq), until=until, ref=document or f"#{seq}",
            ),
            told.get(seq, none)[0] or {}, seq, told.get(seq, none)[2] if told.get(seq, none)[1] == "restore" else None,
        )
        for seq, _owner, kind, decided, recorded, fine, confiscated, warning, until, document in ledger.facts(entity=entity.pk)
    ]


def explain(
    entity: Entity, *, on: date, known: date | None = None, ruleset: str = "", family: str = COLOURS
) -> by_row.Classification:
    """Why: the class on `on` as known on `known`, under the law in force then or under a named ruleset."""
    law = policy.current()
    chosen = law.ruleset(ruleset) if ruleset else ruleset_of(family, on, law)
    return by_row.classify(chosen, facts_of(entity, known=known), on, known, law.at(on).number)


def explanations(
    entity: Entity, *, on: date, known: date | None = None, ruleset: str = ""
) -> list[by_row.Classification]:
    """Each classification in force on the day, the public one first, each for itself; or only the named ruleset."""
    law = policy.current()
    chosen = [law.ruleset(ruleset)] if ruleset else sorted(rules.in_force(law, on), key=lambda each: not each.public)
    facts = facts_of(entity, known=known)
    return [by_row.classify(each, facts, on, known, law.at(on).number) for each in chosen]


@dataclass(frozen=True, slots=True)
class Spread:
    """How many entities of one place or kind are in each class, in the order of the ruleset, best first."""

    code: str
    title: str
    counts: tuple[tuple[str, int, float], ...]

    @property
    def total(self) -> int:
        return sum(n for _code, n, _share in self.counts)


def spread(officer: Officer | None, ruleset: Ruleset, by: str = "", law: Law | None = None) -> list[Spread]:
    """Stored classes counted, by `district` or `kind` of the entity, within what the officer may see."""
    found = behind(officer, ruleset).order_by()
    keys = [f"entity__{by}", "class_code"] if by else ["class_code"]
    counted: dict[str, dict[str, int]] = {}
    for row in found.values(*keys).annotate(n=Count("pk")).order_by(*keys):
        counted.setdefault(str(row.get(f"entity__{by}") or "") if by else "", {})[row["class_code"]] = row["n"]
    codes = [item.code for item in reversed(ruleset.classes)]
    spreads = []
    for code, held in sorted(counted.items()):
        total = sum(held.values())
        counts = tuple((each, held.get(each, 0), 100 * held.get(each, 0) / total) for each in codes)
        title = str(KINDS.get(code, code)) if by == "kind" else title_in("districts", code) if law and code else ""
        spreads.append(Spread(code, title, counts))
    return spreads


def behind(officer: Officer | None, ruleset: Ruleset, *, code: str = "", district: str = "", kind: str = "") -> QuerySet[Assessment]:
    """Stored classes of the entities an officer may see; `district` "-" are those whose district cannot be told."""
    rows = Assessment.objects.filter(ruleset=ruleset.id).select_related("entity").order_by("entity__uscc")
    if officer is None:
        return rows.none()
    if officer.scope != "city" and officer.agency.district:
        rows = rows.filter(entity__in=register.visible_to(officer))
    if code:
        rows = rows.filter(class_code=code)
    if district:
        rows = rows.filter(entity__district=None) if district == "-" else rows.filter(entity__district=district)
    return rows.filter(entity__kind=kind) if kind else rows


def way_back(entity: Entity, on: date, *, known: date | None = None, ruleset: str = "", family: str = COLOURS) -> rules.WayBack:
    """What counts against the entity on a day as known on another, until when, and how and when it returns to each better class."""
    law = policy.current()
    chosen = law.ruleset(ruleset) if ruleset else ruleset_of(family, on, law)
    public = shown.days(entity.uscc, on)
    told = [record for record in records_of(entity, known=known) if known is None or record.fact.recorded is None or record.fact.recorded <= known]
    records = [replace(record, published=public.get(record.seq)) for record in told]
    return rules.way_back(chosen, records, on, law, law.at(on).number)
