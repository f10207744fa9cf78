"""Questions about matters: where one stands, which clocks run, what an officer must do first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import citing, powers, scopes
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.clocks import Moment, together
from hengjian.ground.policy.schema.procedures import Act, Procedure

from . import effects, rules, telling
from .models import Errand, Event, Party, Proceeding

HELD = {
    "paused": gettext_lazy("已中止，须先恢复"), "not-paused": gettext_lazy("没有中止，无须恢复"), "once": gettext_lazy("只能办理一次，已经办理"),
}  # fmt: skip


WHOSE = {"party": gettext_lazy("当事人的期限"), "others": gettext_lazy("其他机关的期限")}


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A running or stopped clock with its deadline and the sum that leads to it."""

    name: str
    title: str
    title_en: str
    began: date
    due: date | None
    provisional: bool
    basis: str
    steps: tuple[str, ...]
    stopped: date | None
    confidence: str = ""
    of: str = "office"  # whose time it is: office | party | others

    @property
    def whose(self) -> str:
        """Whose time it is, in words, where it is not the office's own."""
        return str(WHOSE.get(self.of, ""))

    @property
    def doubt(self) -> str:
        """What is still to check of the reading it was counted by, in words (待核); empty where the text was read."""
        return citing.doubt(self.confidence)

    @property
    def cites(self) -> str:
        """The article as people cite it."""
        return citing.cited(self.basis) if self.basis else ""

    @property
    def words(self) -> str:
        """Its title in the reader's language."""
        return named(self)

    def left(self, on: date) -> int | None:
        """Calendar days left on a day; negative when late; None when stopped or without a date."""
        return None if self.due is None or self.stopped else (self.due - on).days


@dataclass(frozen=True, slots=True)
class Task:
    """One line of an inbox. The office is late only with its own time; what a party or another office owes stands apart."""

    proceeding: Proceeding
    state: str
    state_title: str
    clock: ClockFace | None
    left: int | None
    theirs: ClockFace | None = None


def definition(kind: str) -> Procedure:
    return policy.current().procedure(kind)


def events() -> QuerySet[Event]:
    """Events in order, with the officers who did them."""
    return Event.objects.select_related("by", "second").order_by("position")


def with_events(proceedings: QuerySet[Proceeding]) -> QuerySet[Proceeding]:
    """Load events and people in two queries for any number of matters."""
    return proceedings.select_related("agency", "owner").prefetch_related(Prefetch("events", queryset=events()))


def worked_on_by(officer: Officer) -> Q:
    """Matters an officer owns or helps with."""
    helping = Proceeding.helpers.through.objects.filter(officer=officer).values("proceeding")
    return Q(owner=officer) | Q(pk__in=helping)


def visible_to(officer: Officer | None) -> QuerySet[Proceeding]:
    """Matters in an officer's scope, and those they own or help with."""
    if officer is None:
        return Proceeding.objects.none()
    seen = worked_on_by(officer) | scopes.visible(officer, "agency", "owner")
    return Proceeding.objects.filter(seen).order_by("-opened", "-pk")


def moment(at: datetime) -> str:
    """How the chain writes a moment: UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def done(event: Event) -> rules.Done:
    by, second = event.by.number if event.by else "", event.second.number if event.second else ""
    return rules.Done(event.position, event.act, event.on, by, second, event.body)


def events_of(proceeding: Proceeding) -> list[rules.Done]:
    """The matter's events in order (uses what `with_events` loaded)."""
    return [done(event) for event in proceeding.events.all()]


def events_now(proceeding: Proceeding) -> list[rules.Done]:
    """As the database has them now: what a caller loaded before the row was claimed may be old."""
    return [done(event) for event in events().filter(proceeding=proceeding)]


def state_of(proceeding: Proceeding) -> str:
    return rules.state_of(definition(proceeding.kind), events_of(proceeding))


def acts_open_to(proceeding: Proceeding, officer: Officer, on: date) -> dict[str, Act]:
    """Acts lawful now that this officer has the power for."""
    held = powers.of_officer(officer, on)
    found = rules.acts_from(definition(proceeding.kind), state_of(proceeding))
    return {name: act for name, act in found.items() if act.power in held}


def steps_of(proceeding: Proceeding) -> list[rules.Step]:
    return rules.steps_of(definition(proceeding.kind), events_of(proceeding))


def clocks_of(proceeding: Proceeding, as_of: date | None = None) -> list[ClockFace]:
    """Every clock of the matter; one still running first, nearest deadline first.

    A pause still open is counted up to `as_of`; the deadline is provisional until it ends.
    """
    procedure = definition(proceeding.kind)
    faces = [_face(proceeding, procedure, run, as_of) for run in rules.clocks_of(procedure, events_of(proceeding))]
    return sorted(faces, key=lambda f: (f.stopped is not None, f.due or date.max, f.name))


def hindrances(
    proceeding: Proceeding, name: str, on: date, events: Sequence[rules.Done] | None = None, *, confirming: bool = False
) -> list[str]:  # fmt: skip
    """Why an act that is lawful in this state may still not be done today, in words; empty where it may."""
    procedure, seen = definition(proceeding.kind), events if events is not None else events_of(proceeding)
    found = [str(HELD[word]) for word in (rules.held_back(procedure, name, seen),) if word]
    if not confirming and name in rules.pending(procedure, seen):
        found.append(_("已提请批准，等待确认"))
    if before := rules.not_yet(procedure, name, seen):
        found.append(_("须先办理：%(acts)s") % {"acts": _("、").join(named(procedure.acts[one]) for one in before)})
    found += _no_party(proceeding, procedure, name)
    found += _out_of_time(proceeding, procedure, name, on, seen)
    return found + effects.reasons(proceeding, name, on)


def _no_party(proceeding: Proceeding, procedure: Procedure, name: str) -> list[str]:
    needed = {role: one for role, one in procedure.roles.items() if name in one.needed_before}
    if not needed:
        return []
    present = set(Party.objects.filter(proceeding=proceeding, left=None, role__in=needed).values_list("role", flat=True))
    return [_("须先登记%(role)s") % {"role": named(one)} for role, one in needed.items() if role not in present]


def _out_of_time(proceeding: Proceeding, procedure: Procedure, name: str, on: date, seen: Sequence[rules.Done]) -> list[str]:
    """Acts that wait until a time is over, and acts that are over with it."""
    found = []
    for run in rules.clocks_of(procedure, seen):
        if run.stopped or name not in (*run.clock.bars, *run.clock.lapses):
            continue
        face = _face(proceeding, procedure, run, on)
        if face.due is None:
            continue
        if name in run.clock.bars and on <= face.due:
            found.append(_("%(clock)s至%(due)s届满，之后才能办理") % {"clock": face.words, "due": face.due.isoformat()})
        if name in run.clock.lapses and on > face.due:
            found.append(_("%(clock)s已于%(due)s届满") % {"clock": face.words, "due": face.due.isoformat()})
    return found


def _face(proceeding: Proceeding, procedure: Procedure, run: rules.Running, as_of: date | None) -> ClockFace:
    stopped, title, title_en = run.stopped.on if run.stopped else None, run.clock.title, run.clock.title_en
    if run.clock.term is None:
        steps = (_("期限由 %(day)s 的记录指定") % {"day": run.began.on.isoformat()},)
        due = run.fixed_due if stopped else effects.due(proceeding, run.name, as_of or run.began.on, run.fixed_due)
        return ClockFace(run.name, title or run.name, title_en, run.began.on, due, False, "", steps, stopped, of=run.clock.of)
    law = policy.current()
    term = law.term(run.clock.term)
    # A matter keeps the reading under which it began where its definition says so.
    on = proceeding.opened if (run.clock.law or procedure.law) == "opening" else None
    until = None if run.stopped else as_of
    deadline = law.deadline(run.clock.term, events=dated(run, term.from_), on=on, as_of=until)
    told = tuple(telling.line(step) for step in deadline.steps)
    return ClockFace(
        run.name,
        title or term.title,
        title_en or term.title_en,
        run.began.on,
        deadline.day,
        deadline.provisional or deadline.paused,
        deadline.basis,
        told,
        stopped,
        deadline.confidence,
        run.clock.of,
    )


def dated(run: rules.Running, start: str) -> dict[str, Moment]:
    """A clock's acts as the events that the law counts from: its start and its pauses, each as often as it happened."""
    # Readings of one term may count from events of different names; "from" answers for each of them.
    since_when = run.from_ or run.began.on
    told: list[tuple[str, Moment]] = [(start, since_when), *([("from", since_when)] if start != "from" else [])]
    for name, since, until in run.pauses:
        told += [(f"{name}.from", since), *([(f"{name}.to", until)] if until else [])]
    if run.extended_to:
        told.append(("extended_to", run.extended_to))
    elif run.extended:
        told.append(("extended", run.from_ or run.began.on))
    return together(told)


def task_of(proceeding: Proceeding, on: date) -> Task:
    state = state_of(proceeding)
    running = [c for c in clocks_of(proceeding, on) if c.stopped is None]
    clock = next((c for c in running if c.of == "office"), None)
    theirs = max((c for c in running if c.of != "office" and c.due), key=lambda c: (c.began, c.due or date.max), default=None)  # the last word
    title = named(definition(proceeding.kind).states[state])
    return Task(proceeding, state, title, clock, clock.left(on) if clock else None, theirs)


def by_deadline(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda t: (t.clock.due if t.clock and t.clock.due else date.max, t.proceeding.pk))


def inbox(officer: Officer, on: date, held: frozenset[str] | None = None) -> list[Task]:
    """Open matters this officer owns or helps with, and those in scope that lie on a desk they hold the power of
    (待审核、待批准), nearest deadline first (待办)."""
    waiting = Q(awaits__in=held if held is not None else powers.of_officer(officer, on)) & ~Q(awaits="")
    scope = scopes.visible(officer, "agency", "owner")
    mine = Proceeding.objects.filter(worked_on_by(officer) | (waiting & scope), closed=None).order_by("pk")
    return by_deadline(task_of(proceeding, on) for proceeding in with_events(mine))


def may_work(proceeding: Proceeding, officer: Officer, on: date) -> bool:
    """Whether an officer works on a matter: as its owner or helper, or with a power of its acts and in scope."""
    if Proceeding.objects.filter(worked_on_by(officer), pk=proceeding.pk).exists():
        return True
    held = powers.of_officer(officer, on)
    return bool(_powers_over(proceeding.kind) & held) and visible_to(officer).filter(pk=proceeding.pk).exists()


def readable(officer: Officer, held: frozenset[str]) -> Q:
    """The matters an officer in whose scope they lie may open: with a power of their acts, with the power to view what
    their house does, or by working on them or while an errand for them is open. The scope alone opens nothing.
    """
    kinds = [kind for kind in policy.current().sections["procedures"] if held & _powers_to_read(kind)]
    return Q(kind__in=kinds) | worked_on_by(officer) | Q(pk__in=Errand.objects.filter(to=officer, done=None).values("proceeding"))


def open_to(officer: Officer, held: frozenset[str], matters: Iterable[int]) -> set[int]:
    """Which of these matters of their scope an officer may open; the others are counted for them and not shown."""
    return set(Proceeding.objects.filter(readable(officer, held), pk__in=list(matters)).values_list("pk", flat=True))


def may_read(proceeding: Proceeding, officer: Officer, held: frozenset[str]) -> bool:
    """Whether an officer in whose scope a matter lies may open it."""
    return bool(held & _powers_to_read(proceeding.kind)) or Proceeding.objects.filter(readable(officer, held), pk=proceeding.pk).exists()


def _powers_to_read(kind: str) -> frozenset[str]:
    over = _powers_over(kind)
    return frozenset(over) | {f"{power.partition('.')[0]}.view" for power in over}


def _powers_over(kind: str) -> set[str]:
    """Powers that the acts of a kind of matter ask for."""
    acts = definition(kind).acts.values()
    return {power for act in acts for power in (act.power, act.confirm, act.second) if power}


def matter_of(officer: Officer | None, pk: int) -> Proceeding:
    """One matter with its events; raises NotFound where this officer may not see it."""
    asked = Proceeding.objects.filter(errands__to=officer, errands__done=None)
    found = with_events(visible_to(officer) | asked).filter(pk=pk).distinct().first()
    if found is None:
        raise NotFound(_("没有这件事，或不在您的数据范围内"), number=pk)
    return found


def errands_of(officer: Officer) -> QuerySet[Errand]:
    """What others asked this officer to do, the nearest day first (交办事项)."""
    found = Errand.objects.filter(to=officer, done=None, proceeding__closed=None)
    return found.select_related("proceeding__agency").order_by(F("due").asc(nulls_last=True), "pk")


def genesis_of(proceeding: Proceeding) -> str:
    """What the chain of a matter hangs on."""
    opened, version = proceeding.opened, proceeding.law_version
    opener = proceeding.opener or proceeding.agency
    return rules.genesis(proceeding.kind, proceeding.number, proceeding.subject, opener.code, opened, version)


def first_altered(proceeding: Proceeding) -> int | None:
    """Position of the first event whose digest does not fit; None when the record is whole."""
    chain = [(done(e), moment(e.at), e.digest) for e in events().filter(proceeding=proceeding)]
    altered = rules.first_altered(genesis_of(proceeding), chain)
    if altered is None and len(chain) != proceeding.version:
        return len(chain) + 1
    return altered
