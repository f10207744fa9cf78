"""What the public page of an entity says, from the projection alone: tabs, records, notices of lists, and why it has its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.duties.filing.sources import State
from hengjian.ground import policy
from hengjian.ground.kit.money import parse_yuan
from hengjian.ground.people import citing
from hengjian.ground.people.language import office
from hengjian.ground.policy import by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.ground.ui import looks
from hengjian.street.assessment import telling
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.publication.printing import TITLES, Record
from hengjian.street.register import telling as registered
from hengjian.street.register.rules import kind_of

BY_THE_FIRM = frozenset({"annual-report"})
LISTED = {"abnormal-list": "warn", "serious-list": "bad", "court-defaulter": "bad"}
STATUS_TONES = {"1": "green", "2": "red", "3": "grey", "4": "grey", "5": "grey", "6": "yellow", "7": "yellow"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of record; `here` is the open one."""

    kind: str
    title: str
    here: bool
    by_the_firm: bool
    records: list[Record] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.records)

    @property
    def link(self) -> dict[str, Any]:
        """As the row of tabs takes it."""
        hot = self.count and self.kind in LISTED
        return {
            "id": f"tab-{self.kind}", "href": f"?tab={self.kind}#records", "title": self.title, "here": self.here,
            "count": self.count, "hot": hot,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    """The class, the measure it was taken by, and each rule with its article and the public records behind it."""

    title: str
    ruleset: str
    ruleset_basis: str
    reasons: list[dict[str, Any]]


def tabs(shown: Sequence[Record], here: str) -> list[Tab]:
    """Every tab with its records, empty ones included."""
    kinds: dict[str, list[Record]] = {kind: [] for kind in TITLES}
    for record in shown:
        kinds.setdefault(record.notice.kind, []).append(record)
    return [
        Tab(kind, str(TITLES.get(kind) or telling.kind_title(kind)), kind == here, kind in BY_THE_FIRM, found)
        for kind, found in kinds.items()
    ]


def warnings(shown: Sequence[Record]) -> list[dict[str, Any]]:
    """Lists the entity stands on today; the gravest first."""
    found = [{"tone": LISTED[r.notice.kind], "record": r, "said": _listed(r)} for r in shown if r.notice.kind in LISTED]
    return sorted(found, key=lambda one: str(one["tone"]))


def _listed(record: Record) -> str:
    """A firm is put on a list; an individual business is marked as in an abnormal state."""
    told = {"day": record.notice.decided, "issuer": office(record.notice.issuer), "kind": record.kind}
    if record.notice.kind == "abnormal-list" and kind_of(record.notice.uscc, "") == "individual":
        return _("%(day)s 被%(issuer)s标记为%(kind)s") % told
    return _("%(day)s 被%(issuer)s列入%(kind)s") % told


def why(entity: PublicEntity, notices: Sequence[PublicNotice], on: date) -> Why | None:
    """The rules that gave the class, with the public records each of them counts; None where there is no class."""
    law = policy.current()
    if not entity.class_code or entity.ruleset not in law.sections["rules"]:
        return None
    ruleset = law.ruleset(entity.ruleset)
    known = {rule.id: rule for rule in ruleset.rules}
    facts = [fact(notice) for notice in notices]
    answers = by_row.classify(ruleset, facts, on, None, law.at(on).number).answers if facts else ()
    counted = {reason.rule.id: reason.records for reason in answers}
    behind = {fact.ref: notice for fact, notice in zip(facts, notices, strict=True)}
    reasons = [
        {
            "title": telling.named(rule), "basis": citing.cited(rule.basis), "doubt": citing.doubt(rule.confidence),
            "records": [behind[each.ref] for each in counted.get(rule.id, ()) if each.ref in behind],
        }
        for rule in (known[name] for name in entity.reasons if name in known)
    ]  # fmt: skip
    title = telling.named(ruleset.class_item(entity.class_code))
    return Why(title, telling.named(ruleset), citing.cited(ruleset.basis), reasons)


def fact(notice: PublicNotice) -> Fact:
    """The public part of a record as rules see it. What only the penalty of a warning tells is never public."""
    body = notice.body
    return Fact(
        notice.kind, notice.decided, notice.published_on, _fen(body.get("fine_yuan")), _fen(body.get("confiscated_yuan")),
        False if notice.kind == "penalty" else None, until=notice.until if notice.kind == "court-defaulter" else None,
        ref=f"#{notice.entry_seq}",
    )  # fmt: skip


def _fen(value: Any) -> int | None:
    return None if value in (None, "") else parse_yuan(str(value)).fen


def basics(entity: PublicEntity) -> list[tuple[str, str, bool]]:
    """Label, value, and whether it takes the whole width."""
    law = policy.current()

    def titled(catalogue: str, code: str) -> str:
        item = law.catalogue(catalogue).items.get(code)
        return telling.named(item) if item else code

    capital = registered.capital(entity.capital_fen, entity.capital_currency)
    told = [
        (_("统一社会信用代码"), entity.uscc, False),
        (_("主体类型"), titled("entity-types", entity.entity_type), False),
        (_("登记状态"), titled("registration-states", entity.status), False),
        (_("成立日期"), str(entity.established or ""), False),
        (_("注册资本"), capital, False),
        (_("登记机关"), office(entity.authority), False),
        (_("所在区"), titled("districts", entity.district) if entity.district else _("无法判明"), False),
        (_("行业"), registered.industry(entity.industry), False),
        (_("曾用名"), "、".join(entity.former_names), True),
        (_("住所"), entity.address, True),
        (_("经营范围"), entity.scope_text, True),
    ]
    return [(label, value or "—", wide) for label, value, wide in told]


def status(entity: PublicEntity) -> dict[str, str]:
    item = policy.current().catalogue("registration-states").items.get(entity.status)
    return {"title": telling.named(item) if item else entity.status or _("未知"), "tone": STATUS_TONES.get(entity.status, "grey")}


def unsure(states: Mapping[str, State], here: str) -> list[tuple[str, State]]:
    """Kinds of which having no record says little, with the reason; on the tab of one kind, that kind alone."""
    return [(str(title), states[kind]) for kind, title in TITLES.items() if kind in states and here in ("", "all", kind)]


def class_title(code: str) -> str:
    """A class in the words of the badge."""
    return str(looks.of_class(code).label)
