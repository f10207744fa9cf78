"""Acts on the organisation: set it up from the pack, appoint officers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from hengjian.ground import policy

from .models import Agency, Certificate, Holding, Officer, Representative, User


@transaction.atomic
def establish_agencies() -> int:
    """Bring the agencies of the pack's `agencies` catalogue into the tables; running it again changes nothing."""
    known = {agency.code: agency for agency in Agency.objects.order_by("path")}
    for item in policy.current().catalogue("agencies").items.values():
        parent = known.get(str(item.extra.get("parent", "")))
        fields = {
            "name": item.title,
            "kind": item.extra["kind"],
            "parent": parent,
            "district": str(item.extra.get("district", "")),
        }
        known[item.code], _ = Agency.objects.update_or_create(code=item.code, defaults=fields)
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
    officer, _ = Officer.objects.update_or_create(number=number, defaults=fields)
    for post in posts:
        Holding.objects.get_or_create(officer=officer, post=post, since=since)
    return officer


def certify(*, officer: Officer, number: str, fields: list[str], since: date, until: date) -> Certificate:
    """Register an enforcement certificate (行政执法证)."""
    values = {"officer": officer, "fields": fields, "since": since, "until": until}
    certificate, _ = Certificate.objects.update_or_create(number=number, defaults=values)
    return certificate


@transaction.atomic
def represent(*, username: str, password: str, name: str, uscc: str) -> Representative:
    """Give a firm's representative an account at the counter; once more for each further firm."""
    user, made = User.objects.get_or_create(username=username, defaults={"first_name": name})
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
    representative, _ = Representative.objects.get_or_create(user=user, uscc=uscc)
    return representative
