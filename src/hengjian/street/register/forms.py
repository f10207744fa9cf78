"""Which entities to list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named

KINDS = {"enterprise": _("企业"), "individual": _("个体工商户"), "cooperative": _("农民专业合作社")}


def items(catalogue: str) -> list[tuple[str, str]]:
    return [(item.code, named(item)) for item in policy.current().catalogue(catalogue).items.values()]


class FilterForm(forms.Form):
    """Name or code, kind, status, district."""

    q = forms.CharField(label=_("名称、曾用名或信用代码"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("主体类型"), required=False, choices=[("", _("全部")), *KINDS.items()])
    status = forms.ChoiceField(label=_("登记状态"), required=False)
    district = forms.ChoiceField(label=_("辖区"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("全部")), *items("registration-states")]  # type: ignore[attr-defined]
        unknown = [("", _("全部")), ("unknown", _("不能确定")), *items("districts")]
        self.fields["district"].choices = unknown  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs["class"] = "form-control"
        for name in ("kind", "status", "district"):
            self.fields[name].widget.attrs["class"] = "form-select"
