"""Files are drawn by lot and scored by somebody who took no part in them (案卷评查).

Tickets are those of the draw (docs/algorithms/draw.md): the list is closed, a value from outside makes the seed, the lowest are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.draw import lottery

from .models import FileReview, FileScore

STRATUM = "file-review"
CASES = ("penalty", "penalty-simple")
PASS = "penalty.file-review.pass"


class NothingToReview(Refusal):
    """No closed files in the period, or more asked for than there are."""

    code = "nothing_to_review"


class OwnFile(Refusal):
    """Who worked on a case does not score its file."""

    code = "own_file"


class BadScore(Invalid):
    """Points above the full ones of an item, or an item without points."""

    code = "bad_score"


def visible_to(officer: Officer) -> QuerySet[FileReview]:
    return FileReview.objects.filter(scopes.visible(officer, "agency")).select_related("agency", "by").order_by("-pk")


def closed_between(agency: Agency, since: date, until: date) -> QuerySet[Proceeding]:
    """Closed cases of a bureau and those below it."""
    return Proceeding.objects.filter(kind__in=CASES, agency__path__startswith=agency.path, closed__range=(since, until)).order_by("number")


@transaction.atomic
def close_list(*, agency: Agency, since: date, until: date, count: int, by: Officer, at: datetime) -> FileReview:
    """Close the list of files before anybody can know the seed (封存评查名单)."""
    frame = list(closed_between(agency, since, until).values_list("number", flat=True))
    if count < 1 or count > len(frame):
        raise NothingToReview(_("这段时间结案的案卷有 %(n)s 卷，请改变日期或数量") % {"n": len(frame)}, files=len(frame))
    made = FileReview.objects.create(
        agency=agency, by=by, since=since, until=until, count=count, frame=frame, closed_at=at,
        digest=lottery.sha256(lottery.canonical({"agency": agency.code, "count": count, "frame": frame})),
    )  # fmt: skip
    audit.record("casework.close_files", f"file-review:{made.pk}", by=by, digest=made.digest, files=len(frame))
    return made


def chosen(review: FileReview, value: str) -> list[str]:
    """Numbers of the files that this value draws, in ticket order: anybody can compute them."""
    seed = lottery.seed_of(review.digest, value, "")
    return [number for _ticket, number in lottery.lowest(seed, STRATUM, review.frame, review.count)]


@transaction.atomic
def draw(review: FileReview, *, source: str, value: str, by: Officer, at: datetime) -> list[FileScore]:
    """Draw the files (抽取案卷). Running it again changes nothing."""
    row = FileReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if row.drawn_at is None:
        if not value.strip() or not source.strip():
            raise NothingToReview(_("请写明公开数值和它的来源"), value=value)
        row.source, row.value, row.drawn_at = source.strip()[:200], value.strip()[:200], at
        row.save(update_fields=["source", "value", "drawn_at"])
        numbers = chosen(row, row.value)
        found = {one.number: one for one in Proceeding.objects.filter(kind__in=CASES, number__in=numbers)}
        FileScore.objects.bulk_create([FileScore(review=row, proceeding=found[number], rank=rank) for rank, number in enumerate(numbers, 1)])
        audit.record("casework.draw_files", f"file-review:{row.pk}", by=by, value=row.value, files=len(numbers))
    return list(row.files.select_related("proceeding__agency").order_by("rank"))


def sheet(on: date) -> list[dict[str, Any]]:
    """The score sheet of the packs."""
    listed = policy.current().catalogue("file-review-items").on(on)
    return [{"code": code, "title": named(item), "full": int(item.extra["full"]), "veto": bool(item.extra.get("veto")),
             "checks": item.extra.get("checks", [])} for code, item in listed.items()]  # fmt: skip


@transaction.atomic
def score(file: FileScore, *, by: Officer, marks: Mapping[str, int], remarks: str, on: date) -> FileScore:
    """Score one file (评查打分). No points on an item with a veto fail the whole file."""
    row = FileScore.objects.select_for_update(of=("self",)).select_related("proceeding__owner").get(pk=file.pk)
    if by.number in _hands(row.proceeding):
        raise OwnFile(_("办理过本案的人员不能评查本案卷"), number=row.proceeding.number)
    items = sheet(on)
    for item in items:
        points = marks.get(item["code"])
        if points is None or not 0 <= points <= item["full"]:
            raise BadScore(_("“%(item)s”应在 0 至 %(full)s 分之间") % {"item": item["title"], "full": item["full"]}, item=item["code"])
    row.marks = {item["code"]: marks[item["code"]] for item in items}
    row.total = sum(row.marks.values())
    row.passed = row.total >= policy.current().at(on).number(PASS) and not any(item["veto"] and row.marks[item["code"]] == 0 for item in items)
    row.by, row.remarks, row.scored = by, remarks.strip()[:2000], on
    row.save()
    audit.record("casework.score_file", f"proceeding:{row.proceeding.number}", by=by, total=row.total, passed=row.passed)
    return row


def _hands(matter: Proceeding) -> set[str]:
    events = kernel.events_now(matter)
    working = {one.number for one in (matter.owner, *matter.helpers.all()) if one}
    return working.union(*(acts.authors(events, event) for event in events if event.act not in acts.BESIDE))


def file_of(officer: Officer, review: int, file: int) -> FileScore:
    found = FileScore.objects.filter(review__in=visible_to(officer).values("pk"), review=review, pk=file)
    row = found.select_related("review__agency", "proceeding__agency", "by").first()
    if row is None:
        raise NotFound(_("没有这份案卷"), number=file)
    return row
