"""Facts that propose a listing (列入线索): pulled from reports, inspections, penalties and lists, each with its evidence.

Nothing is begun here: an officer looks at the evidence and begins, or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Officer
from hengjian.street.casework import queries as casework
from hengjian.street.casework.models import Case
from hengjian.street.inspection.models import Result
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register
from hengjian.street.register.models import Entity

from . import rules
from .models import Listing

LEADS, PERIOD_END = "listing-leads", "annual-report.annual-report-window.to"
REGISTERED = "1"  # catalogue registration-states


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entity against which a fact speaks. `body`: what the matter is begun with; `due`: by when it is to be decided."""

    entity: Entity
    kind: str  # of matter
    origin: str
    evidence: str
    body: Mapping[str, Any] = field(default_factory=dict)
    due: date | None = None
    cause: Any = None
    source: int | None = None  # matter the fact comes from


def leads(on: date) -> list[Any]:
    """Kinds of lead that the law of a day knows."""
    return [item for item in policy.current().catalogue(LEADS).rows if item.in_force(on)]


def lead(code: str, on: date) -> Any:
    found = next((item for item in leads(on) if item.code == code), None)
    if found is None:
        raise NotFound(_("没有这一类列入线索"), code=code)
    return found


def rows(item: Any, officer: Officer | None, on: date) -> QuerySet[Any] | Sequence[Any]:
    """What speaks for a listing in an officer's scope and led to no matter yet, in a stable order."""
    found: QuerySet[Any] | Sequence[Any] = _ROWS[item.extra["find"]](item, officer, on)
    return found


def candidate(item: Any, row: Any, on: date) -> Candidate:
    """A row with its evidence in words and what the matter begins with."""
    return _TOLD[item.extra["find"]](item, row, on)


def pick(item: Any, officer: Officer | None, origin: str, uscc: str, on: date) -> Candidate:
    """The candidate an officer chose, asked again: what was settled meanwhile is no longer there. Raises NotFound."""
    found = rows(item, officer, on)
    if isinstance(found, QuerySet):
        found = found.filter(uscc=uscc)
    for row in found:
        told = candidate(item, row, on)
        if (told.origin, told.entity.uscc) == (origin, uscc):
            return told
    raise NotFound(_("这条线索已经立案、已经改正或者不在您的数据范围内"), origin=origin)


def _within(officer: Officer | None, column: str = "entity__district") -> Q:
    districts = scopes.districts_of(officer)
    return Q() if districts is None else Q(**{f"{column}__in": districts})


def _back(on: date) -> date:
    return add_months(on, -int(str(policy.current().at(on).value("lists.lead-window"))))


# Annual reports -----------------------------------------------------------------------------------------


def report_day(year: int, on: date) -> date:
    """The last day to report on a year."""
    return date.fromisoformat(f"{year + 1}-{policy.current().at(on).value(PERIOD_END)}")


def due_year(on: date) -> int:
    """The last year whose reporting period is over."""
    year = on.year - 1
    return year if on > report_day(year, on) else year - 1


def _reports(on: date, year: int) -> Any:
    said = Cast(KT("body__year"), CharField())
    return ledger.facts(on).filter(kind="annual-report").annotate(of_year=said).filter(of_year=str(year))


def report_of(uscc: str, year: int, on: date) -> Any:
    """The report on a year that is on record, if one is."""
    return _reports(on, year).filter(uscc=uscc).first()


def _unreported(item: Any, officer: Officer | None, on: date) -> QuerySet[Entity]:
    """Registered firms that existed in the year and of which no report is on record. One whose founding day is unknown
    is no candidate: missing is not false. Nor is one listed for it already."""
    year = due_year(on)
    said = Cast(KT("body__ground"), CharField())
    listed = ledger.facts(on).filter(kind=rules.ABNORMAL, uscc=OuterRef("uscc"), decided__gt=report_day(year, on))
    listed = listed.annotate(why=said).filter(why__in=(item.extra["ground"], title_in("abnormal-grounds", item.extra["ground"])))
    begun = Listing.objects.filter(entity=OuterRef("pk"), origin=f"report:{year}")
    found = register.visible_to(officer).filter(status=REGISTERED, established__lte=date(year, 12, 31))
    return found.filter(~Exists(_reports(on, year).filter(uscc=OuterRef("uscc"))), ~Exists(listed), ~Exists(begun)).order_by("uscc")


def _unreported_told(item: Any, row: Entity, on: date) -> Candidate:
    year = due_year(on)
    last = report_day(year, on)
    due = policy.current().deadline("lists.reason-1-no-annual-report", {"report_period_ended": last}).day
    facts = _("%(year)s年度报告至 %(day)s 期满未报送并公示") % {"year": year, "day": last.isoformat()}
    body = {"ground": item.extra["ground"], "year": year, "facts": facts, "since_day": last.isoformat(), "evidence": _("台账中没有该年度的年报")}
    return Candidate(row, "abnormal-list", f"report:{year}", facts, body, due)


# Inspections --------------------------------------------------------------------------------------------


def _inspected(item: Any, officer: Officer | None, on: date) -> list[Result]:
    wanted = set(item.extra["with"])
    since = _back(on)
    taken = set(Listing.objects.filter(origin__startswith="visit:").order_by("pk").values_list("origin", flat=True))
    found = Result.objects.filter(_within(officer, "visit__entity__district"), withdrawn=None, entry__isnull=False, recorded__date__gte=since, recorded__date__lte=on)
    found = found.select_related("visit__entity", "visit__proceeding").order_by("-recorded", "-pk")
    return [row for row in found if wanted & set(row.codes) and f"visit:{row.visit_id}:{item.extra['ground']}" not in taken]


TERMS = {"4": "lists.reason-4-unreachable", "3": "lists.reason-3-false-info"}


def _inspected_told(item: Any, row: Result, on: date) -> Candidate:
    found, ground = row.recorded.astimezone(SHANGHAI).date(), item.extra["ground"]
    told = [row.note, *(str(answer.get("note", "")) for answer in row.answers if answer.get("answer") == "problem")]
    note = _("；").join(filter(None, told)) or named(item)
    number = row.visit.proceeding.number
    evidence = _("检查案卷 %(number)s，%(day)s，照片 %(photos)s 张，见证人：%(witness)s") % {
        "number": number, "day": found.isoformat(), "photos": len(row.photos), "witness": row.witness or "—",
    }  # fmt: skip
    body = {"ground": ground, "facts": note, "evidence": evidence}
    if ground == "4":
        body["visited"] = found.isoformat()
    due = policy.current().deadline(TERMS[ground], {"verified": found}).day if ground in TERMS else None
    return Candidate(row.visit.entity, "abnormal-list", f"visit:{row.visit_id}:{ground}", f"{note}（{evidence}）", body, due, None, row.visit.proceeding_id)


# Penalties and lists ------------------------------------------------------------------------------------


def _penalties(officer: Officer | None, on: date) -> QuerySet[Any]:
    found = ledger.facts(on).filter(_within(officer), kind="penalty", decided__gte=_back(on))
    begun = Listing.objects.filter(cause=OuterRef("pk"))
    return found.filter(~Exists(begun)).select_related("entity", "issuer").order_by("-decided", "-seq")


def _heavy_kinds(item: Any, officer: Officer | None, on: date) -> Any:
    said = Cast(KT("body__kind_of_penalty"), CharField())
    asked = Q()
    for code in item.extra["with"]:
        asked |= Q(kinds__contains=f'"{code}"')
    return _penalties(officer, on).annotate(kinds=said).filter(asked)


def _heavy_tiers(item: Any, officer: Officer | None, on: date) -> Any:
    said = Cast(KT("body__tier"), CharField())
    return _penalties(officer, on).annotate(said_tier=said).filter(said_tier__in=item.extra["with"])


def _penalty_told(item: Any, row: Any, on: date) -> Candidate:
    kinds = [title_in("penalty-kinds", code) for code in row.body.get("kind_of_penalty", ())]
    marks = [*row.body.get("kind_of_penalty", ()), row.body.get("tier", "")]
    heavy = next((item.extra["heavy"][mark] for mark in marks if mark in item.extra["heavy"]), "")
    evidence = _("%(issuer)s %(day)s %(document)s：%(kinds)s") % {
        "issuer": row.issuer.name, "day": row.decided.isoformat(), "document": row.document, "kinds": _("、").join(kinds),
    }  # fmt: skip
    body = {"penalty": row.document, "heavy": heavy, "facts": str(row.body.get("facts", ""))}
    body = {name: value for name, value in body.items() if value}
    return Candidate(row.entity, "serious-list", f"entry:{row.seq}", evidence, body, None, row)


def _proposed(item: Any, officer: Officer | None, on: date) -> list[Case]:
    """Cases not decided yet that propose a heavier penalty: whether to list is told and decided with it (§13)."""
    begun = set(Listing.objects.filter(origin__startswith="case:").order_by("pk").values_list("origin", flat=True))
    found = Case.objects.filter(_within(officer), entry=None, proceeding__closed=None).select_related("entity", "proceeding__agency")
    waiting = [case for case in found.order_by("-proceeding__opened", "-pk") if f"case:{case.proceeding_id}" not in begun]
    return [case for case in waiting if _marks(casework.last_said(case.proceeding, "conclude")) & set(item.extra["with"])]


def _marks(said: Mapping[str, Any]) -> set[str]:
    return {*said.get("penalties", ()), str(said.get("tier", ""))}


def _proposed_told(item: Any, row: Case, on: date) -> Candidate:
    said = casework.last_said(row.proceeding, "conclude")
    kinds = _("、").join(title_in("penalty-kinds", code) for code in said.get("penalties", ()))
    evidence = _("案件 %(number)s 拟作处罚：%(kinds)s") % {"number": row.proceeding.number, "kinds": kinds}
    heavy = next((item.extra["heavy"][mark] for mark in sorted(_marks(said)) if mark in item.extra["heavy"]), "")
    body = {"penalty": row.proceeding.number, "heavy": heavy, "facts": str(said.get("facts", ""))}
    return Candidate(row.entity, "serious-list", f"case:{row.proceeding_id}", evidence, body, None, None, row.proceeding_id)


def case_of(origin: str) -> Case | None:
    """The case a matter was begun with, where it was not decided yet."""
    kind, _colon, number = origin.partition(":")
    found = Case.objects.filter(proceeding=number) if kind == "case" and number.isdecimal() else Case.objects.none()
    return found.select_related("proceeding", "entry").first()


def is_heavy(entry: Any, on: date) -> bool:
    """Whether a penalty is one of the heavier ones, by the leads in force on a day."""
    marks = {"penalty-kind": set(entry.body.get("kind_of_penalty", ())), "penalty-tier": {entry.body.get("tier", "")}}
    return any(marks.get(item.extra["find"], set()) & set(item.extra.get("with", ())) for item in leads(on))


def _three_years(item: Any, officer: Officer | None, on: date) -> QuerySet[Any]:
    """Under the earlier rule: firms that did nothing for three years on the abnormal list."""
    reading = policy.current().term("lists.abnormal-three-years").on(on)
    last = add_months(on, -12 * int(str(reading.value))) - timedelta(days=1)
    begun = Listing.objects.filter(cause=OuterRef("pk"))
    found = ledger.facts(on).filter(_within(officer), ~Exists(begun), kind=rules.ABNORMAL, decided__lte=last)
    return found.exclude(entity__kind="individual").select_related("entity", "issuer").order_by("decided", "seq")


def _three_years_told(item: Any, row: Any, on: date) -> Candidate:
    evidence = _("%(day)s 列入经营异常名录（%(document)s），已满三年仍未移出") % {"day": row.decided.isoformat(), "document": row.document}
    body = {"ground": item.extra["ground"], "penalty": row.document, "facts": evidence}
    return Candidate(row.entity, "serious-list", f"entry:{row.seq}", evidence, body, None, row)


_ROWS: dict[str, Callable[[Any, Officer | None, date], Any]] = {
    "report-missing": _unreported, "inspection-code": _inspected, "penalty-kind": _heavy_kinds, "penalty-tier": _heavy_tiers,
    "abnormal-years": _three_years, "case-proposed": _proposed,
}  # fmt: skip
_TOLD: dict[str, Callable[[Any, Any, date], Candidate]] = {
    "report-missing": _unreported_told, "inspection-code": _inspected_told, "penalty-kind": _penalty_told,
    "penalty-tier": _penalty_told, "abnormal-years": _three_years_told,
    "case-proposed": _proposed_told,
}  # fmt: skip
