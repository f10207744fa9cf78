"""On the page of a granted repair: how far every site has followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from hengjian.ground.procedure.effects import Panel, panels
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.repair import queries as repair

from . import repairs


def followed(matter: Proceeding, powers: frozenset[str], on: date) -> Iterator[Panel]:
    """The lines of what this matter repaired."""
    application = repair.application_of(matter)
    if application is None or application.repaired is None:
        return
    made = [one for one in ledger.repairs(application.repaired.effective, on) if one.body.get("matter") == matter.number]
    yield Panel(_("各网站同步情况"), "exchange/_followed.html", {"lines": repairs.lines(on, repairs=made), "opens": "exchange.view" in powers})


for kind in repair.KINDS:
    panels(kind)(followed)
