"""Values for the gallery at /ui/: every component once, in its usual and its awkward state."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import clock

from .days import asked

Due = namedtuple("Due", "due provisional basis steps")


class Example(forms.Form):
    name = forms.CharField(
        label=_("企业名称"), help_text=_("与营业执照一致"), widget=forms.TextInput({"class": "form-control"})
    )


def context() -> dict[str, object]:
    today = clock.today()
    steps = [_("从决定作出之日起算，当日不计"), _("跳过周六、周日和法定节假日")]
    return {
        "late": today - timedelta(2),
        "soon": today + timedelta(2),
        "calm": today + timedelta(20),
        "deadline": Due(today + timedelta(5), True, "samr-45-2021 §8", steps),
        "heads": [_("企业名称"), _("统一社会信用代码"), _("分类"), _("期限")],
        "tabs": [
            {"href": "#a", "title": _("基础信息"), "count": None, "here": True},
            {"href": "#b", "title": _("行政处罚"), "count": 3, "here": False},
            {"href": "#c", "title": _("严重违法失信"), "count": 0, "here": False},
        ],
        "steps": [
            {"title": _("计划"), "note": "11-02", "state": "done"},
            {"title": _("抽取"), "note": "", "state": "now"},
            {"title": _("检查"), "note": "", "state": ""},
            {"title": _("公示"), "note": "", "state": ""},
        ],
        "page": Paginator(range(45), 20).get_page(2),
        "events": [{"at": today, "title": _("公示抽查结果"), "note": _("未发现问题")}],
        "form": Example(data={"name": ""}),
        "asked": asked(QueryDict(f"on={today - timedelta(30)}&known=x"), today),
        "option": {
            "xAxis": {"type": "category", "data": ["良好", "警示", "失信", "严重失信"]},
            "yAxis": {"type": "value"},
            "series": [{"type": "bar", "data": [68230, 13617, 501, 118]}],
            "tooltip": {"trigger": "axis"},
        },
    }
