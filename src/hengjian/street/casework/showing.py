"""What the matter page shows beyond the kernel's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.procedure.effects import Panel, panels
from hengjian.ground.procedure.models import Proceeding

from . import amounts, facts, judging, likeness, queries, rules
from .models import Case

LEAD, CASE, SIMPLE = queries.KINDS


@panels(LEAD)
@panels(CASE)
@panels(SIMPLE)
def what_helps_to_decide(proceeding: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """Whether a penalty may be left out, answered from the ledger before anything else; then the bands of the fine."""
    said, earlier = queries.said(proceeding), queries.earlier_penalties(queries.entity_of(proceeding), on)
    answer = ""
    if "corrected" in said:
        answer = _("；").join(one.told(_) for one in judging.screening(said).because)
    yield Panel(_("免罚和首违不罚核对"), "casework/_screening.html", {"earlier": earlier, "answer": answer}, first=True)
    if said.get("fine_most"):
        table = queries.tiers(on)
        bands = [rules.band_of(table, tier.code, int(said.get("fine_least") or 0), int(said["fine_most"])) for tier in table]
        told: dict[str, Any] = {"bands": [(band, yuan(band.least), yuan(band.most), band.why.told(_)) for band in bands if band], "tier": said.get("tier")}
        told |= {"fine": yuan(said.get("fine")), "why": said.get("why_tier")}
        yield Panel(_("裁量幅度：为什么是这一档"), "casework/_bands.html", told)
    if proceeding.kind == CASE:
        yield from _of_a_case(proceeding, said, on)
    case = Case.objects.filter(proceeding=proceeding).select_related("lead", "entry").first()
    if case and (case.lead_id or case.entry_id):
        yield Panel(_("来源和去向"), "casework/_links.html", {"case": case})
    opened = Case.objects.filter(lead=proceeding).select_related("proceeding").first()
    if opened:
        yield Panel(_("来源和去向"), "casework/_links.html", {"opened": opened})


def _of_a_case(proceeding: Proceeding, said: dict[str, Any], on: date) -> Iterator[Panel]:
    """Which review and hearing the case needs, whether the police must have it, and what is owed."""
    if said.get("decision"):
        grounds = facts.grounds_of_review(proceeding, said, on)
        told = {
            "major": queries.titles("major-case-conditions", grounds, on), "hearing": facts.hearing_open(proceeding, said, on),
            "crime": crime(said, on) and not said.get("crime"), "benchmark": said.get("benchmark"),
        }  # fmt: skip
        yield Panel(_("须经的审核、讨论和听证"), "casework/_needs.html", told, first=True)
    found = likeness.standing(proceeding, said, on)
    if found and found.nearest:
        tiers = {tier.code: tier.title for tier in queries.tiers(on)}
        rows = [
            {"document": one.ref, "agency": one.agency, "decided": one.features.decided, "tier": tiers.get(one.tier, ""), "fine": yuan(one.fine),
             "why": queries.titles("discretion-circumstances", sorted(one.features.circumstances), on)}
            for one in found.nearest[:8]
        ]  # fmt: skip
        told = {"rows": rows, "count": len(found.nearest), "percentile": found.percentile, "middle": yuan(found.middle), "outlier": found.outlier}
        told |= {"fine": yuan(said["fine"]), "why": said.get("why_outlier"), "judged": found.score is not None, "least": likeness.numbers(on)["least"]}
        yield Panel(_("类案比较"), "casework/_like.html", told, first=True)
    debt = facts.debt(proceeding, on)
    if debt:
        events = facts.standing(proceeding)
        left, plan = amounts.paid_by(facts.payments(events), on), []
        for day, amount in facts.schedule_of(events):
            covered, left = min(amount, left), max(0, left - amount)
            plan.append({"day": day, "amount": yuan(amount), "state": "paid" if covered == amount else "late" if day < on else "open"})
        late = debt.late.stretches if debt.late else ()
        runs = [{"since": run.since, "until": run.until, "days": run.days, "owed": yuan(run.owed), "added": yuan(run.added)} for run in late]
        told = {"fine": yuan(debt.fine), "paid": yuan(debt.paid), "owed": yuan(debt.owed), "due": debt.due, "plan": plan, "runs": runs}
        law = policy.current().at(proceeding.opened)
        told |= {"added": yuan(debt.late.added if debt.late else 0), "capped": bool(debt.late and debt.late.capped)}
        told |= {"daily": law.number(facts.LATE + "daily"), "basis": law.reading(facts.LATE + "daily").basis}
        yield Panel(_("缴纳情况和加处罚款"), "casework/_debt.html", told)


def crime(said: dict[str, Any], on: date) -> bool:
    """Whether the stated amounts reach those from which the police take goods that are fake or shoddy."""
    law = policy.current().at(on)
    limits = {name: law.number(f"penalty.criminal-threshold.{name}") * 100 for name in ("sales", "stock", "combined")}
    return rules.crime_suspected(int(said.get("sales") or 0), int(said.get("stock") or 0), limits)
