"""What a firm says to a record: an objection to be verified, or a reply to be printed beside it.

Both are matters of the procedure with their clocks. What the public may know of them becomes entries that point at the
record, so that any past day can be shown again. An officer reads every reply for natural persons' data, never for opinion.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit
from hengjian.ground.kit.personal import numbers_in
from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import effect
from hengjian.ground.procedure.models import Event, Proceeding

from . import queries, services
from .models import CLOSING, REMARKS, Entry

MOST = 2_000  # characters
KINDS = ("objection", "reply")


class AlreadyOpen(Refusal):
    """The firm's last objection or reply to this record has not been dealt with yet."""

    code = "already_open"


@transaction.atomic
def object_to(*, uscc: str, entry: Entry, text: str, actor: str, on: date, at: datetime | None = None) -> Proceeding:
    """The firm says that a record about it is wrong (提出异议). The agency that made the record verifies."""
    return _file("objection", uscc, entry, text, actor, on, at)


@transaction.atomic
def reply_to(*, uscc: str, entry: Entry, text: str, actor: str, on: date, at: datetime | None = None) -> Proceeding:
    """The firm asks to have its words printed beside a record (作出回应)."""
    return _file("reply", uscc, entry, text, actor, on, at)


def _file(kind: str, uscc: str, entry: Entry, text: str, actor: str, on: date, at: datetime | None) -> Proceeding:
    said = text.strip()
    if entry.uscc != uscc:
        raise NotFound(_("本企业没有这条记录"), seq=entry.seq)
    if entry.kind in (*CLOSING, *REMARKS) or queries.closing_of(entry):
        raise Refusal(_("这条记录已经撤回、修复、终止或更正，不需要再提出"), seq=entry.seq)
    if not said or len(said) > MOST:
        raise Invalid(_("请写明内容，不超过 %(most)d 字") % {"most": MOST})
    if found := numbers_in(said):
        raise Invalid(
            _("内容里有自然人的证件、账户或联系号码（%(numbers)s），请删去后再提交") % {"numbers": "、".join(found)}
        )
    Entry.objects.select_for_update().get(pk=entry.pk)  # two tabs of one firm do not file twice
    if any(matter.kind == kind for matter in queries.open_matters(entry)):
        raise AlreadyOpen(_("上一次提出的还在办理中"), seq=entry.seq)
    title = f"{entry.document or entry.seq}"
    opened = procedure.open(
        by=None, kind=kind, agency=entry.issuer, subject=uscc, on=on, title=title, body={"entry": entry.seq, "text": said}, at=at
    )
    audit.record(f"ledger.{kind}", f"entry:{entry.seq}", actor=actor, matter=opened.number)
    return opened


@transaction.atomic
def retract(*, uscc: str, matter: Proceeding, actor: str, on: date, at: datetime | None = None) -> Event:
    """The firm takes its objection, or its reply, back (撤回)."""
    if matter.subject != uscc or matter.kind not in KINDS:
        raise NotFound(_("本企业没有这件事"), number=matter.number)
    audit.record("ledger.retract", f"proceeding:{matter.number}", actor=actor)
    return procedure.act(matter, "retract", by=None, on=on, expected_version=matter.version, at=at)


def about(matter: Proceeding) -> Entry:
    """The record a matter is about."""
    return Entry.objects.select_related("entity", "issuer").get(seq=_opening(matter)["entry"])


def said(matter: Proceeding) -> str:
    """The firm's own words."""
    return str(_opening(matter)["text"])


def _opening(matter: Proceeding) -> dict[str, Any]:
    body: dict[str, Any] = Event.objects.get(proceeding=matter, position=1).body
    return body


def _remark(matter: Proceeding, event: Event, kind: str, act: str, **body: Any) -> None:
    entry = about(matter)
    services.append(
        by=event.by, entity=entry.entity, kind=kind, act=act, on=event.on, issuer=matter.agency, refers=entry, at=event.at,
        body={"matter": matter.number, **body},
    )  # fmt: skip


@effect("objection", "flag")
def _flag(matter: Proceeding, event: Event) -> None:
    _remark(matter, event, "objection", "flag", received=matter.opened.isoformat())


@effect("objection", "refuse")
def _refuse(matter: Proceeding, event: Event) -> None:
    _remark(matter, event, "objection-outcome", "refused", outcome="refused", because=event.body["reasons"])


@effect("objection", "uphold")
def _uphold(matter: Proceeding, event: Event) -> None:
    """The record goes, or a true one takes its place; what the firm was told stands beside it."""
    entry, by = about(matter), event.by
    assert by is not None  # the act names a power
    _remark(matter, event, "objection-outcome", "upheld", outcome="upheld", because=event.body["reasons"])
    if event.body["remedy"] == "withdraw":
        services.withdraw(by=by, entry=entry, on=event.on, because=event.body["reasons"], at=event.at)
    else:
        changed = event.body.get("changed") or {}
        correct(by=by, entry=entry, on=event.on, because=event.body["reasons"], at=event.at, changed=changed)


def correct(*, by: Officer, entry: Entry, on: date, because: str, changed: dict[str, Any], at: datetime | None = None) -> Entry:
    """Correct a record by what a form or an event says of it: days come as text."""
    if not changed:
        raise Invalid(_("请写明更正了哪些内容"))
    days = {name: date.fromisoformat(changed[name]) for name in ("decided", "effective", "until") if changed.get(name)}
    return services.correct(by=by, entry=entry, on=on, because=because, at=at, **(changed | days))


@effect("objection", "retract")
def _objection_retracted(matter: Proceeding, event: Event) -> None:
    if queries.objection_marked(about(matter)):
        _remark(matter, event, "objection-outcome", "retracted", outcome="retracted")


@effect("reply", "release")
def _release(matter: Proceeding, event: Event) -> None:
    _remark(matter, event, "reply", "release", text=said(matter))


@effect("reply", "retract")
def _reply_retracted(matter: Proceeding, event: Event) -> None:
    replies = Entry.objects.filter(refers=about(matter), kind="reply").order_by("seq")
    for shown in (reply for reply in replies if reply.body["matter"] == matter.number):
        services.append(
            by=None, entity=shown.entity, kind="withdrawal", act="withdrawal", on=event.on, issuer=matter.agency, refers=shown,
            at=event.at, body={"because": "企业撤回"},
        )  # fmt: skip
