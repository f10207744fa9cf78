"""What the matter page shows beyond the kernel's own: the record, the computed answer, materials by what they prove."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.effects import Panel, panels
from hengjian.ground.procedure.models import Attachment, Proceeding
from hengjian.street.ledger import queries as ledger

from . import queries, rules, telling


def _shown(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    application = queries.application_of(matter)
    if application is None:
        return
    told = telling.standing(queries.eligibility(application.entry, matter.opened))
    data = {"told": told, "entry": application.entry, "opened": matter.opened, "opens": "repair.view" in powers}
    yield Panel(_("修复资格：为什么能、为什么不能"), "repair/_eligibility.html", data, first=True)
    yield Panel(_("材料：各证明什么"), "repair/_materials.html", {"rows": materials(matter, told), "matter": matter}, first=True)
    if application.repaired_id:
        closed = ledger.closed_by_matter(application.entity.uscc, matter.number)
        fraud = queries.fraud_of(application.repaired_id)
        data = {"closed": closed, "hidden": queries.hidden_on(application.entry_id), "repair": application.repaired, "fraud": fraud, "matter": matter}
        data["may_question"] = "repair.handle" in powers and fraud is None
        yield Panel(_("修复的结果"), "repair/_outcome.html", data)


for kind in queries.KINDS:
    panels(kind)(_shown)


@panels(queries.FRAUD)
def doubted(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """The repair in question and what it had closed."""
    opening = procedure.events_of(matter)[0].body
    closed = ledger.closed_by_matter(matter.subject, opening["matter"])
    origin = Proceeding.objects.filter(number=opening["matter"], kind__in=queries.KINDS).first()
    yield Panel(_("被查的修复"), "repair/_doubted.html", {"closed": closed, "origin": origin}, first=True)


def materials(matter: Proceeding, told: telling.Told) -> list[tuple[str, str, list[Attachment]]]:
    """Each kind of material with what it proves and the files that came for it; the newest first."""
    found: dict[str, list[str]] = {}
    for event in procedure.events_of(matter):
        for code, digests in event.body.get("evidence", {}).items():
            found[code] = [*digests, *(one for one in found.get(code, []) if one not in digests)]
    law, kept = policy.current(), {one.sha256: one for one in matter.attachments.all()}
    needed, spared = {item.code for item in told.standing.answer.materials}, {item.code for item in told.standing.answer.spared}
    rows = []
    for item in law.catalogue(rules.MATERIALS).rows:
        files = [kept[digest] for digest in found.get(item.code, []) if digest in kept]
        if item.extra.get("made"):
            continue
        state = "brought" if files else "spared" if item.code in spared else "missing" if item.code in needed else ""
        if state:
            rows.append((named(item), state, files))
    return rows
