"""Which entities to list; as of which days; mergers and divisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named

from .telling import KINDS


def items(catalogue: str) -> list[tuple[str, str]]:
    return [(item.code, named(item)) for item in policy.current().catalogue(catalogue).items.values()]


class FilterForm(forms.Form):
    """Name or code, kind, status, district."""

    q = forms.CharField(label=_("名称、曾用名或信用代码"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("主体类型"), required=False, choices=[("", _("全部")), *KINDS.items()])
    status = forms.ChoiceField(label=_("登记状态"), required=False)
    district = forms.ChoiceField(label=_("辖区"), required=False)
    address = forms.CharField(label=_("住所（与登记的一字不差）"), required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("全部")), *items("registration-states")]  # type: ignore[attr-defined]
        unknown = [("", _("全部")), ("unknown", _("不能确定")), *items("districts")]
        self.fields["district"].choices = unknown  # type: ignore[attr-defined]
        for name in ("q", "address"):
            self.fields[name].widget.attrs["class"] = "form-control"
        for name in ("kind", "status", "district"):
            self.fields[name].widget.attrs["class"] = "form-select"


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control"})


UNIONS = {"merger": _("合并：并入另一主体"), "division": _("分立：分出另一主体"), "same": _("换码：与另一代码是同一主体")}


class UniteForm(forms.Form):
    """What became of an entity, into or out of which other one, by which decision."""

    kind = forms.ChoiceField(label=_("关系"), choices=list(UNIONS.items()), widget=forms.Select(attrs={"class": "form-select"}))
    uscc = forms.CharField(label=_("另一主体的统一社会信用代码"), max_length=40, widget=_line())
    on = forms.DateField(label=_("生效日期"), widget=_day())
    basis = forms.CharField(label=_("依据（文书、登记事项）"), max_length=400, widget=_line())
