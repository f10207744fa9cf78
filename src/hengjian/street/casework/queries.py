"""Questions about cases: what was said, earlier penalties of the firm, which cases an officer sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import citing
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from . import rules
from .models import Lead

KINDS = ("lead", "penalty", "penalty-simple")
BESIDE = ("assistance", "due-diligence")  # letters from other bureaus, and officers whose diligence is examined
LISTED = (*KINDS, *BESIDE)
WINDOW = "penalty.first-violation-window"


def matter_of(officer: Officer, pk: int) -> Proceeding:
    """One lead or case in scope; raises NotFound for any other kind of matter, too."""
    found = procedure.matter_of(officer, pk)
    if found.kind not in LISTED:
        raise NotFound(_("没有这件线索或案件"), number=pk)
    return found


def visible_to(officer: Officer) -> QuerySet[Proceeding]:
    """Leads and cases in scope, the newest first."""
    return procedure.visible_to(officer).filter(kind__in=LISTED)


def lead_of(agency: Agency, origin: str) -> Proceeding | None:
    """The lead that this reference of a source was registered as."""
    known = Lead.objects.select_related("proceeding").filter(agency=agency, origin=origin).first()
    return known.proceeding if known else None


def said(proceeding: Proceeding) -> dict[str, Any]:
    return acts.said(procedure.events_now(proceeding))


def last_said(proceeding: Proceeding, act: str) -> dict[str, Any]:
    """What the last standing act of this name said; empty where it was not done."""
    events = acts.effective(procedure.events_now(proceeding))
    return next((dict(event.body) for event in reversed(events) if event.act == act), {})


def done(proceeding: Proceeding, act: str) -> bool:
    return any(event.act == act for event in acts.effective(procedure.events_now(proceeding)))


def place_of(proceeding: Proceeding, *names: str) -> int:
    """Position in the record of the last standing act of these names; 0 where there is none."""
    return max((event.position for event in acts.effective(procedure.events_now(proceeding)) if event.act in names), default=0)


def day_of(proceeding: Proceeding, act: str) -> date | None:
    """The day of the last standing act of this name."""
    return max((event.on for event in acts.effective(procedure.events_now(proceeding)) if event.act == act), default=None)


def titles(catalogue: str, codes: Iterable[str], on: date) -> str:
    listed = policy.current().catalogue(catalogue).on(on)
    return _("、").join(named(listed[code]) if code in listed else code for code in codes)


def circumstances(on: date) -> dict[str, Any]:
    """Circumstances of discretion in force, with the tiers they allow."""
    listed = policy.current().catalogue("discretion-circumstances").on(on)
    return {code: {"code": code, "title": item.title, "tiers": item.extra["tiers"]} for code, item in listed.items()}


def benchmark(on: date) -> str:
    """Which table of discretion was applied, in which version of the packs."""
    law = policy.current()
    return f"{law.catalogue('discretion-tiers').title}（{citing.cited(str(law.catalogue('discretion-tiers').basis))}，法律包 {law.version}）"


def earlier_penalties(entity: Entity | None, on: date) -> list[Any]:
    """Penalties in the ledger that still count against a first breach, the last first."""
    if entity is None:
        return []
    back = add_months(on, -12 * policy.current().at(on).number(WINDOW))
    return list(ledger.facts(on, uscc=entity.uscc).filter(kind="penalty", decided__gte=back).order_by("-decided", "-seq"))


def entity_of(proceeding: Proceeding) -> Entity | None:
    return Entity.objects.filter(uscc=proceeding.subject).first()


def penalties_marked(mark: str, on: date) -> set[str]:
    """Kinds of penalty that the list of the day marks: `hearing`, `on_the_spot`."""
    return {code for code, item in policy.current().catalogue("penalty-kinds").on(on).items() if item.extra.get(mark)}


def tiers(on: date) -> list[rules.Tier]:
    """The table of discretion in force on a day."""
    items = policy.current().catalogue("discretion-tiers").on(on).values()
    return rules.table_of([{"code": item.code, "title": item.title, **item.extra} for item in items])
