"""Why a row went back, in the reader's language. The row keeps the Chinese sentence, which names the cell's own words;
English is said by code.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hengjian.ground import policy
from hengjian.ground.people.language import english, named

register = template.Library()
SAID = {
    "columns-shifted": (_("本行各列错了位"), _("请给含逗号的内容加引号，或改报 .xlsx 文件")),
    "conflict": (_("与另一行关键字段相同而内容不同"), _("请核对原件；确需更正已报记录的，按更正程序办理")),
    "contradiction": (_("处罚内容与金额矛盾"), _("请核对决定书：处罚了的，改正处罚内容；没有处罚的，删去本行")),
    "date-future": (_("日期还没有到"), _("请对照原文书更正日期")),
    "date-impossible": (_("历法上没有这一天"), _("请对照原文书更正日期")),
    "date-serial": (_("是表格软件的日期序号，不是日期"), _("请把该列设为日期格式，核对后重新报送")),
    "date-words": (_("不是日期"), _("请写成 2024-01-05 的样子")),
    "dates-out-of-order": (_("两个日期先后颠倒"), _("请核对两个日期")),
    "missing": (_("必须填写"), _("请补填")),
    "name-differs": (_("名称与代码所属的主体不符"), _("请核对代码与名称；更名的，登记信息到达后会自动重新处理")),
    "negative": (_("金额小于零"), _("请对照原文书更正金额")),
    "no-record": (_("是合计或表下的说明，不是一条记录"), _("不必更正；下次报送时请删去")),
    "no-penalty": (_("不予处罚决定不是行政处罚"), _("请从处罚文件中删去本行")),
    "not-a-number": (_("不是整数"), _("请填写阿拉伯数字")),
    "not-money": (_("不是金额"), _("请对照原文书更正金额")),
    "not-yes-or-no": (_("不是“是”或“否”"), _("请填写“是”或“否”")),
    "out-of-range": (_("数值超出范围"), _("请对照原文书更正")),
    "several-values": (_("一格里写了几个结果"), _("每个结果单独一行，请拆开后重报")),
    "too-long": (_("内容过长"), _("请缩短后重报")),
    "unknown-code": (_("不在代码表里"), _("请按报送模板里的代码表填写")),
    "unknown-entity": (_("登记库里没有这个代码"), _("请核对代码；若主体新设立，登记信息到达后本行会自动重新处理")),
    "uscc-missing": (_("没有填写统一社会信用代码"), _("请核对原证照")),
    "uscc-wrong": (_("统一社会信用代码有误"), _("请核对原证照")),
    "zero-penalty": (_("罚没金额为0元，又没有其他处罚种类"), _("请核对决定书：若为不予处罚请删去本行，若金额漏填请补上")),
}  # fmt: skip


@register.filter
def says(reason: Mapping[str, str]) -> str:
    """What is wrong."""
    return gettext(SAID[reason["code"]][0]) if english() and reason["code"] in SAID else reason["says"]


@register.filter
def remedy(reason: Mapping[str, str]) -> str:
    """What to do."""
    return gettext(SAID[reason["code"]][1]) if english() and reason["code"] in SAID else reason["remedy"]


@register.filter
def caused(code: str) -> str:
    """A cause by its code alone, for many rows at once."""
    return gettext(SAID[code][0]) if code in SAID else code


@register.filter
def remedied(code: str) -> str:
    """What to do about a cause."""
    return gettext(SAID[code][1]) if code in SAID else ""


@register.filter
def field_title(name: str, kind: str) -> str:
    """What a field of a kind is called."""
    fields = policy.current().record(kind).fields
    return named(fields[name]) if name in fields else name
