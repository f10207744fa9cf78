"""待办: matters with a statutory clock and work that waits at a stop, nearest deadline first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.doors.exchange import repairs
from hengjian.duties.filing import queries as filing
from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.language import named, office, title_in
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import recounting, rules
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.ground.ui.pages import address
from hengjian.street.draw import burden
from hengjian.street.draw import queries as draws
from hengjian.street.inspection import queries as visits
from hengjian.street.inspection.models import Visit
from hengjian.street.intake import queries as intake
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import queries as publication
from hengjian.street.publication.rulebook import Rulebook
from hengjian.street.register.models import Entity

SOON = 3  # calendar days; the same edge as the deadline badge
MOST = 50  # lines of one kind
NEXT_STEP = {
    "frozen": gettext_lazy("待公布承诺"),
    "committed": gettext_lazy("待录入种子"),
    "seeded": gettext_lazy("待抽取"),
    "drawn": gettext_lazy("待公开名单"),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """A last day with its sum, in the shape the deadline badge shows."""

    due: date
    basis: str
    steps: tuple[str, ...] = ()
    provisional: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the inbox, whichever stop it waits at."""

    kind: str
    kind_title: str
    number: str
    title: str
    stage: str
    href: str = ""
    uscc: str = ""
    name: str = ""
    deadline: Any = None  # Sum or procedure.ClockFace
    left: int | None = None
    marked: bool = False  # under supervision from above
    opens: bool = False  # whether this reader may open the file of the entity
    theirs: Any = None  # procedure.ClockFace: what a party or another office has to do, and by when

    @property
    def urgency(self) -> str:
        """late | soon | later | none."""
        if self.left is None:
            return "none"
        return "late" if self.left < 0 else "soon" if self.left <= SOON else "later"


def page_of(matter: Proceeding) -> str:
    """The one page on which a matter is worked, whatever its kind."""
    return address("desk:matter", matter.pk)


def matters(officer: Officer, powers: frozenset[str], on: date) -> Iterator[Waiting]:
    """Open proceedings the officer owns or helps with, or that lie on a desk of theirs; the stage says when the next act
    is somebody else's."""
    for task in procedure.inbox(officer, on, powers):
        matter, clock = task.proceeding, task.clock if task.clock and task.clock.due else None
        title = named(procedure.definition(matter.kind))
        yield Waiting(
            matter.kind, title, matter.number, matter.title or title, _stage(task, officer, powers), page_of(matter), matter.subject,
            deadline=clock, left=task.left, marked=rules.supervised(procedure.events_of(matter)) is not None, theirs=task.theirs,
        )  # fmt: skip


def _stage(task: procedure.Task, officer: Officer, powers: frozenset[str]) -> str:
    """The state; and the act it waits for, where this officer may do none of those lawful now."""
    definition, events = procedure.definition(task.proceeding.kind), procedure.events_of(task.proceeding)
    if waiting := rules.pending(definition, events):
        return _("%(state)s，待批准：%(act)s") % {"state": task.state_title, "act": "、".join(named(definition.acts[a]) for a in waiting)}
    acts = rules.acts_from(definition, task.state).values()
    for act in acts:
        did = act.other_than and any(event.act == act.other_than and officer.number in (event.by, event.second) for event in events)
        if act.power in powers and not did:
            return task.state_title
    awaited = next(iter(acts), None)
    return _("%(state)s，待%(act)s") % {"state": task.state_title, "act": named(awaited)} if awaited else task.state_title


def errands(officer: Officer, on: date) -> Iterator[Waiting]:
    """What others asked this officer to do in their matters."""
    for errand in procedure.errands_of(officer)[:MOST]:
        matter = errand.proceeding
        yield Waiting(
            "errand", _("交办"), matter.number, errand.what, _("待办毕"), page_of(matter), matter.subject,
            deadline=Sum(errand.due, _("交办的期限")) if errand.due else None, left=(errand.due - on).days if errand.due else None,
        )  # fmt: skip


def files(officer: Officer) -> Iterator[Waiting]:
    """Deliveries of the officer's agencies with rows that were sent back, newest first."""
    law = policy.current()
    for delivery in intake.visible_to(officer).filter(state="done", quarantined__gt=0)[:MOST]:
        title = named(law.record(delivery.kind)) if delivery.kind in law.records else delivery.kind
        yield Waiting(
            "intake", _("信息归集"), f"#{delivery.pk}", _("%(title)s：%(n)d 行待更正") % {"title": title, "n": delivery.quarantined},
            _("待更正重报"), address("intake:delivery", delivery.pk), "", delivery.filename,
        )  # fmt: skip


def unheld(officer: Officer) -> Iterator[Waiting]:
    """Plans whose list has not been frozen yet."""
    for plan in draws.led_by(officer).filter(draws=None).order_by("-pk")[:MOST]:
        yield Waiting("draw", _("双随机抽取"), f"#{plan.pk}", plan.title, _("待冻结名录"), address("draw:plan", plan.pk))


def unfinished(officer: Officer, powers: frozenset[str]) -> Iterator[Waiting]:
    """Draws that wait: for their next step with whoever may hold them, for sending out the teams with whoever may."""
    sent = Exists(Visit.objects.filter(pick__draw=OuterRef("pk")))
    unsent = Q(sent=False, drawn_at__isnull=False, successor=None)
    found = draws.draws_led_by(officer).annotate(sent=sent).filter(Q(opened_at=None) | unsent)
    for draw in found[:MOST]:
        if draw.opened_at is None and "draw.hold" in powers:
            yield Waiting(
                "draw", _("双随机抽取"), draw.slug, draw.plan.title, str(NEXT_STEP[draw.state]), address("draw:draw", draw.slug)
            )  # fmt: skip
        if draw.drawn_at and not draw.sent and "inspection.assign" in powers:
            yield Waiting(
                "inspection", _("现场检查"), draw.slug, draw.plan.title, _("待派发检查组"), address("inspection:overview")
            )  # fmt: skip


def unapproved(officer: Officer, on: date) -> Iterator[Waiting]:
    """Visits off plan that somebody else asked for and nobody has decided."""
    for asked in draws.off_plan_visible_to(officer).filter(decided=None).exclude(asked_by=officer)[:MOST]:
        yield Waiting(
            "off-plan", _("计划外检查"), f"#{asked.pk}", title_in(burden.ORIGINS, asked.origin), _("待审批"),
            address("draw:off_plan_one", asked.pk), asked.entity.uscc, asked.entity.name, Sum(asked.due, _("检查完成日")), (asked.due - on).days,
        )  # fmt: skip


def unreviewed(officer: Officer, on: date) -> Iterator[Waiting]:
    """Recorded results that nobody has reviewed yet, or not since they were recorded anew."""
    events = Prefetch("proceeding__events", Event.objects.select_related("by", "second").order_by("position"))
    found = visits.filtered(visits.visible_to(officer), on, status="recorded").prefetch_related(None)
    # Reviewed ones stay open until they are closed: only those still waiting are counted up to the limit.
    every = found.prefetch_related(events).iterator(chunk_size=200)
    for visit in islice((one for one in every if procedure.state_of(one.proceeding) == "recorded"), MOST):
        matter = visit.proceeding
        clock = next((face for face in procedure.clocks_of(matter, on) if face.name == "review" and face.due), None)
        yield Waiting(
            "inspection", _("现场检查"), matter.number, matter.title, _("待审核结果"), address("inspection:visit", visit.pk),
            visit.entity.uscc, visit.entity.name, deadline=clock, left=clock.left(on) if clock else None,
        )  # fmt: skip


def unpublished(on: date) -> Iterator[Waiting]:
    """Records in the ledger that publication has not read yet; the earliest of them sets the day."""
    waiting = ledger.entries_after(publication.projection()["ledger_seq"], patience=0).select_related(None).order_by()
    kinds = list(waiting.values_list("kind").annotate(n=Count("seq"), first=Min("decided")).order_by("kind"))
    if not kinds:
        return
    book = Rulebook(policy.current())
    dues: list[tuple[date, str]] = []
    for kind, _n, first in kinds:
        rule = book.publicity(kind)
        due = book.due(rule, first) if rule else None
        if due:
            dues.append((due, rule.title if rule else ""))
    deadline = Sum(min(dues)[0], min(dues)[1]) if dues else None
    yield Waiting(
        "publication", _("信用公示"), "", _("%d 条新记录待公示") % sum(n for _kind, n, _first in kinds), _("待公示"),
        address("publication:schedule"), deadline=deadline, left=(deadline.due - on).days if deadline else None,
    )  # fmt: skip


def silent(officer: Officer) -> Iterator[Waiting]:
    """Sources of the officer's agencies that have fallen silent."""
    for alarm in filing.open_alarms(officer)[:MOST]:
        law = policy.current()
        title = named(law.record(alarm.kind)) if alarm.kind in law.records else alarm.kind
        yield Waiting(
            "filing", _("归集督查"), "", _("%(agency)s：%(title)s自 %(last)s 起没有报送") % {"agency": office(alarm.agency.name), "title": title, "last": alarm.last.isoformat()},
            _("来源静默"), address("filing:source", alarm.agency.code, alarm.kind),
        )  # fmt: skip


def unsynchronised(officer: Officer, on: date) -> Iterator[Waiting]:
    """Repairs that a site has not followed by the second working day, or still shows."""
    for line in islice(repairs.alarms(on, officer), MOST):
        record = line.repair.refers
        says = _("%(document)s 修复后，%(site)s 未同步") % {"document": record.document or f"#{record.seq}", "site": named(line.peer)}
        yield Waiting(
            "synchronisation", _("修复同步"), f"#{line.repair.seq}", says, _("待催办"), address("exchange:repairs") + "?state=alarm", record.uscc,
            record.entity.name, deadline=line.deadline, left=(line.deadline.day - on).days if line.deadline else None,
        )  # fmt: skip


def shifted(officer: Officer) -> Iterator[Waiting]:
    """Deadlines that an announced calendar moved or settled, until the officer has taken note."""
    for shift in recounting.told_to(officer).filter(seen_at=None)[:MOST]:
        says = _("%(title)s：%(before)s → %(after)s") % {
            "title": shift.title, "before": shift.before.isoformat(), "after": shift.after.isoformat(),
        }  # fmt: skip
        matter = shift.proceeding
        yield Waiting(
            "calendar", _("期限变动"), matter.number, says, _("待知悉"), address("desk:shifts"), matter.subject,
            deadline=Sum(shift.after, shift.title),
        )  # fmt: skip


def waiting(officer: Officer, powers: frozenset[str], on: date) -> list[Waiting]:
    """Everything that waits for this officer: supervised matters, then by statutory deadline, then what has none."""
    found = [*matters(officer, powers, on), *errands(officer, on), *shifted(officer)]
    if "intake.deliver" in powers:
        found += files(officer)
    if "filing.view" in powers and powers & {"intake.deliver", "filing.recheck"}:
        found += silent(officer)
    if "draw.hold" in powers:
        found += unheld(officer)
    if powers & {"draw.hold", "inspection.assign"}:
        found += unfinished(officer, powers)
    if "draw.approve" in powers:
        found += unapproved(officer, on)
    if "inspection.review" in powers:
        found += unreviewed(officer, on)
    if "publication.manage" in powers:
        found += unpublished(on)
    if "exchange.view" in powers and powers & {"repair.handle", "repair.decide", "exchange.push"}:
        found += unsynchronised(officer, on)
    found.sort(key=_order)
    return with_names(found, officer if "register.view" in powers else None)


def _order(line: Waiting) -> tuple[bool, bool, date]:
    """Supervised first, then the office's own deadlines, then what others owe, then what has no day."""
    face = line.deadline or line.theirs
    return not line.marked, line.deadline is None, face.due if face else date.max


def with_names(lines: list[Waiting], reader: Officer | None) -> list[Waiting]:
    """The lines with the names of their entities, in one query, and whether the reader may open them."""
    codes = {line.uscc for line in lines if line.uscc}
    if not codes:
        return lines
    districts = scopes.districts_of(reader)
    known = Entity.objects.filter(uscc__in=codes).order_by("uscc").values_list("uscc", "name", "district")
    told = {uscc: (name, districts is None or district in districts) for uscc, name, district in known}
    return [replace(line, name=line.name or told[line.uscc][0], opens=told[line.uscc][1]) if line.uscc in told else line for line in lines]


def narrowed(lines: Iterable[Waiting], *, kind: str = "", urgency: str = "", text: str = "") -> list[Waiting]:
    """The lines a filter leaves."""
    found = [line for line in lines if not kind or line.kind == kind]
    found = [line for line in found if not urgency or line.urgency == urgency]
    return [line for line in found if not text or any(text in part for part in (line.number, line.title, line.name, line.uscc))]


def done_by(officer: Officer) -> QuerySet[Event]:
    """Acts the officer did, last first (已办)."""
    return Event.objects.filter(by=officer).select_related("proceeding").order_by("-at", "-pk")
