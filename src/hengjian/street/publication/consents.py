"""What a firm lets a bank read of it (企业授权), and the files made under it (银行比对文件).

Without a consent that holds on the day nothing is told, not even whether the firm is in the register. What is told comes from
the public projection and from the imported public credit evaluation; internal grades and closed records never.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.ground import audit, policy
from hengjian.ground.kit import digests
from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal
from hengjian.ground.people.models import Officer, User
from hengjian.street.assessment.evaluations import evaluation_of
from hengjian.street.register import queries as register

from . import queries, report
from .models import Comparison, Consent, Disclosure

LONGEST = "publication.consent-longest"
MOST = 5_000  # firms of one file
HEADS = (
    "统一社会信用代码", "授权", "名称", "登记状态", "成立日期", "信用分类", "分类日期", "分类理由", "公共信用综合评价", "评价日期",
    "公示中的记录",
)  # fmt: skip
STATES = {True: "有效", False: "无有效授权"}


class NoConsent(Refusal):
    """No firm asked about has given this bank a consent that holds today."""

    code = "no_consent"


@dataclass(frozen=True, slots=True)
class Line:
    """One firm asked about; without a consent nothing is told of it."""

    uscc: str
    consent: Consent | None
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A comparison file (CSV) with its line in the book."""

    comparison: Comparison
    lines: tuple[Line, ...]
    data: bytes


def longest(on: date) -> date:
    """The last day a consent given on a day may reach."""
    return add_months(on, int(str(policy.current().term(LONGEST).on(on).value)))


@transaction.atomic
def give(
    *, by: User, uscc: str, recipient_uscc: str, recipient: str, scopes: Sequence[str], until: date, on: date, at: datetime
) -> Consent:
    """The firm lets a bank read these things of it until a day (授权查询)."""
    bank, offered = codes.parse(recipient_uscc), policy.current().catalogue("consent-scopes").items
    if not scopes or set(scopes) - set(offered):
        raise Invalid(_("请至少选择一项授权内容"))
    if not recipient.strip():
        raise Invalid(_("请写明被授权的银行"))
    if not on <= until <= longest(on):
        raise Invalid(_("授权截止日应在今天至 %(last)s 之间"), last=longest(on))
    if bank == codes.normalise(uscc):
        raise Invalid(_("被授权的应是另一家单位"))
    given = Consent.objects.create(
        uscc=uscc, recipient_uscc=bank, recipient=recipient.strip()[:200], scopes=[code for code in offered if code in scopes],
        since=on, until=until, given_by=by, given_at=at,
    )  # fmt: skip
    audit.record("publication.consent", f"entity:{uscc}", actor=by.get_username(), recipient=str(bank), scopes=given.scopes, until=until)
    return given


@transaction.atomic
def revoke(*, by: User, uscc: str, consent: int, at: datetime) -> Consent:
    """The firm takes a consent back (撤回授权): from this moment no file tells anything under it."""
    held = Consent.objects.select_for_update().filter(pk=consent, uscc=uscc).first()
    if held is None:
        raise NotFound(_("没有这项授权"))
    if held.revoked_at:
        raise Refusal(_("这项授权已经撤回"))
    held.revoked_by, held.revoked_at = by, at
    held.save(update_fields=["revoked_by", "revoked_at"])
    audit.record("publication.consent_revoked", f"entity:{uscc}", actor=by.get_username(), recipient=held.recipient_uscc)
    return held


def of_firm(uscc: str) -> QuerySet[Consent]:
    """Consents a firm ever gave, last first."""
    return Consent.objects.filter(uscc=uscc).order_by("-pk")


def disclosures_of(uscc: str) -> QuerySet[Disclosure]:
    """Files that told something of a firm, last first."""
    return Disclosure.objects.filter(consent__uscc=uscc).select_related("comparison", "consent").order_by("-pk")


def standing(recipient_uscc: str, on: date) -> QuerySet[Consent]:
    """Consents that hold for a bank on a day, the newest last."""
    held = Consent.objects.filter(recipient_uscc=codes.normalise(recipient_uscc), since__lte=on, until__gte=on, revoked_at=None)
    return held.order_by("pk")


def compare(*, by: Officer, recipient_uscc: str, usccs: Sequence[str], purpose: str, on: date, at: datetime) -> File:
    """A file for a bank about these firms: of each what it allowed, of the others that there is no consent. Kept in the audit.

    Raises NoConsent where none of them has consented. Firms outside the officer's scope count as without consent.
    """
    bank, asked = codes.parse(recipient_uscc), list(dict.fromkeys(codes.normalise(one)[:18] for one in usccs if one.strip()))
    if not asked or len(asked) > MOST:
        raise Invalid(_("请给出 1 至 %(most)s 个统一社会信用代码"), most=MOST)
    if not purpose.strip():
        raise Invalid(_("请写明用途"))
    made = _make(by, bank, asked, purpose.strip()[:200], on, at)
    if made is None:  # the refusal is kept, too: it is recorded outside the transaction that it ends
        audit.record("publication.compare_refused", f"bank:{bank}", by=by, asked=len(asked), purpose=purpose.strip()[:200])
        raise NoConsent(_("所查企业都没有对这家银行的有效授权"), recipient=str(bank))
    return made


@transaction.atomic
def _make(by: Officer, bank: str, asked: Sequence[str], purpose: str, on: date, at: datetime) -> File | None:
    """Consents are held until the file is written: one taken back meanwhile is taken back after it."""
    held = {one.uscc: one for one in standing(bank, on).select_for_update().filter(uscc__in=asked)}
    seen = set(register.visible_to(by).filter(uscc__in=list(held)).values_list("uscc", flat=True))
    lines = [Line(uscc, held[uscc], told(held[uscc], on)) if uscc in seen else Line(uscc, None, {}) for uscc in asked]
    if not seen:
        return None
    data = _csv(lines)
    made = Comparison.objects.create(
        at=at, on=on, by=by, recipient_uscc=bank, purpose=purpose, asked=len(asked), given=len(seen), digest=digests.sm3(data).hex()
    )
    Disclosure.objects.bulk_create(Disclosure(comparison=made, consent=line.consent) for line in lines if line.consent)
    audit.record("export.comparison", f"bank:{bank}", by=by, asked=made.asked, given=made.given, digest=made.digest, purpose=purpose)
    return File(made, tuple(lines), data)


def _csv(lines: Sequence[Line]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it; no cell is taken for a formula."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(HEADS)
    for line in lines:
        cells = (line.told.get(head, "") for head in HEADS[2:])
        sheet.writerow([line.uscc, STATES[line.consent is not None], *(f"'{cell}" if cell[:1] in tuple("=+-@") else cell for cell in cells)])
    return ("\ufeff" + out.getvalue()).encode()


def told(consent: Consent, on: date) -> dict[str, str]:
    """What a consent lets its bank read of the firm on a day, in the words of the file."""
    law, entity = policy.current(), queries.public_entity(consent.uscc, on)
    found: dict[str, str] = {}
    if entity and "registration" in consent.scopes:
        state = report.titled(law, "registration-states", entity.status)
        found |= {"名称": entity.name, "登记状态": state, "成立日期": str(entity.established or "")}
    if entity and "class" in consent.scopes:
        reasons = "；".join(report.worded(law, entity.ruleset, entity.reasons))
        found |= {"信用分类": report.class_title(law, entity), "分类日期": str(entity.class_on or ""), "分类理由": reasons}
    if "evaluation" in consent.scopes and (evaluation := evaluation_of(consent.uscc, on=on)):
        found |= {"公共信用综合评价": evaluation.title, "评价日期": evaluation.decided.isoformat()}
    if "records" in consent.scopes:
        shown = queries.notices_of(consent.uscc, None, on)
        found["公示中的记录"] = "；".join(f"{law.record(one.kind).title} {one.document} {one.decided} {one.issuer}" for one in shown) or "无"
    return found


def comparisons(officer: Officer | None) -> QuerySet[Comparison]:
    """Files made, last first: an officer reads those of its own agency."""
    found = Comparison.objects.select_related("by").order_by("-pk")
    return found.filter(by__agency=officer.agency) if officer else found.none()
