"""The demonstration logins become officers of the demo city, and a representative of one of its firms."""

from __future__ import annotations

from datetime import date

from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency, Officer

from . import field_work
from .logins import ACCOUNTS, FIRM, PASSWORD


def open_accounts(on: date) -> None:
    """Give each kind of officer a login; running it again changes nothing. The inspector is certified."""
    for account in ACCOUNTS:
        number = account.user.upper()
        known = Officer.objects.filter(number=number).first()
        officer = known or people.appoint(
            number=number, name=account.name, agency=Agency.objects.get(code=account.agency), posts=[account.post],
            scope=account.scope, username=account.user, password=PASSWORD,
        )  # fmt: skip
        if account.post == "inspector":
            field_work.certify(officer, on)


def open_firm_account(uscc: str) -> None:
    """Let the demonstration enterprise user act for one firm of the demo city."""
    people.represent(username=FIRM, password=PASSWORD, name="演示企业办事人", uscc=uscc)
