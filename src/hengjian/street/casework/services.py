"""What the acts of leads and cases do: open, refuse what the law refuses, write the ledger, withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.kit.refusals import Message
from hengjian.ground.people.models import Agency, Certificate, Officer
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.effects import Panel, check, effect, fits, panels
from hengjian.ground.procedure.models import Event, Paper, Proceeding
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import services as ledger
from hengjian.street.register.models import Entity

from . import queries, rules
from .models import Case, Lead

LEAD, CASE, SIMPLE = queries.KINDS
CARRIED = ("facts", "article", "source", "violation_ended", "corrected", "harm", "first_violation", "free_item", "screened")
LONGEST_ORIGIN = Lead._meta.get_field("origin").max_length or 0
PENALTY_ACTS = ((CASE, "decide", "penalty-form.45"), (SIMPLE, "decide", "penalty-form.44"))


@transaction.atomic
def open_lead(
    *, by: Officer | None, agency: Agency, source: str, facts: str, on: date, entity: Entity | None = None, origin: str = "",
    owner: Officer | None = None, violation_ended: date | None = None, at: datetime | None = None, by_hand: bool = False,
) -> Proceeding:  # fmt: skip
    """Register a lead of any source (登记违法线索): its verification clock begins on this day.

    The same origin twice gives the same lead, from several workers at once, too. `by_hand`: the officer needs the power
    of the opening; otherwise the lead follows from an act of another house.
    """
    if len(origin) > LONGEST_ORIGIN:
        raise procedure.FieldWrong(_("来源编号不能超过 %(most)s 字") % {"most": LONGEST_ORIGIN}, fields={"origin": origin})
    if origin and (known := queries.lead_of(agency, origin)):
        return known
    body: dict[str, Any] = {"source": source, "facts": facts}
    body |= {"origin": origin} if origin else {}
    body |= {"violation_ended": violation_ended.isoformat()} if violation_ended else {}
    subject = entity.uscc if entity else ""
    try:
        with transaction.atomic():
            lead = procedure.open(
                by=by, kind=LEAD, agency=agency, subject=subject, on=on, owner=owner, title=origin, body=body, at=at, follows=not by_hand
            )
            if origin:
                Lead.objects.create(proceeding=lead, agency=agency, origin=origin)
    except IntegrityError:  # another worker brought the same origin first
        if known := queries.lead_of(agency, origin):
            return known
        raise
    audit.record("casework.open_lead", f"proceeding:{lead.number}", by=by, source=source, origin=origin)
    return lead


@transaction.atomic
def open_simple(*, by: Officer, entity: Entity, facts: str, on: date, at: datetime | None = None) -> Case:
    """Begin a penalty on the spot (简易程序)."""
    matter = procedure.open(
        by=by, kind=SIMPLE, agency=by.agency, subject=entity.uscc, on=on, title=entity.name[:200], body={"facts": facts}, at=at
    )
    _enter_party(matter, by, entity, on, at)
    return Case.objects.create(proceeding=matter, entity=entity)


def _enter_party(matter: Proceeding, by: Officer | None, entity: Entity, on: date, at: datetime | None) -> None:
    who = parties.Person(name=entity.name, uscc=entity.uscc, address=entity.address or "")
    parties.join(matter, by=None, role="party", who=who, on=on, expected_version=matter.version, at=at)


TRANSFER = "case-transfer"  # catalogue inspection-disposals


@effect("inspection", "review")
def take_over_from_inspection(proceeding: Proceeding, event: Event) -> None:
    """A reviewed result that goes to casework becomes a lead of the same agency; nothing is typed again."""
    result = queries.said(proceeding)
    if result.get("disposal") != TRANSFER:
        return
    told = [str(item.get("note") or "") for item in result.get("items", ()) if item.get("answer") == "problem"]
    open_lead(
        by=event.by, agency=proceeding.agency, source="inspection", facts="；".join(filter(None, [*told, str(result.get("note", ""))])),
        on=event.on, entity=queries.entity_of(proceeding), origin=proceeding.number, owner=proceeding.owner, at=event.at,
    )  # fmt: skip


# Leads ------------------------------------------------------------------------------------------------


@fits(LEAD, "screen")
@fits(CASE, "screen")
@fits(SIMPLE, "screen")
def first_means_first(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A breach is not the first where the ledger holds a penalty inside the window."""
    earlier = queries.earlier_penalties(queries.entity_of(proceeding), on)
    if body.get("first_violation") and earlier:
        return _("台账中有 %(count)s 条仍在回看期间内的处罚（最近 %(day)s），不能记为首次违法") % {
            "count": len(earlier), "day": earlier[0].decided.isoformat(),
        }  # fmt: skip
    return ""


@fits(LEAD, "file")
def four_conditions_and_two_certificates(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """立案 needs all four conditions, a known entity and at least two officers whose certificates are in force."""
    listed = policy.current().catalogue("filing-conditions").on(on)
    if missing := [item.title for code, item in listed.items() if code not in body.get("conditions", ())]:
        return _("立案条件不具备：%(missing)s") % {"missing": "、".join(missing)}
    if queries.entity_of(proceeding) is None:
        return _("立案前须查明当事人并登记在案")
    numbers = set(body.get("officers", ()))
    held = Certificate.objects.filter(officer__number__in=numbers, officer__active=True, since__lte=on, until__gte=on)
    certified = set(held.order_by("pk").values_list("officer__number", flat=True))
    if len(numbers) < 2 or numbers - certified:
        return _("办案人员须两人以上，且执法证件在有效期内")
    return _too_late(proceeding, body, on)


def _too_late(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """The limitation period, where the end of the breach is known; the longer one where harm was done."""
    ended = body.get("violation_ended") or queries.said(proceeding).get("violation_ended")
    if not ended:
        return ""
    length = "life-health-or-financial-safety-with-harm" if queries.said(proceeding).get("harm") else "general"
    term = f"penalty.limitation-period-for-penalty.{length}"
    last = policy.current().deadline(term, {"violation_ended": date.fromisoformat(str(ended))}, on=on)
    return "" if on <= last.day else _("违法行为终了已超过追究时效（%(due)s 届满）") % {"due": last.day.isoformat()}


@effect(LEAD, "file")
def open_case(proceeding: Proceeding, event: Event) -> None:
    """A filed lead opens the case; what was typed in the lead is carried over (立案)."""
    said = queries.said(proceeding)
    entity = queries.entity_of(proceeding)
    assert entity is not None
    chosen = list(Officer.objects.filter(number__in=said["officers"]).order_by("number"))
    owner = next((one for one in chosen if one.number == event.body.get("proposed_by")), chosen[0])
    body = {name: said[name] for name in CARRIED if name in said} | {"lead": proceeding.number}
    case = procedure.open(
        by=event.by, kind=CASE, agency=proceeding.agency, subject=entity.uscc, on=event.on, owner=owner,
        helpers=[one for one in chosen if one.pk != owner.pk], title=entity.name[:200], body=body, at=event.at,
    )  # fmt: skip
    _enter_party(case, event.by, entity, event.on, event.at)
    Case.objects.create(proceeding=case, lead=proceeding, entity=entity)


@effect(LEAD, "undo")
def a_filed_lead_stays_filed(proceeding: Proceeding, event: Event) -> None:
    """The case is open by then; it is ended as a case, not by taking its filing back."""
    if event.body["act"] == "file":
        raise procedure.NothingToUndo(_("线索已经立案，请在案件中终止调查或移送"), number=proceeding.number)


# Cases ------------------------------------------------------------------------------------------------


@fits(CASE, "conclude")
def tier_holds_the_fine(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A proposed fine lies in the band of its tier."""
    if not body.get("fine"):
        return ""
    if body.get("fine_most") is None or not body.get("tier") or not body.get("why_tier"):
        return _("拟处罚款的，须填写法定罚款幅度、裁量阶次和理由")
    if int(body["fine_most"]) < int(body.get("fine_least") or 0):
        return _("法定罚款上限低于下限")
    return _outside(body, body, on)


def _outside(body: Mapping[str, Any], limits: Mapping[str, Any], on: date) -> str:
    tier, fine = str(body.get("tier", "")), int(body.get("fine") or 0)
    band = rules.band_of(queries.tiers(on), tier, int(limits.get("fine_least") or 0), int(limits.get("fine_most") or 0))
    if band and not band.least <= fine <= band.most:
        return _("%(why)s，即 %(least)s—%(most)s 元；拟罚款数额不在其内") % {
            "why": band.why.told(_), "least": yuan(band.least), "most": yuan(band.most),
        }  # fmt: skip
    return ""


@fits(CASE, "review")
def only_agreed_passes(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """审核同意 says agree and answers all seven points; a mandatory legal review is the reviewer's own office's."""
    if body.get("review") != "agree":
        return _("审核意见不是同意的，请退回补充调查或纠正")
    listed = policy.current().catalogue("review-points").on(on)
    missing = [item.title for code, item in listed.items() if code not in body.get("points", ())]
    return _("还有审核要点没有审核：%(missing)s") % {"missing": "、".join(missing)} if missing else ""


@fits(CASE, "decide")
def within_the_notice(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> Message | str:
    concluded = queries.last_said(proceeding, "conclude")
    return rules.worse_than_noticed(concluded, body) or (_outside(body, concluded, on) if body.get("fine") else "")


@check(CASE, "decide")
def nothing_stands_in_the_way(proceeding: Proceeding, on: date) -> str:
    """No fine instead of a transfer; collective discussion where legal review was mandatory."""
    concluded = queries.last_said(proceeding, "conclude")
    if concluded.get("crime") and not queries.done(proceeding, "police-back"):
        return _("涉嫌犯罪，须先移送公安机关，不得以罚款代替移送")
    if concluded.get("triggers") and not queries.done(proceeding, "discuss"):
        return _("属于应当法制审核的案件，须先集体讨论")
    if concluded.get("decision") not in (None, "penalty"):
        return _("调查终结的处理意见不是给予处罚")
    return ""


@check(CASE, "ask-hearing")
def a_hearing_is_open(proceeding: Proceeding, on: date) -> str:
    concluded = queries.last_said(proceeding, "conclude")
    threshold = policy.current().at(on).number("penalty.hearing-scope.fine-org") * 100
    fine, confiscated = int(concluded.get("fine") or 0), int(concluded.get("confiscated") or 0)
    if rules.hearing_open(concluded.get("penalties", ()), queries.penalties_marked("hearing", on), fine, confiscated, threshold):
        return ""
    return _("拟作出的处罚不在应当告知听证的范围内")


@fits(SIMPLE, "decide")
def small_enough_for_the_spot(proceeding: Proceeding, body: Mapping[str, Any], on: date) -> str:
    """A warning or a small fine only (简易程序)."""
    most = policy.current().at(on).number("penalty.simple-on-the-spot-procedure.fine-org-max") * 100
    if set(body.get("penalties", ())) - queries.penalties_marked("on_the_spot", on):
        return _("简易程序只能警告或罚款")
    return _("罚款超过简易程序的上限 %(most)s 元，请转普通程序") % {"most": most // 100} if int(body.get("fine") or 0) > most else ""


@effect(CASE, "decide")
@effect(SIMPLE, "decide")
def record_penalty(proceeding: Proceeding, event: Event) -> None:
    """A decided penalty goes into the ledger and the class follows; publication picks it up from there."""
    case = Case.objects.select_related("entity").get(proceeding=proceeding)
    said = queries.said(proceeding)
    form = next(form for kind, act, form in PENALTY_ACTS if (kind, act) == (proceeding.kind, event.act))
    number = Paper.objects.get(event=event, form=form).number
    fine, confiscated = said.get("fine"), said.get("confiscated")
    body = {
        "name": case.entity.name, "kind_of_penalty": list(said["penalties"]), "facts": said["facts"],
        "article": said.get("law_article", ""), "procedure": "summary" if proceeding.kind == SIMPLE else "hearing" if queries.done(proceeding, "hold-hearing") else "ordinary",
        "tier": said.get("tier", ""), "issuer": proceeding.agency.name,
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value}
    case.entry = ledger.append(
        by=cast(Officer, event.by), entity=case.entity, kind="penalty", on=event.on, issuer=proceeding.agency, document=number,
        body=body, fine_fen=fine, confiscated_fen=confiscated, warning_only=list(said["penalties"]) == ["01"], at=event.at,
    )  # fmt: skip
    case.save(update_fields=["entry"])
    seq, on = case.entry.pk, event.on
    # The decision stands whatever happens to the class: the job that catches up computes it again.
    transaction.on_commit(lambda: assessment.recompute_since(seq - 1, on=on), robust=True)


@effect(CASE, "undo")
@effect(SIMPLE, "undo")
def withdraw_undone(proceeding: Proceeding, event: Event) -> None:
    """Undoing a decision withdraws what it put into the ledger."""
    if event.body["act"] == "decide":
        _withdraw(proceeding, event, event.body["reason"])


@effect(CASE, "revoked")
def withdraw_revoked(proceeding: Proceeding, event: Event) -> None:
    """A decision revoked on appeal is withdrawn; publication takes it down within its term."""
    _withdraw(proceeding, event, str(event.body.get("reason", "")))


def _withdraw(proceeding: Proceeding, event: Event, because: str) -> None:
    case = Case.objects.select_related("entry").get(proceeding=proceeding)
    if case.entry is None:
        return
    ledger.withdraw(by=cast(Officer, event.by), entry=case.entry, on=event.on, because=because, at=event.at)
    seq, on = case.entry.pk, event.on
    case.entry = None
    case.save(update_fields=["entry"])
    # The decision stands whatever happens to the class: the job that catches up computes it again.
    transaction.on_commit(lambda: assessment.recompute_since(seq - 1, on=on), robust=True)


# What the matter page shows beyond the kernel's own ------------------------------------------------------


@panels(LEAD)
@panels(CASE)
@panels(SIMPLE)
def what_helps_to_decide(proceeding: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """Whether a penalty may be left out, answered from the ledger before anything else; then the bands of the fine."""
    said, earlier = queries.said(proceeding), queries.earlier_penalties(queries.entity_of(proceeding), on)
    answer = ""
    if "corrected" in said:
        first, listed = bool(said.get("first_violation")), bool(said.get("free_item"))
        found = rules.screen(first=first, listed=listed, corrected=bool(said["corrected"]), harm=bool(said.get("harm")))
        answer = "；".join(one.told(_) for one in found.because)
    yield Panel(_("免罚和首违不罚核对"), "casework/_screening.html", {"earlier": earlier, "answer": answer}, first=True)
    if said.get("fine_most"):
        table = queries.tiers(on)
        bands = [rules.band_of(table, tier.code, int(said.get("fine_least") or 0), int(said["fine_most"])) for tier in table]
        told: dict[str, Any] = {"bands": [(band, yuan(band.least), yuan(band.most), band.why.told(_)) for band in bands if band], "tier": said.get("tier")}
        told |= {"fine": yuan(said.get("fine")), "why": said.get("why_tier")}
        yield Panel(_("裁量幅度：为什么是这一档"), "casework/_bands.html", told)
    case = Case.objects.filter(proceeding=proceeding).select_related("lead", "entry").first()
    if case and (case.lead_id or case.entry_id):
        yield Panel(_("来源和去向"), "casework/_links.html", {"case": case})
    opened = Case.objects.filter(lead=proceeding).select_related("proceeding").first()
    if opened:
        yield Panel(_("来源和去向"), "casework/_links.html", {"opened": opened})
