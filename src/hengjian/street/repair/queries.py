"""Questions about repair: may this record be repaired, what was asked, how far it has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Message, NotFound
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.clauses import WAYS
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.casework.models import Case, Lead
from hengjian.street.inspection.models import Result
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import projecting
from hengjian.street.publication import queries as publication
from hengjian.street.publication import terms as publicity
from hengjian.street.publication.models import PublicNotice
from hengjian.street.publication.rulebook import Rulebook

from . import rules
from .models import Application
from .rules import Eligibility, Known, Subject

KINDS = ("credit-repair", "credit-repair-2021", "credit-repair-website")
FRAUD = "repair-fraud"
BAR = "publication.fraud-in-repair"
LISTS = ("abnormal-list", "serious-list")
SILENT = "1"  # catalogue abnormal-grounds: no annual report


@dataclass(frozen=True, slots=True)
class Standing:
    """One record with the answer for a day, its notice, and the application that is open."""

    entry: Any
    notice: PublicNotice | None
    answer: Eligibility
    matter: Proceeding | None


def eligibilities(uscc: str, on: date, seqs: Collection[int] | None = None) -> list[Standing]:
    """Every record of a firm that the law gives a way back, on any day; or only those named. As many queries for one as for all."""
    law = policy.current()
    book, entries = Rulebook(law), list(ledger.entries_of(uscc))
    held = {entry.seq: entry for entry in entries}
    kinds = {item.extra["record"] for item in law.catalogue(WAYS).rows}
    asked = [e for e in entries if e.kind in kinds and e.decided <= on and (seqs is None or e.seq in seqs)]
    numbers = [entry.seq for entry in asked]
    notices = {notice.entry_seq: notice for notice in publication.all_notices(uscc)}
    closings = _closings(entries, on)
    standing = [e for e in entries if e.seq not in closings and e.decided <= on and e.kind not in (*ledger.CLOSING, *ledger.REMARKS)]
    cases, pending = _cases(numbers), _pending(numbers)
    linked, bars = linked_to(numbers), _bars(entries, on, law)
    found = []
    for entry in asked:
        notice = notices.get(entry.seq)
        subject = _subject(entry, notice, closings.get(entry.seq), book, on)
        known = dict(_known(entry, standing, cases.get(entry.seq)))
        matter = pending.get(entry.seq)
        also = [seq for seq in linked.get(entry.seq, ()) if seq in held and seq not in closings]
        answer = rules.eligibility(subject, on, law, known, bars, pending=matter is not None, linked=also)
        found.append(Standing(entry, notice, answer, matter))
    return found


def eligibility(entry: Any, on: date) -> Standing:
    """The answer for one record on a day; raises NotFound where the law knows no way back for its kind."""
    found = eligibilities(entry.uscc, on, {entry.seq})
    if not found:
        raise NotFound(_("这类记录没有信用修复的途径"), seq=entry.seq)
    return found[0]


def _closings(entries: Iterable[Any], on: date) -> dict[int, Any]:
    """What closed each entry by a day, the first of them."""
    found: dict[int, Any] = {}
    for entry in entries:
        if entry.kind in ledger.CLOSING and entry.effective <= on:
            earlier = found.get(entry.refers_id)
            found[entry.refers_id] = entry if earlier is None or entry.seq < earlier.seq else earlier
    return found


def _subject(entry: Any, notice: PublicNotice | None, closing: Any, book: Rulebook, on: date) -> Subject:
    rule, record = book.publicity(entry.kind), projecting.record_of(entry, book)
    decided = entry.effective if entry.act == "restore" else entry.decided
    fields = {**entry.body, "fine_fen": entry.fine_fen, "warning_only": entry.warning_only}
    told: dict[str, Any] = {"seq": entry.seq, "kind": entry.kind, "decided": decided, "fields": fields}
    told |= {"closed": closing.kind if closing else "", "closed_on": closing.effective if closing else None}
    if rule is None or entry.kind in LISTS or entry.kind == "court-defaulter":
        return Subject(**told, listing=True)
    due = book.due(rule, decided)
    shown = notice if notice and notice.published_on <= on else None
    since = publicity.counted_from(shown) if shown else None
    until = shown.until if shown else book.plan(rule, record | {"decided": decided}, due or decided).until
    return Subject(**told, shown_from=since, due=due, until=until, never=book.excluded(rule, record) or "")


def _known(entry: Any, standing: Sequence[Any], case: Case | None) -> Iterable[tuple[str, Known]]:
    """What the records here show of the conditions of one record."""
    lists = [one for one in standing if one.kind in LISTS and one.seq != entry.seq]
    names = "、".join(one.document or f"#{one.seq}" for one in lists)
    on_list = Message("仍在名单中：%(documents)s", {"documents": names})
    yield "not-listed", Known(not lists, on_list if lists else Message("台账中没有未移出的名单记录"))
    again = [one for one in standing if one.kind == "penalty" and one.decided > entry.decided and one.seq != entry.seq]
    later = "、".join(one.document or f"#{one.seq}" for one in again)
    if again:
        yield "not-repeated", Known(None, Message("此后另有处罚：%(documents)s，是否同一类违法须核实", {"documents": later}))
    else:
        yield "not-repeated", Known(True, Message("台账中此后没有再受处罚"))
    if case is not None:
        yield "performed", _performed(case.proceeding)
    if entry.kind == "abnormal-list" and entry.body.get("ground") == SILENT:
        reports = [one for one in standing if one.kind == "annual-report" and one.decided >= entry.decided]
        if reports:
            told = {"day": reports[0].decided.isoformat()}
            yield "cause-removed", Known(True, Message("%(day)s 已补报年度报告", told))


def _performed(case: Proceeding) -> Known:
    """What the file of the case says of its performance."""
    done = next((event for event in case.events.all() if event.act == "performed"), None)
    if done is None:
        return Known(None, Message("案卷 %(number)s 还没有履行完毕的记录，请提交证明", {"number": case.number}))
    return Known(True, Message("案卷 %(number)s 于 %(day)s 记录履行完毕", {"number": case.number, "day": done.on.isoformat()}))


def _cases(seqs: Collection[int]) -> dict[int, Case]:
    """The decided case behind each penalty, with its events."""
    found = Case.objects.filter(entry__in=seqs).select_related("proceeding").prefetch_related("proceeding__events")
    return {case.entry_id or 0: case for case in found.order_by("pk")}


def linked_to(seqs: Collection[int]) -> dict[int, list[int]]:
    """Negative inspection results from which a penalty came: they leave together with it (关联停示)."""
    leads = dict(Case.objects.filter(entry__in=seqs, lead__isnull=False).order_by("pk").values_list("lead", "entry"))
    if not leads:
        return {}
    origins = Lead.objects.filter(proceeding__in=leads).order_by("pk").values_list("proceeding", "origin")
    numbers: dict[str, int] = {origin: leads[lead] or 0 for lead, origin in origins}
    results = Result.objects.filter(visit__proceeding__number__in=list(numbers), withdrawn=None).order_by("pk")
    found: dict[int, list[int]] = defaultdict(list)
    for number, entry in results.values_list("visit__proceeding__number", "entry"):
        if entry:
            found[numbers[number]].append(entry)
    return dict(found)


def _bars(entries: Iterable[Any], on: date, law: policy.Law) -> tuple[Message, ...]:
    """A repair got by false statements keeps the firm from asking again for years."""
    undone = [entry.effective for entry in entries if entry.act == "restore" and entry.effective <= on]
    if not undone:
        return ()
    term = law.term(BAR)
    until = law.deadline(BAR, {term.from_: max(undone)}, on=max(max(undone), term.readings[0].since)).day
    if on > until:
        return ()
    return (Message("以虚假材料取得的修复于 %(day)s 被撤销，%(until)s 前不得再申请", {"day": max(undone).isoformat(), "until": until.isoformat()}),)


def _pending(seqs: Collection[int]) -> dict[int, Proceeding]:
    """Applications not closed yet, by record."""
    found = Application.objects.filter(entry__in=seqs, proceeding__closed=None, repaired=None).select_related("proceeding")
    return {one.entry_id: one.proceeding for one in found.order_by("pk")}


def with_matters(found: Iterable[Application]) -> list[tuple[Application, Proceeding]]:
    """Applications with their matters and events, in a handful of queries."""
    rows = list(found)
    matters = {m.pk: m for m in procedure.with_events(Proceeding.objects.filter(pk__in=[one.proceeding_id for one in rows]))}
    return [(one, matters[one.proceeding_id]) for one in rows]


def applications() -> QuerySet[Application]:
    return Application.objects.select_related("proceeding__agency", "entity", "entry__issuer").order_by("-pk")


def of_firm(uscc: str) -> QuerySet[Application]:
    """Applications of one firm, last first."""
    return applications().filter(entity__uscc=uscc)


def own(uscc: str, pk: int) -> Application:
    """One application of a firm by its matter; raises NotFound for any other."""
    found = of_firm(uscc).filter(proceeding=pk).first()
    if found is None:
        raise NotFound(_("本企业没有这件申请"), number=pk)
    return found


def visible_to(officer: Officer | None) -> QuerySet[Application]:
    """Applications whose matters lie in an officer's scope, last first."""
    return applications().filter(proceeding__in=procedure.visible_to(officer).filter(kind__in=KINDS).order_by().values("pk"))


def application_of(matter: Proceeding) -> Application | None:
    return applications().filter(proceeding=matter).first()


def repaired(first: date, last: date) -> QuerySet[Application]:
    """Applications whose repair was decided between two days inclusive, in the order of the ledger."""
    found = applications().filter(repaired__decided__range=(first, last)).select_related("repaired")
    return found.order_by("repaired")


def granted_not_done() -> QuerySet[Application]:
    """Granted, and nobody has recorded yet that the record is no longer public."""
    done = Event.objects.filter(act="process").values("proceeding")
    return applications().filter(repaired__isnull=False).exclude(proceeding__in=done).order_by("pk")


def hidden_on(entry_seq: int) -> date | None:
    """The first day on which the public does not see a record that was closed; None while the projection shows it."""
    notice = PublicNotice.objects.filter(entry_seq=entry_seq).first()
    return notice.withdrawn_on if notice else date.min


def fraud_of(repair_seq: int) -> Proceeding | None:
    """The question whether a repair was got by false statements, if one is or was asked."""
    return Proceeding.objects.filter(kind=FRAUD, title=str(repair_seq)).order_by("-pk").first()


def desk_for(entry: Any) -> Any:
    """The agency that decides: whoever made the record answers for it."""
    return entry.issuer
