"""The sum of a deadline in the reader's language. The law counts in Chinese; every word it may use stands here."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hengjian.ground import policy
from hengjian.ground.people.language import english
from hengjian.ground.policy.clocks import Step

WORDS = (
    _("当日不计入"), _("起算时不计入"), _("起算"), _("周末"), _("调休上班"), _("对应日"), _("对应日加上中止的日数"),
    _("当月没有对应日"), _("以月末为准"), _("顺延"), _("提前"), _("届满"), _("最迟之日"), _("批准延长至该日"), _("批准延长至该时"),
    _("经负责人批准延长"), _("经本级政府负责人批准延长"), _("经组织单位批准延长"), _("经主管部门批准延长"),
    _("元旦"), _("春节"), _("清明节"), _("劳动节"), _("端午节"), _("中秋节"), _("国庆节"),
)  # fmt: skip


def why(step: Step) -> str:
    """Why a day is counted, passed or the last."""
    if not english() or not step.why:
        return step.why
    events = {item.title: item.title_en for item in policy.current().catalogue("events").rows if item.title_en}
    return ", ".join(_part(part, events) for part in step.why.replace("、", "，").split("，"))


def _part(part: str, events: dict[str, str]) -> str:
    return events.get(part) or events.get(f"{part}开始", "").removesuffix(" begins") or gettext(part)


def line(step: Step) -> str:
    """One line of the sum: the day, its number where it counts, and why."""
    return " ".join(filter(None, (f"{step.day:%Y-%m-%d}", str(step.count or ""), why(step))))
