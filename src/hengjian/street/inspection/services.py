"""Acts of the field: send teams out, keep a photo, record what was found, take a wrong result back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.kit import durable
from hengjian.ground.kit import pictures as reading
from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import Place, done_at, effect
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.draw import queries as draws
from hengjian.street.draw.models import Draw

from . import arrivals, followups, queries, reviewing, rules
from .errors import AlreadyRecorded, BadFinding, BadPhoto, NotDrawn, NotOnTeam
from .models import Photo, Result, Visit
from .rules import Finding

KIND = rules.KIND
CHUNK = 200
OWN_FORMS = ("arrive", "follow", "settle", "send-back")


@dataclass(frozen=True, slots=True)
class Report:
    """One result on its way in: the visit, what was found, the token of the device, the officer who sends it."""

    visit: Visit
    finding: Finding
    token: str
    by: Officer


def assign_visits(draw: Draw, *, by: Officer, at: datetime) -> list[Visit]:
    """Open one visit for every drawn entity and send its team (派发). Running it again assigns nothing twice.

    Due by the last day of the plan's visits; without one, by the end of the year. Raises NotDrawn.
    """
    with transaction.atomic():
        draw = draws.locked(draw)
        if draw.drawn_at is None:
            raise NotDrawn(_("抽取尚未完成，不能派发检查任务"), draw=draw.slug)
        known = set(Visit.objects.filter(pick__draw=draw).values_list("pick", flat=True))
        tasks = [task for task in draws.tasks_of(draw) if task.pick.pk not in known]
        if tasks:
            _assign(draw, tasks, by, at)
            audit.record("inspection.assign_visits", f"draw:{draw.slug}", by=by, visits=len(tasks))
    return list(queries.of_draw(draw))


def _assign(draw: Draw, tasks: Sequence[draws.Task], by: Officer, at: datetime) -> None:
    on = timezone.localdate(at)
    due = max(on, draw.plan.visits_until or date(on.year, 12, 31))
    matters = [
        procedure.Matter(
            subject=task.pick.uscc, owner=task.officers[0], helpers=task.officers[1:], title=draw.plan.title,
            body={"due": due.isoformat(), "draw": draw.slug, "pick": task.pick.pk},
        )
        for task in tasks
    ]  # fmt: skip
    opened = procedure.open_many(by=by, kind=KIND, agency=draw.plan.agency, on=on, matters=matters, at=at)
    visits = Visit.objects.bulk_create(
        [
            Visit(
                pick=t.pick, entity=t.pick.entity, proceeding=matter, items=list(t.items), assigned=on, due=due, parts=parts_of(draw, t)
            )
            for t, matter in zip(tasks, opened, strict=True)
        ],
        batch_size=CHUNK,
    )
    sent = Visit.officers.through
    pairs = [sent(visit=v, officer=officer) for v, task in zip(visits, tasks, strict=True) for officer in task.officers]
    sent.objects.bulk_create(pairs, batch_size=CHUNK)


def parts_of(draw: Draw, task: draws.Task) -> list[dict[str, Any]]:
    """Whose items stand on the form: the organiser's first, then those of each department that joins; none twice."""
    plans = [draw.plan, *(pick.draw.plan for pick in task.joined)]
    told: dict[str, list[str]] = {}
    for plan in plans:
        known = [item for items in told.values() for item in items]
        told.setdefault(plan.agency.code, []).extend(item for item in plan.items if item not in known)
    return [{"agency": code, "items": items} for code, items in told.items() if items]


def record_result(visit: Visit, result: Finding, *, token: str, by: Officer, at: datetime) -> Result:
    """Record what was found (录入检查结果). It waits for its review before it becomes a credit record (reviewing.py).

    The same token again gives the same result. Raises NotOnTeam, BadFinding, AlreadyRecorded, and what
    `procedure.act` raises.
    """
    return record_results([Report(visit, result, token, by)], at=at)[0]


def record_results(reports: Sequence[Report], *, at: datetime) -> list[Result]:
    """The same for many visits at once, all or none."""
    with transaction.atomic():
        return [_record(report, at) for report in reports]


def _record(report: Report, at: datetime) -> Result:
    """Store one report, or find it stored. The row of the visit is locked: a second sender waits here."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("entity", "proceeding__agency").get(pk=report.visit.pk)
    finding, by, on = rules.completed(report.finding), report.by, timezone.localdate(at)
    if known := Result.objects.filter(token=report.token).first():
        if known.visit_id == visit.pk and known.withdrawn:
            raise AlreadyRecorded(_("这份结果已被退回或者撤回，请重新打开检查表再提交"), token=report.token)
        if known.visit_id == visit.pk:
            return known
        raise AlreadyRecorded(_("这份结果的标识已用于另一次检查"), token=report.token)
    second = _other_officer(visit, by)
    if Result.objects.filter(visit=visit, withdrawn=None).exists():
        standing = Result.objects.select_related("by").get(visit=visit, withdrawn=None)
        raise AlreadyRecorded(
            _("这次检查已有结果；结果有误的，先由负责人撤回原结果"), number=visit.proceeding.number,
            recorded=standing.recorded, by=standing.by.name,
        )  # fmt: skip
    _refuse_bad(visit, finding, report.token, on)
    if finding.arrived:
        visit = arrivals.arrive(visit, arrived=finding.arrived, place=finding.place, by=by, at=at)
    body = rules.said(finding)
    procedure.act(
        visit.proceeding, "record", by=by, second=second, on=on, at=at, expected_version=visit.proceeding.version, body=body
    )
    return Result.objects.create(
        visit=visit, token=report.token, recorded=at, by=by, second=second, path=finding.path, answers=body["items"],
        codes=body["codes"], disposal=finding.disposal, method=finding.method, note=body["note"],
        signed_by_firm=body["signed_by_firm"], photos=body["photos"],
        witness=body["witness"][:120], signatures=body["signatures"], place=body["left"],
        finished=min(finding.finished, at) if finding.finished else None,
    )  # fmt: skip


def _other_officer(visit: Visit, by: Officer) -> Officer:
    team = list(visit.officers.order_by("pk"))
    if by not in team:
        raise NotOnTeam(_("您不在这次检查的检查组，不能录入结果"), team="、".join(officer.name for officer in team))
    return next((officer for officer in team if officer != by), by)


def _refuse_bad(visit: Visit, finding: Finding, token: str, on: date) -> None:
    found = rules.mistakes(finding, queries.lists_for(visit, on))
    if not 8 <= len(token) <= 64:
        found["token"] = Message("缺少结果标识，请重新打开本页")
    kept = set(queries.photos_of(visit).values_list("sha256", flat=True)) if finding.photos else set()
    if missing := [digest for digest in finding.photos if digest not in kept]:
        found["photos"] = Message("有 %(count)s 张照片尚未上传", {"count": len(missing)})
    if found:
        raise BadFinding(_("检查结果有 %(count)s 处需要补正"), count=len(found), fields=found)


def take_back(visit: Visit, *, reason: str, by: Officer, at: datetime) -> Result:
    """Take a wrong result back by a recorded act (撤回); its ledger records are withdrawn, the team records anew.

    Acts that followed it (review, follow-up) are taken back with it. Needs `procedure.undo`. A reviewer who has not
    approved it yet sends it back instead (reviewing.send_back).
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        visit = Visit.objects.select_for_update(of=("self",)).select_related("proceeding__agency").get(pk=visit.pk)
        standing = queries.result_of(visit)
        if standing is None:
            raise procedure.NothingToUndo(_("这次检查没有可以撤回的结果"), number=visit.proceeding.number)
        counted, undone = standing.entry_id, ""
        while undone != "record":
            version = visit.proceeding.version
            event = procedure.undo(visit.proceeding, by=by, on=on, at=at, expected_version=version, reason=reason)
            undone = event.body["act"]
        standing.refresh_from_db()
    if counted:
        assessment.recompute_since(counted, on=on)
    return standing


@effect(KIND, "undo")
def withdraw(proceeding: Proceeding, event: Event) -> None:
    """Undoing a review withdraws what it put into the ledger; undoing a follow-up ends it; the result goes with its own act."""
    undone = event.body["act"]
    if undone in followups.OPENING:
        followups.take_back(proceeding, event)
    if undone in ("review", "record"):
        result = Result.objects.select_related("entry", "refusal").get(visit__proceeding=proceeding, withdrawn=None)
        reviewing.withdraw(result, event)
        result.withdrawn = event.on if undone == "record" else None
        result.save(update_fields=["withdrawn"])


@done_at(KIND, "*")
def page_of(proceeding: Proceeding) -> Place | None:
    """An inspection is worked on its own page; results come from its form alone."""
    visit = Visit.objects.filter(proceeding=proceeding).values_list("pk", flat=True).first()
    return Place("inspection:visit", (visit,), "inspection.view") if visit else None


def add_photo(
    visit: Visit, content: bytes, *, by: Officer, at: datetime, item: str = "", taken: datetime | None = None,
    place: Mapping[str, float] | None = None,
) -> Photo:  # fmt: skip
    """Keep a picture under its digest; the same picture twice is kept once. Raises NotOnTeam, BadPhoto.

    What a camera wrote beside the picture (place, device, owner) is taken out before anything is kept.
    """
    _other_officer(visit, by)
    if len(content) > reading.MAX_BYTES:
        raise BadPhoto(_("照片超过 8 MB，请降低分辨率后再传"), size=len(content))
    picture = reading.picture_of(content)
    if picture is None:
        raise BadPhoto(_("文件不是完整的 JPEG、PNG 或 WebP 图片"))
    if item and item not in visit.items:
        raise BadPhoto(_("照片对应的事项不在本次检查之内"), item=item)
    content = reading.stripped(content)
    digest = hashlib.sha256(content).hexdigest()
    kept = path_of(digest)
    if not kept.exists():
        durable.keep(kept, content)
    fields = {
        "item": item, "media_type": picture.media_type, "size": len(content), "width": picture.width,
        "height": picture.height, "received": at, "by": by, "taken": min(taken, at) if taken else None, "place": dict(place or {}),
    }  # fmt: skip
    return Photo.objects.get_or_create(visit=visit, sha256=digest, defaults=fields)[0]


def pictures() -> Path:
    """The folder that every kept picture lies in, under its digest."""
    return Path(settings.MEDIA_ROOT) / "inspection"


def path_of(digest: str) -> Path:
    return pictures() / digest[:2] / digest


def advance(visit: Visit, act: str, *, by: Officer, at: datetime, expected_version: int, body: dict[str, Any]) -> Event:
    """Notify, review or close (通知、审核、办结). Results, arrivals and follow-ups have services of their own."""
    if act == "record":
        raise procedure.WrongState(_("检查结果请在检查表中录入"), act=act)
    if act in OWN_FORMS:
        raise procedure.WrongState(_("请在本页相应的表单中办理"), act=act)
    if act == "review":
        return reviewing.review(visit, by=by, at=at, expected_version=expected_version)
    if act == "close":
        followups.refuse_open(visit)
    on = timezone.localdate(at)
    return procedure.act(visit.proceeding, act, by=by, on=on, at=at, expected_version=expected_version, body=body)
