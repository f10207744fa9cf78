"""What the acts of the abnormal list, the mark, the serious list and the red lists do: refuse what the law refuses, write the ledger.

Entry, removal and annulment are different acts: a removal ends the record from its day, an annulment withdraws it as wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Message, NotAllowed
from hengjian.ground.people.language import named
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import check, effect, fits
from hengjian.ground.procedure.models import Event, Paper, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import queries as records
from hengjian.street.ledger import services as ledger

from . import finding, queries, rules
from .models import Listing

ABNORMAL, MARK, SERIOUS, ELSEWHERE, RED = queries.KINDS
VERIFYING = ("miss-report", "miss-order", "verify-false", "verify-unreachable", "miss-name")
GONE = ("report-filed", "info-published", "info-corrected", "reachable", "name-changed")
CLOSED_BY = ("remove", "annul", "restore", "removed-by-repair", "annulled-on-objection", "end", "expire", "ended-by-record")


def enter(matter: Proceeding, event: Event, kind: str, body: Mapping[str, Any], *, until: date | None = None, document: str = "", decided: date | None = None) -> None:
    """The decision becomes a record; class, locks and publication follow from it."""
    row = queries.listing_of(matter)
    number = document or Paper.objects.filter(event=event).exclude(number="").values_list("number", flat=True).first() or ""
    told = {"name": row.entity.name, "issuer": matter.agency.name, "matter": matter.number} | {k: v for k, v in body.items() if v}
    entry = row.entry = ledger.append(
        by=event.by, entity=row.entity, kind=kind, on=decided or event.on, effective=event.on, issuer=matter.agency, document=number, body=told, until=until, at=event.at
    )
    row.ended = None
    row.save(update_fields=["entry", "ended"])
    _classify(entry.pk, event.on)


def leave(matter: Proceeding, event: Event, *, wrong: bool = False) -> None:
    """Off the list: ended from this day on, or withdrawn because it was wrong."""
    entry: Any = queries.listing_of(matter).entry
    close = ledger.withdraw if wrong else ledger.end
    number = Paper.objects.filter(event=event).exclude(number="").values_list("number", flat=True).first() or ""
    close(by=event.by, entry=entry, on=event.on, because=str(event.body.get("reason") or "移出"), document=number, issuer=matter.agency, at=event.at)  # type: ignore[arg-type]
    note_end(matter, event)
    _classify(entry.pk, event.on)


@effect(ABNORMAL, "removed-by-repair")
@effect(MARK, "removed-by-repair")
@effect(SERIOUS, "removed-by-repair")
@effect(ABNORMAL, "annulled-on-objection")
@effect(MARK, "annulled-on-objection")
@effect(SERIOUS, "annulled-on-objection")
def note_end(matter: Proceeding, event: Event) -> None:
    """The record is closed already; its matter notes the end."""
    Listing.objects.filter(proceeding=matter).update(ended=event.on)


def _classify(seq: int, on: date) -> None:
    # The decision stands whatever happens to the class: the job that catches up computes it again.
    transaction.on_commit(lambda: assessment.recompute_since(seq - 1, on=on), robust=True)


# Abnormal list and mark ---------------------------------------------------------------------------------


def _ground(code: str, on: date) -> Any:
    return policy.current().catalogue("abnormal-grounds").on(on).get(code)


def _of_ground(name: str, word: str) -> None:
    """Each ground has its own way to be found and its own way to be found gone."""

    @check(ABNORMAL, name)
    def the_act_of_its_ground(matter: Proceeding, on: date) -> str:
        code = str(queries.said(matter).get("ground", ""))
        item = policy.current().catalogue("abnormal-grounds").items.get(code)
        if item is None or name in item.extra[word]:
            return ""
        return _("列入事由是“%(ground)s”，不适用这一步") % {"ground": named(item)}


for _name in (*VERIFYING, "order", "serve-name-order"):
    _of_ground(_name, "verify")
for _name in GONE:
    _of_ground(_name, "performed")


def _fits_ground(name: str) -> None:
    @fits(ABNORMAL, name)
    def a_ground_of_the_day_found_in_its_way(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
        item = _ground(str(body.get("ground", "")), on)
        return "" if item and name in item.extra["verify"] else _("这一步不能查实所选的列入事由")


for _name in (*VERIFYING, "serve-name-order"):
    _fits_ground(_name)


@fits(ABNORMAL, "miss-report")
def the_report_is_missing(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """The period of that year is over, it is counted from its last day, and no report of the year is on record."""
    year, last = int(body["year"]), finding.report_day(int(body["year"]), on)
    if on <= last:
        return _("%(year)s年度的年报至 %(day)s 才到期") % {"year": year, "day": last.isoformat()}
    if str(body.get("since_day")) != last.isoformat():
        return _("起算之日应是年报期末日 %(day)s") % {"day": last.isoformat()}
    found = finding.report_of(matter.subject, year, on)
    return _("台账中已有该年度的年报（%(day)s 报送）") % {"day": found.decided.isoformat()} if found else ""


@fits(ABNORMAL, "verify-unreachable")
def nobody_was_there(matter: Proceeding, body: Mapping[str, Any], on: date) -> Message | None:
    return rules.unreachable(policy.current(), body, on)


@check(ABNORMAL, "list")
@check(MARK, "mark")
def not_listed_for_it_already(matter: Proceeding, on: date) -> str:
    said = queries.said(matter)
    for one in queries.live_listings(matter.subject, on):
        if one.kind == rules.ABNORMAL and one.ground == said.get("ground") and one.entry.body.get("year") == said.get("year"):
            return _("已经因同一事由列入（%(document)s），不能重复列入") % {"document": one.entry.document}
    return ""


@fits(MARK, "notify")
@fits(MARK, "mark")
def a_ground_for_the_self_employed(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    item = _ground(str(body.get("ground", "")), on)
    return "" if item and item.extra.get("individual") else _("这一事由不适用于个体工商户")


@effect(ABNORMAL, "list")
@effect(MARK, "mark")
def put_on_the_abnormal_list(matter: Proceeding, event: Event) -> None:
    said = queries.said(matter)
    enter(matter, event, rules.ABNORMAL, {"ground": said["ground"], "year": said.get("year")})


@effect(ABNORMAL, "remove")
@effect(MARK, "restore")
@effect(SERIOUS, "remove")
@effect(SERIOUS, "expire")
@effect(ELSEWHERE, "end")
@effect(ELSEWHERE, "expire")
@effect(RED, "remove")
@effect(RED, "expire")
def off_the_list(matter: Proceeding, event: Event) -> None:
    leave(matter, event)


@effect(ABNORMAL, "annul")
@effect(MARK, "annul")
@effect(SERIOUS, "annul")
def the_listing_was_wrong(matter: Proceeding, event: Event) -> None:
    leave(matter, event, wrong=True)


def _undone(kind: str, entry_act: str) -> None:
    @effect(kind, "undo")
    def take_back(matter: Proceeding, event: Event) -> None:
        """An entry taken back is withdrawn; what closed a record stays closed: to list again is a new decision."""
        act = event.body["act"]
        if act == entry_act:
            leave(matter, event, wrong=True)
            Listing.objects.filter(proceeding=matter).update(entry=None, ended=None)
        elif act in CLOSED_BY:
            raise procedure.NothingToUndo(_("移出、撤销已经生效，不能撤回；恢复列入须重新作出决定"), number=matter.number)


for _kind, _act in ((ABNORMAL, "list"), (MARK, "mark"), (SERIOUS, "list"), (ELSEWHERE, "publish"), (RED, "list")):
    _undone(_kind, _act)


def _remark(objection: Proceeding, event: Event, kind: str, act: str, **body: Any) -> None:
    """What the public may know of an objection stands beside the record."""
    entry = records.entry(int(queries.said(objection)["entry"]))
    if entry:
        told = {"matter": objection.number, **body}
        ledger.append(by=event.by, entity=entry.entity, kind=kind, act=act, on=event.on, issuer=objection.agency, refers=entry, body=told, at=event.at)


@effect(queries.OBJECTION, "accept")
def mark_as_objected(objection: Proceeding, event: Event) -> None:
    _remark(objection, event, "objection", "flag", received=objection.opened.isoformat())


def _answered(act: str, outcome: str) -> None:
    @effect(queries.OBJECTION, act)
    def answer(objection: Proceeding, event: Event) -> None:
        _remark(objection, event, "objection-outcome", outcome, outcome=outcome, because=str(event.body["reasons"]))


for _act, _outcome in (("uphold", "upheld"), ("reject", "refused")):
    _answered(_act, _outcome)


@effect(queries.OBJECTION, "correct")
def annul_what_was_objected_to(objection: Proceeding, event: Event) -> None:
    """An objection upheld annuls the listing; where it was decided here, its matter ends with it."""
    entry = records.entry(int(queries.said(objection)["entry"]))
    row = Listing.objects.filter(entry=entry.seq).select_related("proceeding").first() if entry else None
    why = str(queries.said(objection)["reasons"])
    if row:
        matter = row.proceeding
        procedure.act(matter, "annulled-on-objection", by=None, on=event.on, expected_version=matter.version, body={"reason": why}, at=event.at)
    if entry:
        ledger.withdraw(by=event.by, entry=entry, on=event.on, because=why, issuer=objection.agency, at=event.at)  # type: ignore[arg-type]
        _classify(entry.pk, event.on)


# Serious list -------------------------------------------------------------------------------------------


@fits(SERIOUS, "assess")
def a_ground_in_force(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    row = queries.listing_of(matter)
    case = finding.case_of(row.origin)
    number = case.proceeding.number if case else row.cause.document if row.cause else None
    if number is None or number != body.get("penalty"):
        return _("处罚决定文号与所据的处罚记录不符")
    if row.cause and (entry := records.closing_of(row.cause)) and entry.kind in ("withdrawal", "correction"):
        return _("所据的处罚已经被撤销或者更正")
    return ""


@check(SERIOUS, "notice")
@check(SERIOUS, "list")
def three_conditions_and_a_heavier_penalty(matter: Proceeding, on: date) -> Message | str:
    said, row = queries.said(matter), queries.listing_of(matter)
    if "heavy" not in said:
        return ""  # the definition says itself that the test comes first
    if row.cause and (closing := records.closing_of(row.cause)) and closing.kind in ("withdrawal", "correction"):
        return _("所据的处罚已经被撤销或者更正")
    return rules.serious_test(said) or _without_identity(matter, row, said)


def _without_identity(matter: Proceeding, row: Listing, said: Mapping[str, Any]) -> str:
    """No natural person is listed before it is clear who it is: the self-employed, and any party that is a person."""
    people = [party for party in matter.parties.filter(left=None, role="party") if party.person]
    if row.entity.kind != "individual" and not people:
        return ""
    if any(not party.id_number for party in people):
        return _("当事人是自然人的，须先登记身份证件号码")
    return "" if said.get("identity") else _("当事人是自然人的，须写明身份的核实方式和证据")


@check(SERIOUS, "list")
def the_superior_agreed(matter: Proceeding, on: date) -> str:
    needed = policy.current().at(on).number("lists.superior-consent") and matter.agency.parent_id
    agreed = any(event.act == "agree" for event in queries.done(matter))
    return _("须先报上一级市场监督管理部门同意") if needed and not agreed else ""


@check(SERIOUS, "list")
def decided_with_the_penalty(matter: Proceeding, on: date) -> str:
    """Begun with a case: listed with its decision, not before (一并决定)."""
    case = finding.case_of(queries.listing_of(matter).origin)
    return _("案件 %(number)s 尚未作出处罚决定，列入须与其一并决定") % {"number": case.proceeding.number} if case and case.entry is None else ""


@effect(SERIOUS, "agree")
@effect(SERIOUS, "disagree")
def only_the_superior(matter: Proceeding, event: Event) -> None:
    superior = matter.agency.parent
    if superior is None or event.by is None or event.by.agency_id != superior.pk:
        raise NotAllowed(_("须由上一级市场监督管理部门的人员表示同意"), number=matter.number)


@effect(SERIOUS, "list")
@effect(SERIOUS, "restore")
def put_on_the_serious_list(matter: Proceeding, event: Event) -> None:
    said, row = queries.said(matter), queries.listing_of(matter)
    if row.cause is None and (case := finding.case_of(row.origin)) and case.entry:
        Listing.objects.filter(pk=row.pk).update(cause=case.entry)
        said["penalty"] = case.entry.document
    banned = date.fromisoformat(said["banned_until"]) if said.get("banned_until") else None
    until = rules.serious_end(policy.current(), event.on, said["ground"], banned)
    body = {"ground": said["ground"], "penalty": said.get("penalty"), "measures": list(said.get("measures", ()))}
    enter(matter, event, rules.SERIOUS, body, until=until)
    end_red_of(matter.subject, event.on, event.at)


@check(SERIOUS, "remove")
def a_year_is_over(matter: Proceeding, on: date) -> str:
    """One year on the list, no ban by law still running, no heavier penalty since (§16)."""
    row, said = queries.listing_of(matter), queries.said(matter)
    if row.entry is None:
        return ""
    first = policy.current().deadline("lists.serious.apply", {"listed": rules.listed_on(row.entry)}).day
    if on < first:
        return _("列入未满一年，%(day)s 起才能提前移出") % {"day": first.isoformat()}
    if said.get("banned_until", "") > on.isoformat():
        return _("法定限制期至 %(day)s 届满") % {"day": said["banned_until"]}
    again = [e for e in records.facts(on, uscc=matter.subject).filter(kind="penalty", decided__gt=row.entry.decided) if finding.is_heavy(e, on)]
    return _("列入后又受到较重行政处罚（%(document)s）") % {"document": again[0].document} if again else ""


@fits(SERIOUS, "remove")
def performed_and_repaired(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    return "" if body.get("performed") and body.get("repaired") else _("须自觉履行处罚决定，并主动消除危害后果和不良影响")


@effect(ELSEWHERE, "publish")
def record_what_another_province_decided(matter: Proceeding, event: Event) -> None:
    """Recorded as the other bureau decided it: three years run from its decision."""
    said = queries.said(matter)
    decided = date.fromisoformat(said["decided_on"])
    until = rules.serious_end(policy.current(), decided, said["ground"], None)
    body = {"ground": said["ground"], "sender": said["sender"]}
    enter(matter, event, rules.SERIOUS, body, until=until, document=said["document"], decided=decided)
    end_red_of(matter.subject, event.on, event.at)


@fits(ELSEWHERE, "publish")
def still_running(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    decided = date.fromisoformat(str(body["decided_on"]))
    if decided > on:
        return _("列入日期不能晚于今天")
    return _("列入已满期，不再公示") if rules.serious_end(policy.current(), decided, str(body["ground"]), None) < on else ""


# Red lists ----------------------------------------------------------------------------------------------


def _blocked(matter: Proceeding, on: date) -> Any:
    item = policy.current().catalogue("red-lists").items.get(str(queries.said(matter).get("list", "")))
    found = queries.black_records(matter.subject, on, item.extra["blocked_by"]) if item else []
    return found[0] if found else None


@check(RED, "display")
@check(RED, "list")
def no_black_record(matter: Proceeding, on: date) -> str:
    found = _blocked(matter, on)
    return _("有失信记录（%(document)s），不得列入守信激励名单") % {"document": found.document or found.seq} if found else ""


@fits(RED, "list")
def within_its_term(matter: Proceeding, body: Mapping[str, Any], on: date) -> str:
    longest = _red_end(str(body["list"]), on)
    if body.get("until") and not on.isoformat() <= str(body["until"]) <= longest.isoformat():
        return _("有效期不能早于今天，也不能超过 %(day)s") % {"day": longest.isoformat()}
    return ""


def _red_end(code: str, on: date) -> date:
    law = policy.current()
    term = law.catalogue("red-lists").items[code].extra["term"]
    return law.deadline(term, {law.term(term).start or "": on}).day


@effect(RED, "list")
def put_on_the_red_list(matter: Proceeding, event: Event) -> None:
    said = queries.said(matter)
    until = date.fromisoformat(said["until"]) if said.get("until") else _red_end(said["list"], event.on)
    enter(matter, event, rules.RED, {"list": said["list"], "incentives": list(said["incentives"])}, until=until)


@effect(RED, "ended-by-record")
def a_black_record_came(matter: Proceeding, event: Event) -> None:
    row = queries.listing_of(matter)
    ledger.end(by=None, entry=row.entry, on=event.on, because=str(event.body["reason"]), issuer=matter.agency, at=event.at)  # type: ignore[arg-type]
    note_end(matter, event)


def end_red_of(uscc: str, on: date, at: datetime | None) -> None:
    """A black record takes an entity off the red lists on the day it takes effect."""
    for entry in records.facts(on, uscc=uscc).filter(kind=rules.RED).select_related("entity", "issuer"):
        end_red(entry, on=on, at=at)


def end_red(entry: Any, *, on: date, at: datetime | None) -> int:
    """End one entry on a red list if a black record stands against it; by its matter where it was decided here."""
    item = policy.current().catalogue("red-lists").items.get(str(entry.body.get("list", "")))
    found = queries.black_records(entry.uscc, on, item.extra["blocked_by"]) if item else []
    if not found:
        return 0
    why = f"出现失信记录 {found[0].document or found[0].seq}"
    row = Listing.objects.filter(entry=entry.seq).select_related("proceeding").first()
    if row:
        matter = row.proceeding
        procedure.act(matter, "ended-by-record", by=None, on=on, expected_version=matter.version, body={"reason": why}, at=at)
    else:
        ledger.end(by=None, entry=entry, on=on, because=why, issuer=entry.issuer, at=at)  # type: ignore[arg-type]
    return 1
