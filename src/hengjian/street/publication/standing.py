"""How an entity stands today or on any day: its records with what closed them and how long the public sees them,
its class with reasons, its register facts. What pages of officers and of the firm itself both show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.money import yuan
from hengjian.ground.people import citing
from hengjian.ground.policy import by_row
from hengjian.ground.policy.conditions import Fact
from hengjian.street.assessment import queries as assessment
from hengjian.street.assessment import telling
from hengjian.street.assessment.errors import NoRuleset
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import telling as registered
from hengjian.street.register.models import Entity

from . import queries as publication
from .models import PublicNotice
from .printing import GIST, HEAD
from .rules import first_hidden_day

ALWAYS = ("licence", "penalty", "inspection", "abnormal-list", "serious-list", "annual-report", "honour")
WORDS = 80  # characters of a record in a list
# What closes a record, and how its state looks.
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
    gist: str

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

    ruleset: str
    code: str
    title: str
    reasons: list[dict[str, Any]]
    also: list[dict[str, Any]]
    undecided: list[dict[str, Any]]


def title_of(kind: str, of: str = "") -> str:
    """The title of a kind of record, closing acts included; `of` is the kind of entity."""
    closings = {"withdrawal": _("撤回"), "repair": _("信用修复"), "end": _("终止"), "correction": _("更正")}
    law = policy.current()
    return closings.get(kind) or (telling.kind_title(kind, of) if kind in law.records else kind)


def entries(entity: Entity) -> list[Any]:
    """Everything the ledger holds about the entity, last decision first, in one query."""
    return list(ledger.entries_of(entity.uscc))


def live(entries: Iterable[Any], *, on: date, known: date | None = None) -> list[Any]:
    """The same entries as `ledger.facts`, from entries already read (a test holds them equal)."""
    told = [entry for entry in entries if known is None or entry.recorded <= ledger.moment(known)]
    closed = {entry.refers_id for entry in told if entry.kind in TONES and entry.effective <= on}
    found = (entry for entry in told if entry.decided <= on and entry.kind not in TONES and entry.seq not in closed)
    return sorted(found, key=lambda entry: entry.seq)


def records(
    entries: Sequence[Any], notices: Iterable[PublicNotice], *, on: date, known: date | None, of: str = ""
) -> list[Section]:
    """Every record by kind on a day as known on another, kinds people always look for first."""
    told = [entry for entry in entries if known is None or entry.recorded <= ledger.moment(known)]
    closings = {entry.refers_id: entry for entry in reversed(told) if entry.kind in TONES and entry.effective <= on}
    shown = {notice.entry_seq: notice for notice in notices}
    by_kind: dict[str, list[Record]] = {kind: [] for kind in ALWAYS}
    for entry in told:
        if entry.kind not in (*ledger.CLOSING, *ledger.REMARKS) and entry.decided <= on:
            by_kind.setdefault(entry.kind, []).append(_record(entry, closings.get(entry.seq), shown.get(entry.seq), on))
    return [Section(kind, title_of(kind, of), found) for kind, found in by_kind.items()]


def notices_known(uscc: str, known: date | None) -> list[PublicNotice]:
    """Every notice of an entity as far as the ledger knew on a day: without those entered later, and not yet closed by what came later."""
    notices = list(publication.all_notices(uscc))
    if known is None:
        return notices
    told = set(ledger.entries_of(uscc, known=known).values_list("seq", flat=True))
    held = [notice for notice in notices if notice.entry_seq in told]
    for notice in held:  # read for this page only, never saved
        if notice.withdrawn_by and notice.withdrawn_by not in told:
            notice.withdrawn_on = notice.withdrawn_by = None
    return held


def facts(entries: Sequence[Any], *, known: date | None = None) -> list[Fact]:
    """The same facts as `assessment.facts_of`, from entries already read (a test holds them equal)."""
    held, closed = {entry.seq: entry for entry in entries}, dict[int, date]()
    for entry in held.values():
        if entry.kind in TONES and (known is None or entry.recorded <= ledger.moment(known)):
            day = held[entry.refers_id].decided if entry.kind == "correction" else entry.effective
            closed[entry.refers_id] = min(day, closed.get(entry.refers_id, day))
    return [
        Fact(
            one.kind, one.decided, one.recorded.astimezone(SHANGHAI).date(), one.fine_fen, one.confiscated_fen,
            one.warning_only, ended=closed.get(seq), until=one.until, ref=one.document or f"#{seq}",
        )
        for seq, one in sorted(held.items())
        if one.kind not in TONES
    ]  # fmt: skip


def _record(entry: Any, closing: Any, notice: PublicNotice | None, on: date) -> Record:
    state, tone = _("有效"), "blue"
    if closing:
        state, tone = _("已%(how)s") % {"how": title_of(closing.kind)}, TONES[closing.kind]
    elif entry.until and entry.until < on:
        state, tone = _("期限已满"), "grey"
    public, public_tone = _public(notice, on)
    source = _came_from(entry.delivery_id, entry.source_row) if entry.delivery_id else ""
    return Record(entry, state, tone, closing, notice, public, public_tone, source, gist(entry))


def gist(entry: Any) -> str:
    """What a record says, in a few words, for lists."""
    law, said = policy.current(), list[str]()
    fields = law.records[entry.kind].fields if entry.kind in law.records else {}
    for name in GIST.get(entry.kind) or [name for name in entry.body if name in fields and name not in HEAD][:2]:
        listed = fields[name].catalogue if name in fields else None
        catalogue = law.catalogue(listed).items if listed else {}
        value = entry.body.get(name)
        values = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
        said += [telling.named(catalogue[each]) if each in catalogue else str(each) for each in values]
    if entry.fine_fen:
        said.append(_("罚款 %(yuan)s 元") % {"yuan": yuan(entry.fine_fen)})
    told = _("；").join(said)
    return told if len(told) <= WORDS else told[:WORDS] + "…"


def _came_from(delivery: int | None, row: int | None) -> str:
    return _("报送批次 %(batch)s 第 %(row)s 行") % {"batch": delivery, "row": row} if delivery else "—"


def _public(notice: PublicNotice | None, on: date) -> tuple[str, str]:
    if notice is None or notice.published_on > on:
        return _("未公示"), "grey"
    if publication.is_shown(notice, on):
        return _("公示至 %(day)s") % {"day": notice.until} if notice.until else _("公示中，依法停止时止"), "green"
    hidden = first_hidden_day(notice.until, notice.withdrawn_on)
    return _("%(day)s 起不再公示") % {"day": hidden}, "grey"


def answer(facts: Sequence[Fact], *, family: str, on: date, known: date | None) -> Answer | None:
    """The class under the law in force on a day and why; None where no ruleset was in force."""
    law = policy.current()
    try:
        rules = assessment.ruleset_of(family, on, law)
    except NoRuleset:
        return None
    found = by_row.classify(rules, facts, on, known, law.at(on).number)
    title = telling.named(rules.class_item(found.code))
    told = [_told(reasons) for reasons in (found.reasons, found.also, found.undecided)]
    return Answer(telling.named(rules), found.code, title, *told)


def _told(reasons: Sequence[by_row.Reason]) -> list[dict[str, Any]]:
    return [
        {
            "title": telling.named(reason.rule), "basis": citing.cited(reason.rule.basis),
            "doubt": citing.doubt(reason.rule.confidence),
            "records": reason.records, "missing": reason.missing, "readings": reason.readings,
        }
        for reason in reasons
    ]  # fmt: skip


def facts_of_register(entity: Entity, *, source: bool = True) -> list[tuple[str, str]]:
    """The register's facts, titled; `source` adds the delivery and row they came from."""
    law = policy.current()

    def titled(catalogue: str, code: str | None) -> str:
        item = law.catalogue(catalogue).items.get(code or "")
        return telling.named(item) if item else code or "—"

    capital = registered.capital(entity.capital_fen, entity.capital_currency) or "—"
    return [
        (_("主体类型"), titled("entity-types", entity.entity_type)),
        (_("登记状态"), titled("registration-states", entity.status)),
        (_("成立日期"), entity.established.isoformat() if entity.established else "—"),
        (_("注册资本"), capital),
        (_("登记机关"), entity.authority or "—"),
        (_("所在区"), titled("districts", entity.district) if entity.district else _("无法判明")),
        (_("行业"), registered.industry(entity.industry) or "—"),
        *([(_("登记来源"), _came_from(entity.origin_delivery_id, entity.origin_row))] if source else []),
        (_("住所"), entity.address or "—"),
        (_("经营范围"), entity.scope_text or "—"),
    ]  # fmt: skip
