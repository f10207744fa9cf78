"""Eligibility in the words of pages: the verdict, the sum of the shortest publicity, each condition with what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.people import citing
from hengjian.ground.people.language import named, note_of
from hengjian.ground.procedure import telling as sums
from hengjian.street.assessment.telling import kind_title

from .queries import Standing
from .rules import AT_ONCE

VERDICTS = {
    "now": ("green", "circle-check", gettext_lazy("现在可以申请")),
    "later": ("blue", "clock", gettext_lazy("期满后可以申请")),
    "barred": ("red", "ban", gettext_lazy("现在不具备条件")),
    "pending": ("yellow", "hourglass", gettext_lazy("申请办理中")),
    "itself": ("grey", "clock", gettext_lazy("期满自动停止，不能提前申请")),
    "elsewhere": ("grey", "external-link", gettext_lazy("须向其他机关申请")),
    "never-public": ("grey", "eye", gettext_lazy("不公示，不需要修复")),
    "over": ("grey", "archive", gettext_lazy("期限已满")),
    "closed": ("grey", "archive", gettext_lazy("已撤回、更正、修复或移出")),
}  # fmt: skip
MET = {
    True: ("met", "circle-check", gettext_lazy("具备")),
    False: ("unmet", "circle-x", gettext_lazy("不具备")),
    None: ("open", "file-text", gettext_lazy("须提交证明")),
}  # fmt: skip
TONES = {"met": "green", "unmet": "red", "open": "grey"}


@dataclass(frozen=True, slots=True)
class Told:
    """One record with everything a page says of it."""

    standing: Standing
    title: str
    tone: str
    icon: str
    verdict: str
    when: str
    way: str
    note: str
    sum: list[str]
    conditions: list[dict[str, Any]]
    bars: list[str]
    materials: list[str]
    spared: list[str]
    cites: str
    doubt: str

    @property
    def entry(self) -> Any:
        return self.standing.entry

    @property
    def answer(self) -> Any:
        return self.standing.answer


def standing(one: Standing) -> Told:
    answer = one.answer
    tone, icon, verdict = VERDICTS[answer.verdict]
    way = answer.way
    return Told(
        one, kind_title(one.entry.kind, one.entry.entity.kind), tone, icon, str(verdict), _when(one), named(way) if way else "",
        note_of(way), _sum(one), [_condition(each) for each in answer.conditions],
        [bar.told(_) for bar in answer.bars], [named(item) for item in answer.materials], [named(item) for item in answer.spared],
        cited(answer.basis), citing.doubt(answer.confidence),
    )  # fmt: skip


def cited(several: Iterable[str]) -> str:
    """Each basis as people cite it, with the number of the text: two versions bear one title."""
    known = policy.current().sections["sources"]
    found = []
    for basis in several:
        for one in citing.citations(basis):
            number = known[one.source].number if one.source in known else ""
            found.append(f"{one}{_('（')}{number}{_('）')}" if number else str(one))
    return _("；").join(dict.fromkeys(found))


def _when(one: Standing) -> str:
    """The day that matters, in a few words."""
    answer = one.answer
    if answer.verdict == "barred":
        told = [*(bar.told(_) for bar in answer.bars), *(each.says.told(_) if each.says else named(each) for each in answer.unmet if each.code != "waited")]
        return _("；").join(told)
    if answer.verdict == "later" and answer.opens:
        return _("%(day)s 起可以申请") % {"day": answer.opens.isoformat()}
    if answer.leaves and answer.verdict in ("now", "later", "itself", "pending"):
        return _("不申请的，%(day)s 起自动不再公示") % {"day": answer.leaves.isoformat()}
    if answer.subject.closed_on and answer.verdict == "closed":
        return answer.subject.closed_on.isoformat()
    return ""


def _sum(one: Standing) -> list[str]:
    """How the first day of application was counted, step by step."""
    answer = one.answer
    if answer.way is None or "apply" not in answer.way.extra:
        return []
    if answer.way.extra["apply"] == AT_ONCE:
        return [_("列入原因消除后即可申请，没有最短期限")]
    if answer.wait is None:
        return []
    subject = answer.subject
    told = []
    if subject.shown_from:
        told.append(_("%(day)s 公示（迟于法定期限公示的，自应当公示之日起算）") % {"day": subject.shown_from.isoformat()})
    elif subject.due and not subject.listing:
        told.append(_("尚未公示，最迟 %(day)s 公示") % {"day": subject.due.isoformat()})
    else:
        told.append(_("%(day)s 列入") % {"day": subject.decided.isoformat()})
    told += [sums.line(step) for step in answer.wait.steps]
    if answer.opens:
        told.append(_("%(day)s 起可以申请") % {"day": answer.opens.isoformat()})
    return told


def _condition(one: Any) -> dict[str, Any]:
    state, icon, met = MET[one.met]
    words = _("未满") if one.code == "waited" and one.met is False else str(met)
    return {"title": named(one), "state": state, "icon": icon, "words": words, "tone": TONES[state], "says": one.says.told(_) if one.says else ""}


def order(told: Told) -> tuple[int, date, int]:
    """Records that can be repaired today first, then by the day they can be, closed ones last."""
    rank = list(VERDICTS).index(told.answer.verdict)
    rank = {"pending": 0, "now": 1, "later": 2, "barred": 3}.get(told.answer.verdict, rank + 4)
    return rank, told.answer.opens or told.answer.leaves or date.max, told.entry.seq
