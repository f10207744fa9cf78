"""Words for what the packs hold: sections, units, confidence, and conditions as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.ground.people import citing
from hengjian.ground.people.language import english as english
from hengjian.ground.people.language import named
from hengjian.ground.people.language import told as told
from hengjian.ground.policy import Law
from hengjian.ground.policy.schema.rulesets import Compare, Condition, TermValue, Total, Yuan

title_of = named

SECTIONS = {
    "terms": (_("期限与数值"), "hourglass"), "provisions": (_("条文要点"), "gavel"), "rules": (_("分类规则"), "scale"), "catalogues": (_("代码表"), "list-details"),
    "records": (_("记录目录"), "clipboard-list"), "publicity": (_("公示规则"), "world"),
    "procedures": (_("办理程序"), "adjustments"), "documents": (_("文书"), "file-text"),
    "indicators": (_("指标"), "chart-bar"), "tasks": (_("任务"), "checklist"), "sources": (_("法律文件"), "book"),
    "calendars": (_("工作日历"), "calendar-event"),
}  # fmt: skip
AREAS = {"活力": _("活力"), "秩序": _("秩序"), "质量": _("质量"), "安全": _("安全")}  # of indicators
CONFIDENCE = {
    code: (citing.CONFIDENCE[code], tone, icon)
    for code, tone, icon in (
        ("seen", "green", "circle-check"), ("part", "yellow", "alert-triangle"), ("unverified", "red", "alert-octagon"),
        ("project", "blue", "info-circle"),
    )
}  # fmt: skip
UNITS = {
    "working_day": _("个工作日"), "calendar_day": _("日"), "hour": _("小时"), "minute": _("分钟"), "second": _("秒"),
    "month": _("个月"), "year": _("年"), "count": "", "percent": "%", "yuan": _("元"), "person": _("人"), "date": "",
    "month_day": "", "list": "", "ratio": "", "flag": "", "ten_thousand": _("万"), "per_ten_thousand": _("每万人"),
    "per_thousand": _("每千人"), "batch": _("个批次"),
}  # fmt: skip
LEVELS = {
    "法律": _("法律"), "行政法规": _("行政法规"), "司法解释": _("司法解释"), "部门规章": _("部门规章"), "地方性法规": _("地方性法规"),
    "地方政府规章": _("地方政府规章"), "规范性文件": _("规范性文件"), "地方规范性文件": _("地方规范性文件"),
    "国家标准": _("国家标准"), "技术规范": _("技术规范"), "项目": _("项目口径"),
}  # fmt: skip
CHANGES = {"begins": _("开始"), "changes": _("改变"), "ends": _("终止")}
STEPS = {
    "start": _("起算"), "counted": _("计入"), "skipped": _("跳过"), "paused": _("中止"), "rolled": _("顺延"),
    "extended": _("延长"), "end": _("届满"),
}  # fmt: skip
KINDS = {
    "penalty": _("行政处罚"), "abnormal-list": _("经营异常名录记录"), "serious-list": _("严重违法失信名单记录"),
    "court-defaulter": _("失信被执行人记录"), "refused-inspection": _("不配合检查记录"),
    "suspension-or-revocation": _("停产停业、吊销类处罚"), "major-accident": _("重大事故记录"),
}  # fmt: skip
# Keys that items of code lists carry besides code and title.
EXTRA = {
    "agency": _("机构"), "article": _("条"), "category": _("类"), "days": _("天数"), "deaths_from": _("死亡（人以上）"),
    "district": _("所在区"), "field": _("领域"), "floor_yuan": _("下限（元）"), "group": _("组"), "high": _("上界"),
    "injured_from": _("重伤（人以上）"), "item": _("审查标准"), "kind": _("种类"), "level": _("类别"),
    "loss_yuan_from": _("损失（元以上）"), "low": _("下界"), "measures": _("实施办法条款"), "minutes": _("分钟"),
    "months": _("月数"), "months_max": _("最长（月）"), "months_min": _("最短（月）"), "must_show": _("应当标明"),
    "negative": _("负面结果"), "norm": _("技术规范"), "percent": "%", "points": _("分值"), "powers": _("权限"),
    "publicity": _("公示"), "qualification": _("资格"), "regulation": _("条例条款"), "required": _("必填"), "rule": _("规则"),
    "score_above": _("分数大于"), "score_from": _("分数不低于"), "score_max": _("分数不超过"), "spellings": _("其他写法"),
    "times_from": _("倍数下限"), "times_to": _("倍数上限"), "type": _("类型"), "visits": _("每年检查次数"),
    "accept": _("受理"), "apply": _("申请"), "conditions": _("条件"), "decide": _("决定"), "ends": _("到期"), "form": _("表格"),
    "lifts": _("解除"), "note": _("说明"), "record": _("记录"), "when": _("情形"), "why": _("原因"),
    "working_days": _("工作日"), "yuan_from": _("金额下限（元）"), "yuan_to": _("金额上限（元）"),
}  # fmt: skip
ANSWERS = {
    "always": _("必须"), "chosen": _("企业选择"), "optional": _("可选"), "conditional": _("有条件"), "other": _("其他"),
    "key": _("重点"), "general": _("一般"),
}  # fmt: skip
COMPARE = {"above": _("大于 %s"), "at_least": _("不少于 %s"), "at_most": _("不超过 %s"), "below": _("小于 %s")}


def value_of(value: Any, unit: str | None) -> str:
    """A value with its unit: 20 working days, 5,000 yuan, yes."""
    if unit == "flag" or isinstance(value, bool):
        return gettext("是") if value in (True, 1, "true", "yes") else gettext("否")
    if isinstance(value, list):
        return gettext("、").join(str(item) for item in value)
    if unit == "fen":
        return gettext("%s 元") % f"{int(value) / 100:,.0f}"
    text = f"{value:,}" if isinstance(value, int) and abs(value) >= 10000 else str(value)
    return f"{text} {UNITS.get(unit or '', unit or '')}".strip() if unit != "percent" else f"{text}%"


def event_title(law: Law, code: str | None) -> str:
    """What starts or stops a clock, in words."""
    item = law.catalogue("events").items.get(code or "") if "events" in law.sections["catalogues"] else None
    return title_of(item) if item else code or ""


def sentence(condition: Condition, terms: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as words: {text} for a leaf, {how, parts} for a combination, to be shown as nested lists."""
    for how, word in (("all", _("同时符合")), ("any", _("符合下列之一")), ("none", _("下列都没有"))):
        parts = getattr(condition, how)
        if parts is not None:
            return {"how": word, "parts": [sentence(part, terms) for part in parts]}
    return {"text": (" " if english() else "").join(part.strip() for part in _leaf(condition, terms))}


def _leaf(condition: Condition, terms: Mapping[str, Any]) -> list[str]:
    words = []
    if condition.within:
        words.append(gettext("最近 %s 个月内，") % condition.within.months)
    for where in condition.where:
        words.append(gettext("只计仅警告的") if where.is_ else gettext("不计仅警告的"))
    kind = str(KINDS.get(str(condition.kind), condition.kind))
    if condition.exists is not None:
        words.append((gettext("有%s") if condition.exists else gettext("没有%s")) % kind)
    elif condition.count is not None:
        words += [gettext("%s的次数") % kind, _limit(condition.count, terms, "")]
    elif condition.sum is not None:
        names = {"fine": gettext("罚款"), "confiscated": gettext("没收")}
        money = gettext("与").join(names[name] for name in condition.sum.of)
        words += [gettext("%(kind)s的%(money)s合计") % {"kind": kind, "money": money}, _limit(condition.sum, terms, "yuan")]
    return words


def _limit(compare: Compare | Total, terms: Mapping[str, Any], unit: str) -> str:
    limit = compare.limit
    if isinstance(limit, Yuan):
        text = value_of(limit.yuan, "yuan")
    elif isinstance(limit, TermValue):
        text = value_of(terms[limit.term].latest.value, terms[limit.term].unit)
    else:
        text = value_of(limit, unit)
    return str(COMPARE[compare.operator]) % text

