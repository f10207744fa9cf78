"""Parties and those who speak for them (当事人、法定代表人、委托代理人)."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import digests, uscc
from hengjian.ground.people.models import Officer

from . import queries, services
from .models import Party, Proceeding


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. `person` is true for a natural person."""

    name: str
    person: bool = False
    uscc: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    duty: str = ""


# What the columns hold, the same on every database.
LONGEST = {field.name: field.max_length for field in Party._meta.fields if field.name in Person.__slots__ and field.max_length}


def of(proceeding: Proceeding) -> QuerySet[Party]:
    """Parties present, in the order they joined."""
    return Party.objects.filter(proceeding=proceeding, left=None).select_related("represents").order_by("position")


@transaction.atomic
def join(
    proceeding: Proceeding, *, by: Officer | None, role: str, who: Person, on: date, expected_version: int,
    represents: Party | None = None, at: datetime | None = None,
) -> Party:  # fmt: skip
    """Enter somebody with a role of the definition. The chain keeps a salted digest, not the name."""
    if by is not None:
        services.refuse_outsider(proceeding, by, on)
    known = queries.definition(proceeding.kind).roles
    if role not in known:
        raise services.FieldWrong(_("这类事项没有这种当事人身份"), fields={"role": role})
    if not who.name.strip():
        raise services.FieldMissing(_("请填写姓名或名称"), fields=["name"])
    if who.uscc and not uscc.is_valid(who.uscc):
        raise services.FieldWrong(_("统一社会信用代码的校验位不符"), fields={"uscc": who.uscc})
    for name, most in LONGEST.items():
        if len(getattr(who, name)) > most:
            raise services.FieldWrong(_("当事人的一项信息超过 %(most)s 字") % {"most": most}, fields={name: most})
    salt = secrets.token_hex(16)
    told = {"role": role, "digest": digests.sm3(digests.canonical([salt, asdict(who)])).hex()}
    event = services.beside(proceeding, "joined", by=by, on=on, expected_version=expected_version, body=told, at=at)
    return Party.objects.create(
        proceeding=proceeding,
        position=event.position,
        role=role,
        salt=salt,
        joined=on,
        represents=represents,
        **asdict(who),
    )


@transaction.atomic
def leave(
    party: Party, *, by: Officer, reason: str, on: date, expected_version: int, at: datetime | None = None
) -> None:
    """Take somebody out (退出); the record keeps that they were there."""
    if not reason.strip():
        raise services.FieldMissing(_("请写明退出的理由"), fields=["reason"])
    matter = Proceeding.objects.get(pk=party.proceeding_id)
    services.refuse_outsider(matter, by, on)
    told = {"party": party.position, "reason": reason.strip()}
    services.beside(matter, "left", by=by, on=on, expected_version=expected_version, body=told, at=at)
    Party.objects.filter(pk=party.pk).update(left=on)


def holds(party: Party, digest: str) -> bool:
    """Whether a party's data still are those whose digest the chain keeps."""
    told = {name: getattr(party, name) for name in Person.__slots__}
    return digests.sm3(digests.canonical([party.salt, told])).hex() == digest
