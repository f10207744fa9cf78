"""Acts on the organisation: set it up from the pack, appoint officers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Invalid

from .models import Agency, Certificate, Holding, Officer, Representative, User


@transaction.atomic
def establish_agencies() -> int:
    """Bring the agencies of the pack's `agencies` catalogue into the tables; running it again changes nothing."""
    known = {agency.code: agency for agency in Agency.objects.order_by("path")}
    for item in policy.current().catalogue("agencies").items.values():
        parent = known.get(item.parent or "")
        fields = {
            "name": item.title,
            "kind": item.extra["kind"],
            "parent": parent,
            "district": str(item.extra.get("district", "")),
        }
        known[item.code], _made = Agency.objects.update_or_create(code=item.code, defaults=fields)
    return len(known)


@transaction.atomic
def appoint(
    *,
    number: str,
    name: str,
    agency: Agency,
    posts: Iterable[str],
    scope: str = "unit",
    username: str | None = None,
    password: str | None = None,
    since: date = date(2000, 1, 1),
) -> Officer:
    """Take an officer into service (任命); idempotent by officer number."""
    user = None
    if username:
        user, made = User.objects.get_or_create(username=username, defaults={"first_name": name})
        if made:
            user.set_password(password)
            user.save(update_fields=["password"])
    fields = {"name": name, "agency": agency, "scope": scope, "user": user}
    officer, _made = Officer.objects.update_or_create(number=number, defaults=fields)
    for post in posts:
        Holding.objects.get_or_create(officer=officer, post=post, since=since)
    return officer


def assign_post(*, officer: Officer, post: str, since: date) -> Holding:
    """Give an officer a post of the pack from a day on (任职); raises Invalid for an unknown post."""
    if post not in policy.current().catalogue("posts").items:
        raise Invalid(_("没有这个岗位"), post=post)
    if Holding.objects.filter(Q(until=None) | Q(until__gte=since), officer=officer, post=post).exists():
        raise Invalid(_("这名人员已经担任该岗位"), post=post)
    return Holding.objects.create(officer=officer, post=post, since=since)


def end_post(*, holding: Holding, until: date) -> Holding:
    """Take a post back; `until` is the last day it is held (免职)."""
    if until < holding.since:
        raise Invalid(_("免职日期早于任职日期"), since=holding.since)
    holding.until = until
    holding.save(update_fields=["until"])
    return holding


def set_scope(*, officer: Officer, scope: str, units: Iterable[Agency] = ()) -> Officer:
    """Set which units' matters an officer sees; `units` only for the custom scope."""
    officer.scope = scope
    officer.save(update_fields=["scope"])
    officer.scope_units.set(units if scope == "custom" else ())
    return officer


def set_active(*, officer: Officer, active: bool) -> Officer:
    """Out of service an officer can neither sign in to the desk nor be drawn; everything done stays."""
    officer.active = active
    officer.save(update_fields=["active"])
    return officer


def certify(*, officer: Officer, number: str, fields: list[str], since: date, until: date) -> Certificate:
    """Register an enforcement certificate (行政执法证), or renew it; a colleague's number is refused."""
    if Certificate.objects.filter(number=number).exclude(officer=officer).exists():
        raise Invalid(_("这个证件编号已登记在另一名人员名下"), number=number)
    values = {"officer": officer, "fields": fields, "since": since, "until": until}
    certificate, _made = Certificate.objects.update_or_create(number=number, defaults=values)
    return certificate


@transaction.atomic
def represent(*, username: str, password: str, name: str, uscc: str) -> Representative:
    """Give a firm's representative an account at the counter; once more for each further firm."""
    user, made = User.objects.get_or_create(username=username, defaults={"first_name": name})
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    representative, _made = Representative.objects.get_or_create(user=user, uscc=uscc)
    return representative
