"""A rating told by the credit centre, and a bank that a firm lets read of it: what stands beside our class. Safe to repeat."""

from __future__ import annotations

from datetime import date, timedelta

from hengjian.ground.kit import clock, uscc
from hengjian.ground.people.models import Agency, Officer, User
from hengjian.street.assessment.evaluations import KIND, evaluation_of
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import consents
from hengjian.street.register.models import Entity

from .logins import FIRM

BANK = uscc.complete("91120101MA0YHANG0")
NAME = "天津演示银行股份有限公司"


def tell(shown: Entity, on: date) -> None:
    """The evaluation of the firm shown at the counter, its consent for a bank and one file made under it."""
    if evaluation_of(shown.uscc, on=on) is None:
        centre = Agency.objects.get(code="120000")
        ledger.append(
            by=None, issuer=centre, entity=shown, kind=KIND, on=on - timedelta(days=60), document=f"演示评价〔{on.year}〕1号",
            body={"grade": "b", "score": "812", "issuer": "信用中心（演示）"},
        )  # fmt: skip
    if consents.of_firm(shown.uscc).exists():
        return
    consents.give(
        by=User.objects.get(username=FIRM), uscc=shown.uscc, recipient_uscc=BANK, recipient=NAME, scopes=["class", "evaluation", "records"],
        until=consents.longest(on), on=on, at=clock.now(),
    )  # fmt: skip
    officer = Officer.objects.get(number="DEMO-SUPERVISION")
    consents.compare(by=officer, recipient_uscc=BANK, usccs=[shown.uscc], purpose="授信审批（演示）", on=on, at=clock.now())
