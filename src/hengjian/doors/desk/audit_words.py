"""Lines of the audit in words: what was done, to what, and the particulars, each for a person who never saw the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.audit.models import Trail
from hengjian.ground.people import scopes
from hengjian.ground.people.citing import cited
from hengjian.ground.people.language import named, title_in
from hengjian.ground.ui.pages import address
from hengjian.street.inspection.models import Visit
from hengjian.street.publication import standing

LONG = 40  # a digest is told by its beginning
# What a subject is, the page that shows it, and the power that page asks for.
SUBJECTS = {
    "delivery": (gettext_lazy("报送批次"), "intake:delivery", "intake.view"),
    "draw": (gettext_lazy("抽取"), "draw:draw", "draw.view"),
    "entity": (gettext_lazy("主体"), "desk:entity", "register.view"),
    "entry": (gettext_lazy("台账记录"), "ledger:entry", "ledger.view"),
    "law": (gettext_lazy("法律参数"), "", ""),
    "officer": (gettext_lazy("人员"), "desk:officer", "people.view"),
    "plan": (gettext_lazy("抽查计划"), "draw:plan", "draw.view"),
    "proceeding": (gettext_lazy("案卷"), "inspection:visit", "inspection.view"),
    "ruleset": (gettext_lazy("分类规则"), "", ""),
    "trial": (gettext_lazy("试算"), "assessment:trial", "assessment.whatif"),
}
WHOLES = {
    "audit": gettext_lazy("审计记录"), "inspection:visits": gettext_lazy("检查任务"), "ledger": gettext_lazy("信用台账"),
    "mirror": gettext_lazy("仓库镜像"), "projection": gettext_lazy("公示库"),
}  # fmt: skip
ACTORS = {"system": gettext_lazy("系统"), "jobs": gettext_lazy("定时任务")}
DETAILS = {
    "because": gettext_lazy("原因"), "bundle": gettext_lazy("数据包摘要"), "clocks": gettext_lazy("重算期限"),
    "commitment": gettext_lazy("承诺"), "fields": gettext_lazy("专业领域"), "filters": gettext_lazy("筛选"),
    "first": gettext_lazy("起始序号"), "form": gettext_lazy("格式"), "found": gettext_lazy("查得"),
    "frame": gettext_lazy("名录摘要"), "kind": gettext_lazy("种类"), "law": gettext_lazy("法律版本"),
    "mode": gettext_lazy("抽取方式"), "note": gettext_lazy("说明"), "number": gettext_lazy("编号"), "on": gettext_lazy("日期"),
    "picks": gettext_lazy("抽中摘要"), "post": gettext_lazy("岗位"), "predecessor": gettext_lazy("前次抽取"),
    "published": gettext_lazy("新公示"), "reason": gettext_lazy("事由"), "replacement": gettext_lazy("更正后序号"),
    "result": gettext_lazy("结果"), "rows": gettext_lazy("行数"), "scope": gettext_lazy("数据范围"),
    "sha256": gettext_lazy("文件摘要"), "shifted": gettext_lazy("期限有变"), "since": gettext_lazy("自"),
    "size": gettext_lazy("大小"), "source": gettext_lazy("种子来源"), "teams": gettext_lazy("检查组摘要"),
    "title": gettext_lazy("名称"), "units": gettext_lazy("指定机关"), "until": gettext_lazy("至"),
    "uscc": gettext_lazy("信用代码"), "value": gettext_lazy("公布值"), "visits": gettext_lazy("检查户数"),
    "withdrawn": gettext_lazy("停止公示"),
}  # fmt: skip
VALUES = {"by-grade": gettext_lazy("按风险等级"), "green-only": gettext_lazy("只抽良好")}


@dataclass(frozen=True, slots=True)
class Told:
    """One line, ready to be read; `house` says where an action without a title of its own belongs."""

    line: Trail
    action: str
    actor: str
    subject: str
    href: str
    basis: str
    details: list[tuple[str, str]]


def titles() -> dict[str, str]:
    """Every action that a house names, with its title (`audited` of its AppConfig)."""
    return {action: str(title) for app in apps.get_app_configs() for action, title in getattr(app, "audited", {}).items()}


def about(action: str, known: dict[str, str] | None = None) -> str:
    """What was done. An act of a proceeding by its title in the pack; without a title, the house it belongs to."""
    known = titles() if known is None else known
    if action in known:
        return known[action]
    house, _dot, act = action.partition(".")
    if house == "procedure":
        found = next((one.acts[act] for one in policy.current().sections["procedures"].values() if act in one.acts), None)
        return named(found)
    if house == "export":
        return _("导出数据")
    return _(str(apps.get_app_config(house).verbose_name)) if house in apps.app_configs else ""


def told(lines: Iterable[Trail], powers: frozenset[str]) -> Iterator[Told]:
    """The lines in words; a subject is a link where this reader may open its page."""
    lines, known = list(lines), titles()
    numbers = [line.subject.partition(":")[2] for line in lines if line.subject.startswith("proceeding:")]
    visits = dict(Visit.objects.filter(proceeding__number__in=numbers).values_list("proceeding__number", "pk"))
    for line in lines:
        subject, href = _subject(line.subject, visits, powers)
        yield Told(
            line, about(line.action, known), str(ACTORS.get(line.actor, line.actor)), subject, href,
            cited(line.basis) if line.basis else "", list(_details(line)),
        )  # fmt: skip


def _subject(subject: str, visits: dict[str, int], powers: frozenset[str]) -> tuple[str, str]:
    kind, _colon, key = subject.partition(":")
    if subject in WHOLES or kind not in SUBJECTS:
        return str(WHOLES.get(subject, subject)), ""
    title, page, power = SUBJECTS[kind]
    target = visits.get(key) if kind == "proceeding" else key
    return f"{title} {key}", address(page, target) if target and power in powers else ""


def _details(line: Trail) -> Iterator[tuple[str, str]]:
    for name, value in line.detail.items():
        if value not in ("", None, [], {}):
            yield str(DETAILS.get(name, name)), _value(name, value)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return _("，").join(f"{DETAILS.get(key, key)} {one}" for key, one in value.items())
    if isinstance(value, list):
        return _("、").join(str(one) for one in value)
    text = str(value)
    if name == "kind":
        return standing.title_of(text)
    if name == "scope":
        return str(scopes.TITLES.get(text, text))
    if name == "post":
        return title_in("posts", text)
    if len(text) > LONG and text.isalnum() and text.isascii():
        return f"{text[:16]}…"
    return str(VALUES.get(text, text))
