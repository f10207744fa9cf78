"""Asking for repair, at the counter, at a window or by way of the credit website; completing, changing, taking back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit import digests
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import attachments, parties
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as ledger_acts
from hengjian.street.register.models import Entity

from . import queries, rules, telling
from .models import Application

MOST = 2_000  # characters
COMMITMENT = "repair-commitment"


class NotRepairable(Refusal):
    """The record cannot be repaired, or not yet; the message says why and from when."""

    code = "not_repairable"


class AlreadyAsked(Refusal):
    """An application about this record is open."""

    code = "already_asked"


class NotCommitted(Invalid):
    """The commitment was not signed."""

    code = "not_committed"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came, for one kind of material (catalogue repair-materials)."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


Files = Mapping[str, Sequence[File]]  # by code of the material


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application says. `signed_by`: who signed the commitment; `agent`: who acts for the firm, if not itself."""

    said: str = ""
    signed_by: str = ""
    files: Files = field(default_factory=dict)
    agent: parties.Person | None = None


@transaction.atomic
def apply(
    *, uscc: str, entries: Sequence[int], asked: Asked, channel: str, actor: str, on: date, at: datetime, by: Officer | None = None
) -> list[Proceeding]:
    """Apply for the repair of one or several records (申请信用修复): one matter for each, one set of materials.

    At the counter only what can be repaired today is taken; at a window anything is, and refused with its reason.
    Raises NotRepairable, AlreadyAsked, NotCommitted, Invalid.
    """
    _refuse_words(asked.said)
    if not asked.signed_by:
        raise NotCommitted(_("请阅读并签署信用承诺书"))
    if not entries:
        raise Invalid(_("请选择要修复的记录"))
    ledger_acts.hold(entries)  # two tabs of one firm do not file twice: the second looks again when the first is done
    found = {one.entry.seq: one for one in queries.eligibilities(uscc, on, set(entries))}
    opened = []
    for seq in dict.fromkeys(entries):
        one = found.get(seq)
        if one is None:
            raise NotFound(_("本企业没有这条可以修复的记录"), seq=seq)
        _refuse(one, strict=channel == "counter")
        _refuse_without_files(one, asked.files, strict=channel == "counter")
        opened.append(_open(one, asked, channel, on, at, by))
    audit.record("repair.apply", f"entity:{uscc}", by=by, actor=actor, matters=[matter.number for matter in opened])
    return opened


@transaction.atomic
def take_over(
    *, peer: str, elsewhere: str, uscc: str, document: str, asked_on: date, said: str, signed_by: str, on: date, at: datetime
) -> Proceeding:
    """An application that the credit website received (网站转办); the same number twice gives the same matter.

    Raises NotFound where no such record stands here, AlreadyAsked.
    """
    if known := Application.objects.filter(peer=peer, elsewhere=elsewhere).select_related("proceeding").first():
        return known.proceeding
    found = [one for one in queries.eligibilities(uscc, on) if document and one.entry.document == document and not one.answer.subject.closed]
    if not found:
        raise NotFound(_("台账中没有这家企业的这条记录"), document=document)
    ledger_acts.hold([found[0].entry.seq])
    one = queries.eligibility(found[0].entry, on)  # as it stands now that it is held
    _refuse(one, strict=False)
    asked = Asked(said[:MOST], signed_by=signed_by)
    more = {"elsewhere": elsewhere, "asked_on": min(asked_on, on).isoformat()}
    matter = _open(one, asked, "credit-china", on, at, None, peer=peer, elsewhere=elsewhere, more=more)
    audit.record("repair.apply", f"entity:{uscc}", actor=f"peer:{peer}", matters=[matter.number])
    return matter


def _refuse(one: queries.Standing, *, strict: bool) -> None:
    answer = one.answer
    if one.matter is not None:
        raise AlreadyAsked(_("这条记录已有申请在办理：%(number)s"), number=one.matter.number)
    if answer.verdict in ("closed", "over", "never-public"):
        raise NotRepairable(_("这条记录已经不公示，不需要修复"), seq=one.entry.seq)
    if not strict or answer.verdict == "now":
        return
    if answer.verdict == "later":
        raise NotRepairable(_("未满最短公示期，最早 %(opens)s 可以申请"), opens=answer.opens.isoformat() if answer.opens else "—")
    if answer.verdict == "barred":
        told = [*map(str, answer.bars), *(condition.title for condition in answer.unmet)]
        raise NotRepairable(_("现在不具备申请条件：%(why)s"), why="；".join(told))
    raise NotRepairable(_("这条记录依法不能申请提前停止公示"), seq=one.entry.seq)


def _refuse_without_files(one: queries.Standing, files: Files, *, strict: bool) -> None:
    missing = [item.title for item in one.answer.materials if not files.get(item.code)]
    if strict and missing:
        raise Invalid(_("还缺材料：%(missing)s"), missing="、".join(missing))
    _refuse_stray(files)


def _refuse_words(said: str) -> None:
    if len(said) > MOST:
        raise Invalid(_("说明不能超过 %(most)d 字"), most=MOST)
    if found := numbers_in(said):
        raise Invalid(_("内容里有自然人的证件、账户或联系号码（%(numbers)s），请删去后再提交"), numbers="、".join(found))


def _open(
    one: queries.Standing, asked: Asked, channel: str, on: date, at: datetime, by: Officer | None, *, peer: str = "",
    elsewhere: str = "", more: Mapping[str, Any] | None = None,
) -> Proceeding:  # fmt: skip
    entry, answer, law = one.entry, one.answer, policy.current()
    kind = rules.procedure_for(law, channel, on)
    if not kind:
        raise NotRepairable(_("%(on)s 没有施行中的信用修复办法"), on=on.isoformat())
    body: dict[str, Any] = {
        "entry": entry.seq, "target": answer.target, "channel": channel, "said": asked.said.strip(),
        "commitment": commitment_of(law, asked.signed_by, on), "materials": _named(asked.files), "evidence": _digests(asked.files),
        "computed": told_of(answer), "eligibility": answer.as_json(), **(more or {}),
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value not in ("", {}, None)}
    title = f"{one.entry.entity.name} {entry.document}".strip()[:200]
    matter = procedure.open(by=by, kind=kind, agency=queries.desk_for(entry), subject=entry.uscc, on=on, title=title, body=body, at=at)
    if by is None:  # nobody's yet: it lies on the desk of whoever handles repair
        Proceeding.objects.filter(pk=matter.pk).update(owner=None)
        matter.owner = None
    firm: Entity = entry.entity
    who = parties.Person(name=firm.name, uscc=firm.uscc, address=firm.address or "")
    principal = parties.join(matter, by=None, role="applicant", who=who, on=on, expected_version=matter.version, at=at)
    if asked.agent:
        parties.join(matter, by=None, role="agent", who=asked.agent, on=on, expected_version=matter.version, represents=principal, at=at)
    _attach(matter, asked.files, on, at)
    Application.objects.create(
        proceeding=matter, entity=firm, entry_id=entry.seq, way=answer.way.code if answer.way else "", channel=channel, peer=peer,
        elsewhere=elsewhere,
    )  # fmt: skip
    return matter


def _attach(matter: Proceeding, files: Files, on: date, at: datetime) -> None:
    for several in files.values():
        for one in several:
            attachments.attach(matter, one.content, name=one.name, by=None, on=on, expected_version=matter.version, at=at)


def _named(files: Files) -> dict[str, str]:
    titles = policy.current().catalogue(rules.MATERIALS).items
    return {titles[code].title: "、".join(one.name for one in several) for code, several in files.items() if several and code in titles}


def _digests(files: Files) -> dict[str, list[str]]:
    return {code: [one.digest for one in several] for code, several in files.items() if several}


def commitment_of(law: policy.Law, signed_by: str, on: date) -> str:
    """What the record says of a signed commitment: who, when, and the digest of the text that was signed."""
    if not signed_by:
        return ""
    text = [item.title for item in law.catalogue(COMMITMENT).rows]
    digest = digests.sm3(digests.canonical(text)).hex()[:16]
    return f"{signed_by} 于 {on.isoformat()} 签署（文本 SM3 {digest}）"


def told_of(answer: rules.Eligibility) -> dict[str, str]:
    """The computed answer as the record of the matter prints it."""
    told = {"途径": answer.way.title if answer.way else "", "依据": telling.cited(answer.basis), "法律包": answer.law_version}
    if answer.subject.shown_from:
        told["公示起算"] = answer.subject.shown_from.isoformat()
    if answer.opens:
        told["最早申请日"] = answer.opens.isoformat()
    return {name: value for name, value in told.items() if value}


@transaction.atomic
def supply(*, uscc: str, matter: Proceeding, said: str, files: Files, actor: str, on: date, at: datetime) -> Event:
    """The firm completes what was missing (补正), or changes its materials while they are looked at (更换材料)."""
    _own(uscc, matter)
    _refuse_words(said)
    if not said.strip() and not any(files.values()):
        raise Invalid(_("请上传材料或写明情况"))
    _refuse_stray(files)
    body: dict[str, Any] = {"materials": _named(files), "evidence": _digests(files)} | ({"said": said.strip()} if said.strip() else {})
    body = {name: value for name, value in body.items() if value}
    act = "supply" if kernel.state_of(matter) == "incomplete" else "amend"
    event = procedure.act(matter, act, by=None, on=on, expected_version=matter.version, body=body, at=at)
    _attach(matter, files, on, at)
    audit.record("repair.supply", f"proceeding:{matter.number}", actor=actor)
    return event


def _refuse_stray(files: Files) -> None:
    known = policy.current().catalogue(rules.MATERIALS).items
    if stray := [code for code in files if code not in known or known[code].extra.get("made")]:
        raise Invalid(_("没有这种材料：%(code)s"), code=stray[0])


@transaction.atomic
def retract(*, uscc: str, matter: Proceeding, actor: str, on: date, at: datetime) -> Event:
    """The firm takes its application back (撤回申请)."""
    _own(uscc, matter)
    audit.record("repair.retract", f"proceeding:{matter.number}", actor=actor)
    return procedure.act(matter, "retract", by=None, on=on, expected_version=matter.version, at=at)


def _own(uscc: str, matter: Proceeding) -> None:
    if matter.subject != uscc or matter.kind not in queries.KINDS:
        raise NotFound(_("本企业没有这件申请"), number=matter.number)


@transaction.atomic
def question(*, by: Officer, application: Application, facts: str, on: date, at: datetime) -> Proceeding:
    """Open the question whether a repair was got by false statements (查处虚假修复)."""
    if application.repaired_id is None or ledger.entry(application.repaired_id) is None:
        raise Refusal(_("这件申请没有准予修复"), number=application.proceeding.number)
    if not facts.strip():
        raise Invalid(_("请写明隐瞒或虚假的事实"))
    known = queries.fraud_of(application.repaired_id)
    if known and (known.closed is None or kernel.state_of(known) == "undone"):
        return known
    body = {"repair": application.repaired_id, "matter": application.proceeding.number, "facts": facts.strip()}
    agency: Agency = application.proceeding.agency
    opened = procedure.open(
        by=by, kind=queries.FRAUD, agency=agency, subject=application.entity.uscc, on=on, title=str(application.repaired_id), body=body, at=at
    )
    audit.record("repair.question", f"proceeding:{opened.number}", by=by, repair=application.repaired_id)
    return opened
