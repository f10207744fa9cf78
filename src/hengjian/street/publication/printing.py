"""A notice as pages print it: its fields by their titles, until when it is shown, and the sum of its last day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.kit.calendar import add_months
from hengjian.ground.people import citing
from hengjian.ground.people.language import english, office
from hengjian.street.assessment import telling
from hengjian.street.ledger.masking import MASK
from hengjian.street.register.rules import kind_of

from . import report
from .models import PublicNotice
from .rulebook import Rulebook
from .rules import first_hidden_day

# In the order that users of the national site know.
TITLES = {
    "licence": gettext_lazy("行政许可"), "penalty": gettext_lazy("行政处罚"), "inspection": gettext_lazy("抽查检查"),
    "abnormal-list": gettext_lazy("经营异常"), "serious-list": gettext_lazy("严重违法失信"),
    "annual-report": gettext_lazy("年度报告"), "honour": gettext_lazy("荣誉信息"), "red-list": gettext_lazy("守信激励"),
    "court-defaulter": gettext_lazy("司法失信"),
}  # fmt: skip
GIST = {"penalty": ("facts", "kind_of_penalty"), "licence": ("licence_name",), "inspection": ("result", "items")}
HEAD = frozenset({"uscc", "name", "document", "decided", "issuer", "until"})  # printed by their own columns


@dataclass(frozen=True, slots=True)
class Record:
    """One notice as the page prints it."""

    notice: PublicNotice
    kind: str
    rows: list[tuple[str, str]]
    stops: str
    sum: list[str]

    @property
    def anchor(self) -> str:
        return f"record-{self.notice.entry_seq}"

    @property
    def objected(self) -> str:
        """How the firm's objection stands, in a sentence; empty where there is none."""
        return report.objected(self.notice)

    @property
    def masked(self) -> list[str]:
        """What was masked in it, in a sentence each."""
        return report.masked(self.notice)

    @property
    def short(self) -> str:
        """The kind in a word, as tabs call it."""
        return str(TITLES.get(self.notice.kind) or self.kind)

    @property
    def gist(self) -> str:
        """The record in a few words, for lists."""
        names = GIST.get(self.notice.kind) or tuple(name for name in self.notice.body if name not in HEAD)[:1]
        values = (self.notice.body.get(name) for name in names)
        fields = policy.current().record(self.notice.kind).fields
        told = zip(names, values, strict=True)
        return _("；").join(shown(fields.get(name), value) for name, value in told if value not in (None, "", []))


def shown(field: Any, value: Any) -> str:
    """A public value as the reader's language has it: titles of codes, yes and no; other words as they were filed."""
    if isinstance(value, list):
        return _("、").join(shown(field, one) for one in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    rows = policy.current().catalogue(field.catalogue).rows if field and field.catalogue and english() else ()
    return next((telling.named(row) for row in rows if row.title == value), office(report.printed(value))).replace(MASK, _("〔已遮蔽〕"))


def records(notices: Iterable[PublicNotice]) -> list[Record]:
    law = policy.current()
    return [_record(law, notice) for notice in notices]


def _record(law: policy.Law, notice: PublicNotice) -> Record:
    fields = law.record(notice.kind).fields
    rows = [
        (telling.named(fields[name]), shown(fields[name], value))
        for name, value in notice.body.items()
        if name in fields and name not in HEAD
    ]
    return Record(notice, telling.kind_title(notice.kind, kind_of(notice.uscc, "")), rows, stops(notice), reckoning(notice))


def stops(notice: PublicNotice) -> str:
    """Until when it is shown, in a few words."""
    return _("公示至 %(day)s") % {"day": notice.until} if notice.until else _("公示至依法停止")


def reckoning(notice: PublicNotice) -> list[str]:
    """How the last public day was counted, step by step, and the article."""
    book = Rulebook(policy.current())
    rule = book.publicity(notice.kind)
    told = [_("%(day)s 公示") % {"day": notice.published_on}]
    if notice.due:
        told.append(marked(_("法定公示期限 %(day)s") % {"day": notice.due}, book.start_confidence(rule, notice.decided) if rule else ""))
    basis = notice.basis
    if basis.get("months") and basis.get("from"):
        counted = add_months(date.fromisoformat(basis["from"]), basis["months"])
        told.append(_("自 %(start)s 起 %(months)s 个月，至 %(until)s 止") % {"start": basis["from"], "months": basis["months"], "until": counted})
        if notice.until and notice.until < counted:
            told.append(_("记录载明至 %(until)s，取较早的一天") % {"until": notice.until})
    hidden = first_hidden_day(notice.until, notice.withdrawn_on)
    told.append(_("%(day)s 起不再公示") % {"day": hidden} if hidden else _("没有固定期限，依法移出、撤回或修复时停止公示"))
    if basis.get("basis"):
        told.append(_("依据 %(basis)s") % {"basis": cited(notice)})
    return told


def cited(notice: PublicNotice) -> str:
    """The article its last day rests on, marked where the packs do not know that term from the text of the law."""
    basis, book = notice.basis.get("basis", ""), Rulebook(policy.current())
    rule = book.publicity(notice.kind)
    return marked(citing.cited(basis), book.stop_confidence(rule, notice.published_on, basis) if rule else "")


def marked(text: str, confidence: str) -> str:
    """A sentence that rests on a term, with the mark of a term that still has to be checked (待核)."""
    doubt = citing.doubt(confidence)
    return f"{text} · {doubt}" if doubt else text
