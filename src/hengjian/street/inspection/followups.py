"""What follows a result: an order with its day and its second look, a lead handed to casework or another department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.kit.refusals import Message, NotAllowed
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Event, Proceeding

from . import queries, rules
from .errors import BadFollowUp, StillOpen
from .models import FollowUp, Result, Visit
from .rules import CASE, DEPARTMENT, RECTIFY

HANDED_OVER = (CASE, DEPARTMENT)
LETTERS = {RECTIFY: "责令改正通知书", CASE: "案件线索移送函", DEPARTMENT: "抄告函"}
OPENING = ("follow", "handed")  # acts that open a follow-up


@transaction.atomic
def follow(
    visit: Visit, *, disposal: str, measure: str, due: date | None, by: Officer, at: datetime, to: Agency | None = None,
    expected_version: int,
) -> FollowUp:  # fmt: skip
    """Open one follow-up of a reviewed result (转入后续处理); there may be several. Raises BadFollowUp."""
    on = timezone.localdate(at)
    wrong: dict[str, Message] = {}
    if disposal == rules.NO_FOLLOW_UP or disposal not in queries.lists_for(visit, on).disposals:
        wrong["disposal"] = Message("请选择后续处理的种类")
    if not measure.strip():
        wrong["measure"] = Message("请写明处理措施")
    if due is None or due < on:
        wrong["due"] = Message("请填写完成期限，不得早于今天")
    if disposal in HANDED_OVER and to is None:
        wrong["to"] = Message("请选择接收的机关")
    if wrong or due is None:
        raise BadFollowUp(_("后续处理有 %(count)s 处需要补正"), count=len(wrong), fields=wrong)
    body = {"disposal": disposal, "measure": measure.strip(), "due": due.isoformat(), "to": to.name if to else ""}
    fields = {"disposal": disposal, "measure": measure.strip(), "opened": on, "due": due, "by": by, "to": to}
    made = FollowUp.objects.create(visit=visit, **fields)  # before the act, so that whoever takes it over finds it
    procedure.act(visit.proceeding, "follow", by=by, on=on, at=at, expected_version=expected_version, body=body)
    _track(visit, due, on, at)
    made.refresh_from_db()
    return made


def hand_over(visit: Visit, *, measure: str, due: date, to: Agency, by: Officer, at: datetime) -> FollowUp:
    """A reviewed result that says so goes to casework without anybody pressing again (案件线索移送). The caller is in an act."""
    on, matter = timezone.localdate(at), visit.proceeding
    fields = {"disposal": CASE, "measure": measure, "opened": on, "due": due, "by": by, "to": to}
    made = FollowUp.objects.create(visit=visit, **fields)
    body = {"disposal": CASE, "measure": measure, "due": due.isoformat(), "to": to.name}
    procedure.act(matter, "handed", by=None, on=on, at=at, expected_version=matter.version, body=body)
    return made


def _track(visit: Visit, last: date, on: date, at: datetime) -> None:
    """The clock of the matter shows the nearest day of what is still open, not of what was opened or settled last."""
    nearest = FollowUp.objects.filter(visit=visit, settled=None).order_by("due", "pk").values_list("due", flat=True).first()
    if nearest and nearest != last:
        matter = visit.proceeding
        procedure.act(matter, "track", by=None, on=on, at=at, expected_version=matter.version, body={"due": nearest.isoformat()})


@transaction.atomic
def receive(follow_up: FollowUp, *, number: str, by: Officer, at: datetime) -> FollowUp:
    """The other side takes the matter over (签收); the same officer's second press changes nothing.

    `number` is what it is kept under there.
    """
    row = _locked(follow_up)
    if row.received:
        return row
    _refuse_stranger(row, by)
    return take_over(row, number=number, by=by, at=at)


def take_over(row: FollowUp, *, number: str, by: Officer, at: datetime) -> FollowUp:
    """Note who took a matter over and under which number. The caller has asked, or is casework opening its own."""
    matter, on = row.visit.proceeding, timezone.localdate(at)
    row.received, row.received_by, row.receipt = on, by, number.strip()[:120]
    body = {"to": row.to.name if row.to else "", "receipt": row.receipt}
    procedure.act(matter, "received", by=None, on=on, at=at, expected_version=matter.version, body=body)
    row.save(update_fields=["received", "received_by", "receipt"])
    audit.record("inspection.receive", f"visit:{matter.number}", by=by, receipt=row.receipt)
    return row


@transaction.atomic
def answer(follow_up: FollowUp, *, outcome: str, by: Officer, at: datetime) -> FollowUp:
    """The other side tells what came of a matter it took over (反馈处理结果): the follow-up is settled."""
    row = _locked(follow_up)
    if row.settled:
        return row
    _refuse_stranger(row, by)
    return _end(row, "answered", outcome, by, at)


@transaction.atomic
def settle(follow_up: FollowUp, *, outcome: str, by: Officer, at: datetime) -> FollowUp:
    """Note what came of a follow-up (后续处理完成). What was handed over must have been received first."""
    row = _locked(follow_up)
    return row if row.settled else _end(row, "settle", outcome, by, at)


def concluded(number: str, *, outcome: str, by: Officer, at: datetime) -> None:
    """Casework has decided about the lead it keeps under this number (立案、不予立案、移送): what was handed over is settled."""
    for row in FollowUp.objects.filter(disposal=CASE, receipt=number, settled=None).order_by("pk"):
        _end(_locked(row), "answered", outcome, by, at)


def _locked(follow_up: FollowUp) -> FollowUp:
    found = FollowUp.objects.select_for_update(of=("self",)).select_related("to", "visit__proceeding__agency")
    return found.get(pk=follow_up.pk)


def _refuse_stranger(row: FollowUp, by: Officer) -> None:
    if row.to is None or not scopes.agencies_of(by).filter(pk=row.to.pk).exists():
        raise NotAllowed(_("这件事不是移送给您所在机关的"), number=row.visit.proceeding.number)


def _end(row: FollowUp, act: str, outcome: str, by: Officer, at: datetime) -> FollowUp:
    if not outcome.strip():
        raise BadFollowUp(_("请写明处理结果"), fields={"outcome": Message("请写明处理结果")})
    if row.disposal in HANDED_OVER and not row.received:
        raise StillOpen(_("接收机关尚未签收，不能结束移送"), to=row.to.name if row.to else "")
    on, matter = timezone.localdate(at), row.visit.proceeding
    row.settled, row.outcome = on, outcome.strip()[:400]
    body = {"measure": row.measure, "outcome": row.outcome}
    procedure.act(matter, act, by=by if act == "settle" else None, on=on, at=at, expected_version=matter.version, body=body)
    row.save(update_fields=["settled", "outcome"])
    _track(row.visit, date.max, on, at)
    return row


@transaction.atomic
def recheck(follow_up: FollowUp, *, by: Officer, at: datetime) -> Visit:
    """Send the team again to see whether an order was followed (整改复查). One open second look at a time."""
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("visit__entity", "visit__proceeding__agency").get(pk=follow_up.pk)
    if row.disposal != RECTIFY or row.settled:
        raise BadFollowUp(_("只有责令改正、尚未完成的后续处理可以复查"), fields={})
    waiting = next((v for v in row.rechecks.order_by("-pk") if queries.result_of(v) is None), None)
    return waiting or again(row.visit, sorted(row.visit.officers.all(), key=lambda one: one.pk), by=by, at=at, follow_up=row)


def again(first: Visit, officers: Sequence[Officer], *, by: Officer, at: datetime, due: date | None = None, **of: object) -> Visit:
    """Another visit to the same firm with the items of the first; `of` says which follow-up or which second look."""
    on = timezone.localdate(at)
    follow_up = of.get("follow_up")
    last = max(on, due or (follow_up.due if isinstance(follow_up, FollowUp) else on))
    matter = procedure.open(
        by=by, kind=rules.KIND, agency=first.proceeding.agency, subject=first.entity.uscc, on=on, at=at, owner=officers[0],
        helpers=officers[1:], title=f"{first.proceeding.title}（复查）", body={"due": last.isoformat(), "first": first.proceeding.number},
    )  # fmt: skip
    made = Visit.objects.create(
        entity=first.entity, proceeding=matter, items=first.items, parts=first.parts, assigned=on, due=last, **of
    )
    made.officers.set(officers)
    return made


def after_review(result: Result, *, by: Officer, at: datetime) -> None:
    """A clean second look settles the order it was made for; one with findings leaves it open."""
    row = result.visit.follow_up
    if row is None or row.settled or result.path != rules.DONE:
        return
    if not rules.speaks_against(result.codes, queries.lists_for(result.visit, timezone.localdate(at))):
        _end(_locked(row), "answered", f"复查已改正（{result.visit.proceeding.number}）", by, at)


def take_back(proceeding: Proceeding, event: Event) -> None:
    """The follow-up that was opened last no longer stands: it ends with the reason."""
    row = FollowUp.objects.filter(visit__proceeding=proceeding, settled=None).order_by("-pk").first()
    if row is not None:
        row.settled, row.outcome = event.on, f"已撤回：{event.body['reason']}"[:400]
        row.save(update_fields=["settled", "outcome"])


def refuse_open(visit: Visit) -> None:
    """Raises StillOpen while a follow-up of the visit is not settled."""
    left = FollowUp.objects.filter(visit=visit, settled=None).count()
    if left:
        raise StillOpen(_("还有 %(count)s 项后续处理没有完成，不能办结"), count=left)
