"""Officers who can sign in, and an entity with records, for tests of the desk and the counter."""

from __future__ import annotations

from datetime import date, datetime

from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency, Officer, User
from hengjian.ground.procedure import services as procedure
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import services as publication
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests import factories_draw as make

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)


def agency(code: str, district: str = "", parent: Agency | None = None) -> Agency:
    made = Agency.objects.filter(code=code).first()
    return made or Agency.objects.create(code=code, name=f"演示机关{code}", kind="district-bureau", district=district, parent=parent)


def signed_in(client, post: str, *, scope: str = "below", username: str = "somebody", at: Agency | None = None) -> Officer:
    user = User.objects.create_user(username, password="long-enough-word")
    officer = people.appoint(number=f"N-{username}", name="演示人员", agency=at or make.bureau(), posts=[post], scope=scope)
    officer.user = user
    officer.save(update_fields=["user"])
    client.force_login(user)
    return officer


def firm(number: int = 1, district: str = "120119", **more) -> Entity:
    values = {"name": f"天津演示{number}有限公司", "kind": "enterprise", "status": "1", "district": district} | more
    return register.enter(uscc=make.code_of(number), at=AT, **values)


def penalty(entity: Entity, *, issuer: Agency, on: date = date(2026, 2, 3), document: str = "津蓟市监罚〔2026〕1号", **more):
    body = {"kind_of_penalty": ["03"], "facts": "演示事实", "ground": "演示事由"}
    at = more.pop("at", datetime(2026, 2, 10, 9, 0, tzinfo=clock.SHANGHAI))
    return ledger.append(by=None, entity=entity, kind="penalty", on=on, issuer=issuer, document=document, body=body, fine_fen=500_000, at=at, **more)


def published(on: date = ON) -> None:
    publication.publish_due(on=on)
    publication.publish_entities(on=on)


def matter(owner: Officer, *, subject: str = "", due: date = date(2026, 3, 31), title: str = "2026年第一季度抽查"):
    body = {"due": due.isoformat()}
    return procedure.open(
        by=owner, kind="inspection", agency=owner.agency, subject=subject, on=ON, owner=owner, title=title, body=body, at=AT
    )
