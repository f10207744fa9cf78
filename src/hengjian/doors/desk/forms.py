"""What pages of the desk ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people import scopes
from hengjian.ground.people.choices import AgencyChoices
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency
from hengjian.ground.ui.days import day as day


def line(label: object, longest: int, **more: str) -> forms.CharField:
    """A line of text that may stay empty."""
    widget = forms.TextInput(attrs={"class": "form-control"} | more)
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget)  # type: ignore[arg-type]


class AuditFilters(forms.Form):
    """Which lines of the audit to show."""

    who = line(_("人员"), 40)
    action = line(_("动作"), 60, list="actions")
    subject = line(_("对象"), 120)
    topic = forms.ChoiceField(
        label=_("范围"), required=False, widget=forms.Select(attrs={"class": "form-select"}),
        choices=(("", _("全部")), ("seen", _("查看自然人信息")), ("exported", _("导出数据"))),
    )  # fmt: skip
    since = day(_("自"), required=False)
    until = day(_("至"), required=False)


class GivePost(forms.Form):
    """A post of the pack from a day on."""

    post = forms.ChoiceField(label=_("岗位"), widget=forms.Select(attrs={"class": "form-select"}))
    since = day(_("任职日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = policy.current().catalogue("posts").items.values()
        self.fields["post"].choices = [("", _("请选择")), *((item.code, named(item)) for item in posts)]  # type: ignore[attr-defined]


class Scope(forms.Form):
    """Which units' matters an officer sees."""

    scope = forms.ChoiceField(
        label=_("数据范围"), widget=forms.Select(attrs={"class": "form-select"}), choices=tuple(scopes.TITLES.items()),
    )  # fmt: skip
    units = AgencyChoices(
        Agency.objects.order_by("path"), label=_("指定机关（仅“指定机关”时有效）"), required=False,
        widget=forms.SelectMultiple(attrs={"class": "form-select", "size": "8"}),
    )  # fmt: skip


class Paper(forms.Form):
    """A certificate to enforce the law or to inspect a field."""

    number = forms.CharField(label=_("证件编号"), max_length=40, widget=forms.TextInput(attrs={"class": "form-control"}))
    fields_text = forms.CharField(
        label=_("可以检查的专业领域"), required=False, max_length=200, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("用顿号或空格分开；留空表示只有一般执法资格。"),
    )  # fmt: skip
    since = day(_("有效期自"))
    until = day(_("有效期至"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("有效期的终止日早于起始日"))
        data["fields"] = data.pop("fields_text", "").replace("、", " ").split()
        return data
