"""Answering: the answer and the records it names are kept together."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Officer
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register

from . import queries
from .models import Answer
from .rules import Lock


class UnknownAct(Refusal):
    """The act is not in the list of acts that restrictions can stop."""

    code = "unknown_act"


def ask(*, uscc: str, act: str, on: date, at: datetime, by: Officer | None) -> tuple[Answer, list[Lock]]:
    """May this act of this entity go on today? Raises NotFound for an entity not in the register, UnknownAct."""
    law = policy.current()
    if act not in law.catalogue("guarded-acts").items:
        known = "、".join(law.catalogue("guarded-acts").items)
        raise UnknownAct(gettext("没有这个事项；可查询的事项：%(known)s") % {"known": known}, act=act)
    entity = register.entity_for(by, uscc)
    found = queries.restrictions(entity.uscc, on, act)
    answer = Answer.objects.create(
        at=at, on=on, asked_by=by, uscc=entity.uscc, act=act, verdict=queries.verdict(found),
        locks=[{"code": lock.code, "entry": lock.record.seq} for lock in found],
        ledger_seq=ledger.last_seq(), pack_version=law.version,
    )  # fmt: skip
    return answer, found
