"""What the acts of a request to another department do: the lock stands while its own days and the record behind it do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import check, effect, fits
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.ledger import queries as ledger

from . import queries, rules
from .models import Restriction

KIND = queries.RESTRICTION


def cause_of(matter: Proceeding) -> Any:
    """The record a request rests on."""
    return ledger.entry(int(queries.said(matter)["cause"]))


@check(KIND, "receive")
@check(KIND, "lock")
def the_cause_lives(matter: Proceeding, on: date) -> str:
    cause = cause_of(matter)
    last = rules.last_day(policy.current(), cause)
    if not ledger.facts(on, uscc=cause.uscc).filter(seq=cause.seq).exists() or (last and last < on):
        return _("所据记录已经终止、撤销、修复或者期满，不能锁定")
    return ""


@fits(KIND, "lock")
def within_the_catalogue_and_the_cause(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A measure of the list in its own fields, acts of that field, days within those of the record; a natural person
    only with proof of who it is."""
    law = policy.current()
    item, cause = law.catalogue("restriction-measures").on(on).get(str(body["measure"])), cause_of(matter)
    if item is None or body["domain"] not in item.extra["domains"]:
        return _("措施须在清单以内，且适用于所选的领域")
    guarded = law.catalogue("guarded-acts").items
    if stray := [guarded[code].title for code in body["acts"] if guarded[code].extra["domain"] != body["domain"]]:
        return _("“%(act)s”不属于所选的领域") % {"act": stray[0]}
    begins, ends, last = str(body["begins"]), str(body.get("ends") or ""), rules.last_day(law, cause)
    if begins < max(on, cause.effective).isoformat():
        return _("约束不能自今天或者所据记录生效以前起算")
    if ends and ends < begins:
        return _("最后一日不能早于起始日")
    if last and (ends or begins) > last.isoformat():
        return _("约束不能长于所据记录，后者至 %(day)s") % {"day": last.isoformat()}
    return _without_identity(matter, body) if item.extra.get("person") else ""


def _without_identity(matter: Proceeding, body: Mapping[str, Any]) -> str:
    people = [party for party in matter.parties.filter(left=None, role="person") if party.person and party.id_number]
    if not people:
        return _("对自然人采取措施，须先登记其姓名和身份证件号码")
    return "" if body.get("identity") else _("对自然人采取措施，须写明身份的核实方式和证据")


@effect(KIND, "lock")
def lay(matter: Proceeding, event: Event) -> None:
    said, cause = event.body, cause_of(matter)
    Restriction.objects.create(
        proceeding=matter, entity=cause.entity, cause_id=cause.seq, measure=said["measure"], domain=said["domain"],
        acts=list(said["acts"]), effect=said["effect"], basis=said["law_article"], since=date.fromisoformat(said["begins"]),
        until=date.fromisoformat(said["ends"]) if said.get("ends") else None,
    )  # fmt: skip


@effect(KIND, "unlock")
@effect(KIND, "recall")
def release(matter: Proceeding, event: Event) -> None:
    Restriction.objects.filter(proceeding=matter, lifted=None).update(lifted=event.on)


@effect(KIND, "close")
def put_on_file(matter: Proceeding, event: Event) -> None:
    Restriction.objects.filter(proceeding=matter).update(filed=event.on)


@effect(KIND, "undo")
def take_back(matter: Proceeding, event: Event) -> None:
    """A lock is not unlaid, as it may have stopped something: it is released by an act with its reason."""
    if event.body["act"] in ("lock", "unlock", "recall"):
        raise procedure.NothingToUndo(_("锁定和解除已经生效，不能撤回；请办理提前解除或者重新发起"), number=matter.number)
