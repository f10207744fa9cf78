"""A small city that can be drawn from: classified entities, an agency, certified officers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hengjian.ground.kit import clock, uscc
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, GRADES, ruleset_of
from hengjian.street.register.models import Entity

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def bureau(code: str = "120119") -> Agency:
    return Agency.objects.get_or_create(code=code, defaults={"name": "蓟州区市场监督管理局", "kind": "district-bureau", "district": "120119"})[0]


def officer(number: str, *, agency: Agency | None = None, fields: tuple[str, ...] = (), certified: bool = True, **more) -> Officer:
    made = Officer.objects.create(number=number, name=f"演示{number}", agency=agency or bureau(), scope="below", **more)
    if certified:
        Certificate.objects.create(
            officer=made, number=f"证{number}", fields=list(fields), since=date(2024, 1, 1), until=date(2028, 1, 1)
        )
    return made


def code_of(n: int) -> str:
    return uscc.complete(f"91120225MA{n:07d}")


def city(grades: str = "A" * 60 + "B" * 30 + "C" * 20 + "D" * 10, district: str = "120119") -> list[Entity]:
    """One entity per letter, of that grade; A and B are green, C yellow, D red."""
    start = Entity.objects.count()
    entities = [
        Entity(
            uscc=code_of(start + n), name=f"演示商行{start + n}", name_folded=f"演示商行{start + n}", kind="enterprise", status="1",
            district=district, industry="F52", updated_at=AT,
        )
        for n in range(len(grades))
    ]  # fmt: skip
    Entity.objects.bulk_create(entities)
    colours = {"A": "green", "B": "green", "C": "yellow", "D": "red"}
    rows = []
    for entity, grade in zip(entities, grades, strict=True):
        for family, code in ((GRADES, grade), (COLOURS, colours[grade])):
            rows.append(Assessment(entity=entity, ruleset=ruleset_of(family, ON).id, class_code=code, on=ON, computed_at=AT))
    Assessment.objects.bulk_create(rows)
    return entities
