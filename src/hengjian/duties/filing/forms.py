"""Which month and kind are looked at, and what a comparison found."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import queries, showing

OUTCOMES = (("right", _("与原件一致")), ("wrong", _("有差错")), ("unknown", _("找不到原件")))


def month_of(text: str, today: date) -> date:
    """`2026-10` as its first day; this month where it is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return min(found, today.replace(day=1))


class Choice(forms.Form):
    """A month, and one kind or all."""

    month = forms.ChoiceField(label=_("月份"), required=False)
    kind = forms.ChoiceField(label=_("数据种类"), required=False)

    def __init__(self, *args: Any, today: date, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [(kind, showing.kind_title(kind)) for kind in kinds]
        self.fields["month"].choices = [(f"{one:%Y-%m}", f"{one:%Y-%m}") for one in queries.months(today)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("全部")), *titles]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class Finding(forms.Form):
    """What the comparison of a row with its original found."""

    outcome = forms.ChoiceField(label=_("复核结果"), choices=OUTCOMES, widget=forms.RadioSelect)
    fields_ = forms.MultipleChoiceField(label=_("不符的字段"), required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label=_("说明"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}))

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_"].choices = names  # type: ignore[attr-defined]
