"""Serial claimants (职业索赔): a declared rule points, a person decides, counts are published. Nothing is refused by itself.

The report part of a filing is examined whatever is decided here, and a first-time consumer is never pointed at.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Officer

from . import rules, telling
from .errors import FilingIncomplete
from .models import Filing, Person, SerialReview


def declared(on: date) -> tuple[rules.Declared, int]:
    """The published thresholds of a day, and the days looked back."""
    law = policy.current().at(on)
    number = {name: int(law.number(f"complaints.serial.{name}")) for name in ("filings", "firms", "shared", "window")}
    return rules.Declared(number["filings"], number["firms"], number["shared"]), number["window"]


def habits(mark: str, on: date) -> rules.Habits:
    """What a contact did in the window before a day; only complaints count."""
    _declared, window = declared(on)
    within = Filing.objects.filter(
        person__phone_mark=mark, received__gt=on - timedelta(days=window), received__lte=on, tracks__kind__in=("complaint", "odr")
    ).distinct()  # fmt: skip
    rows = list(within.values_list("firm_name", "pk"))
    people = Person.objects.filter(phone_mark=mark, filing__in=[pk for _name, pk in rows]).exclude(concealed="").select_related("filing")
    names = {telling.person_of(one.filing).get("name", "") for one in people[:200]} - {""}
    return rules.Habits(len(rows), len({name for name, _pk in rows}), len(names))


def signals_of(filing: Filing, on: date) -> list[rules.Signal]:
    """What the declared rule sees in the one who filed; empty for anonymous ones and first-timers."""
    mark = getattr(getattr(filing, "person", None), "phone_mark", "")
    return rules.signals(habits(mark, on), declared(on)[0]) if mark else []


def standing(filing: Filing, on: date) -> SerialReview | None:
    """The last decision about this contact that still holds."""
    mark = getattr(getattr(filing, "person", None), "phone_mark", "")
    if not mark:
        return None
    holds = int(policy.current().at(on).number("complaints.serial.holds"))
    return SerialReview.objects.filter(mark=mark, decided__gt=on - timedelta(days=holds)).order_by("-decided", "-pk").first()


@transaction.atomic
def decide(filing: Filing, *, by: Officer, serial: bool, reason: str, on: date) -> SerialReview:
    """A person decides; only where the rule pointed. The decision helps to judge a ground of refusal and is none."""
    found = signals_of(filing, on)
    if not found:
        raise FilingIncomplete(_("公布的提示线没有达到，不能认定"), field="serial")
    if not reason.strip():
        raise FilingIncomplete(_("请写明认定的理由"), field="reason")
    told = [{"code": one.code, **dict(one.why.facts)} for one in found]
    made = SerialReview.objects.create(
        mark=filing.person.phone_mark, signals=told, opened=on, by=by, decided=on, serial=serial, reason=reason.strip()[:400]
    )
    audit.record("complaints.serial", f"filing:{filing.number}", by=by, serial=serial, signals=[one.code for one in found])
    return made


def published(on: date) -> dict[str, Any]:
    """The rule and how it was used: thresholds, decisions by outcome, refusals on ground 3. No person among them."""
    known, window = declared(on)
    rows = SerialReview.objects.exclude(decided=None).order_by().values_list("serial").annotate(n=Count("pk"))
    outcome = {bool(serial): n for serial, n in rows}
    return {"declared": known, "window": window, "serial": outcome.get(True, 0), "not_serial": outcome.get(False, 0)}
