"""How an entity stands today or on any day: its records with what closed them and how long the public sees them,
its class with reasons, its register facts. What pages of officers and of the firm itself both show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.policy import by_row
from hengjian.ground.policy.schema.base import split_basis
from hengjian.street.assessment import queries as assessment
from hengjian.street.assessment.errors import NoRuleset
from hengjian.street.ledger import queries as ledger
from hengjian.street.register.models import Entity

from . import queries as publication
from .models import PublicNotice
from .rules import first_hidden_day

ALWAYS = ("licence", "penalty", "inspection", "abnormal-list", "serious-list", "annual-report", "honour")
TONES = {"withdrawal": "grey", "repair": "green", "end": "grey", "correction": "yellow"}


@dataclass(frozen=True, slots=True)
class Record:
    """One credit record with what closed it and how the public sees it."""

    entry: Any
    state: str
    tone: str
    closing: Any
    notice: PublicNotice | None
    public: str
    public_tone: str
    source: str

    @property
    def anchor(self) -> str:
        return f"entry-{self.entry.seq}"


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one kind; an empty one stays, with 0."""

    kind: str
    title: str
    records: Sequence[Record]

    @property
    def short(self) -> str:
        """The title without its explanation in brackets, for tabs."""
        return self.title.partition("（")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A class with its reasons, ready to be read."""

    ruleset: Any
    item: Any
    reasons: list[dict[str, Any]]
    also: list[dict[str, Any]]
    undecided: list[dict[str, Any]]


def cited(basis: str) -> str:
    """`samr-45-2021 §9` as people cite it: the title and the article."""
    law, parts = policy.current(), []
    for part in basis.split("; "):
        source, article = split_basis(part)
        known = law.sections["sources"].get(source)
        title = f"《{known.title}》" if known else source
        parts.append(f"{title}第{article}条" if article.isdigit() else f"{title} {article}".strip())
    return "；".join(parts)


def title_of(kind: str) -> str:
    """The title of a kind of record, closing acts included."""
    closings = {"withdrawal": _("撤回"), "repair": _("信用修复"), "end": _("终止"), "correction": _("更正")}
    law = policy.current()
    return closings.get(kind) or (law.record(kind).title if kind in law.records else kind)


def records(entity: Entity, *, on: date, known: date | None) -> list[Section]:
    """Every record by kind as known on a day, kinds people always look for first."""
    entries = list(ledger.entries_of(entity.uscc, on=on, known=known))
    closings = {entry.refers_id: entry for entry in reversed(entries) if entry.refers_id and entry.kind in TONES}
    notices = {notice.entry_seq: notice for notice in publication.all_notices(entity.uscc)}
    by_kind: dict[str, list[Record]] = {kind: [] for kind in ALWAYS}
    for entry in entries:
        if entry.kind not in TONES:
            by_kind.setdefault(entry.kind, []).append(_record(entry, closings.get(entry.seq), notices.get(entry.seq), on))
    return [Section(kind, title_of(kind), found) for kind, found in by_kind.items()]


def _record(entry: Any, closing: Any, notice: PublicNotice | None, on: date) -> Record:
    state, tone = _("有效"), "blue"
    if closing:
        state, tone = _("已%(how)s") % {"how": title_of(closing.kind)}, TONES[closing.kind]
    elif entry.until and entry.until < on:
        state, tone = _("期限已满"), "grey"
    public, public_tone = _public(notice, on)
    source = _("报送批次 %(batch)s 第 %(row)s 行") % {"batch": entry.delivery_id, "row": entry.source_row} if entry.delivery_id else ""
    return Record(entry, state, tone, closing, notice, public, public_tone, source)


def _public(notice: PublicNotice | None, on: date) -> tuple[str, str]:
    if notice is None or notice.published_on > on:
        return _("未公示"), "grey"
    if publication.is_shown(notice, on):
        return _("公示至 %(day)s") % {"day": notice.until} if notice.until else _("公示中，依法停止时止"), "green"
    hidden = first_hidden_day(notice.until, notice.withdrawn_on)
    return _("%(day)s 起不再公示") % {"day": hidden}, "grey"


def answer(entity: Entity, facts: list[Any], *, family: str, on: date, known: date | None) -> Answer | None:
    """The class under the law in force on a day and why; None where no ruleset was in force."""
    law = policy.current()
    try:
        rules = assessment.ruleset_of(family, on, law)
    except NoRuleset:
        return None
    found = by_row.classify(rules, facts, on, known, assessment.terms_on(law, on))
    return Answer(
        rules, rules.class_item(found.code), _told(found.reasons), _told(found.also), _told(found.undecided)
    )


def _told(reasons: Sequence[by_row.Reason]) -> list[dict[str, Any]]:
    return [
        {
            "title": reason.rule.title, "basis": cited(reason.rule.basis), "unsure": reason.rule.confidence != "seen",
            "records": reason.records, "missing": reason.missing, "readings": reason.readings,
        }
        for reason in reasons
    ]  # fmt: skip


def facts_of_register(entity: Entity) -> list[tuple[str, str]]:
    """The register's facts, titled."""
    law = policy.current()

    def titled(catalogue: str, code: str | None) -> str:
        item = law.catalogue(catalogue).items.get(code or "")
        return item.title if item else code or "—"

    capital = f"{yuan(entity.capital_fen)} {entity.capital_currency}" if entity.capital_fen is not None else "—"
    return [
        (_("主体类型"), titled("entity-types", entity.entity_type)),
        (_("登记状态"), titled("registration-states", entity.status)),
        (_("成立日期"), entity.established.isoformat() if entity.established else "—"),
        (_("注册资本"), capital),
        (_("登记机关"), entity.authority or "—"),
        (_("所在区"), titled("districts", entity.district) if entity.district else _("无法判明")),
        (_("行业"), titled("industries", entity.industry)),
        (_("登记来源"), _("报送批次 %(batch)s 第 %(row)s 行") % {"batch": entity.origin_delivery_id, "row": entity.origin_row}
         if entity.origin_delivery_id else "—"),
        (_("住所"), entity.address or "—"),
        (_("经营范围"), entity.scope_text or "—"),
    ]  # fmt: skip
