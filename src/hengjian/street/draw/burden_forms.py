"""Forms of the burden ledger and of visits off plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit import uscc as codes
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Officer

from . import burden, roster
from .forms import look
from .library_forms import FIELDS
from .plan_forms import boxes_of, choices_of, items_of


class FirmFilter(forms.Form):
    """Which firms of the ledger to show."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False)
    q = forms.CharField(label=_("主体名称或信用代码"), required=False, max_length=60)
    at = forms.ChoiceField(label=_("次数"), required=False, choices=[("", _("全部")), ("at", _("已达上限")), ("over", _("超过上限"))])

    def __init__(self, *args: Any, this: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["year"].choices = [(year, year) for year in range(this, this - 3, -1)]  # type: ignore[attr-defined]
        look(self)


def _origins(on: date) -> list[tuple[str, str]]:
    listed = policy.current().catalogue(burden.ORIGINS).on(on).values()
    return [(item.code, named(item)) for item in listed if item.code != "draw"]


class OffPlanFilter(forms.Form):
    """Which visits off plan to show."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("asked", _("待审批")), ("approved", _("已批准")), ("refused", _("未批准"))]
    )
    origin = forms.ChoiceField(label=_("检查来源"), required=False)

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["origin"].choices = [("", _("全部")), *_origins(on)]  # type: ignore[attr-defined]
        look(self)


class OffPlanForm(forms.Form):
    """A visit off plan: on which ground, to whom, with whom, until when."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=20)
    origin = forms.ChoiceField(label=_("检查来源"))
    document = forms.CharField(label=_("来源文号"), required=False, max_length=80, help_text=_("投诉举报编号、交办文号或监测预警编号。"))
    due = forms.DateField(label=_("检查完成日"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("不要写投诉人、举报人的姓名和电话。"))
    exception = forms.ChoiceField(label=_("年度次数上限的例外"), required=False, help_text=_("主体今年的检查已达上限而来源计入次数时，必须引用。"))
    items = forms.MultipleChoiceField(label=_("检查事项"), widget=forms.CheckboxSelectMultiple)
    officers = forms.ModelMultipleChoiceField(Officer.objects.none(), label=_("检查人员"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, officer: Officer, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["origin"].choices = _origins(on)
        fields["exception"].choices = [("", _("不引用例外")), *choices_of(burden.EXCEPTIONS, on)]
        fields["items"].choices = items_of(on)
        able = roster.filtered(roster.visible_to(officer), on, state="able") | roster.filtered(roster.visible_to(officer), on, state="soon")
        fields["officers"].queryset = able
        fields["officers"].label_from_instance = _with_fields
        fields["due"].initial = on + timedelta(days=7)
        look(self)

    def item_groups(self) -> list[tuple[str, list[Any]]]:
        return boxes_of(self["items"])

    def clean_uscc(self) -> str:
        return codes.normalise(self.cleaned_data["uscc"])

    def told(self) -> dict[str, Any]:
        """What `services.ask_off_plan` takes besides the firm."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uscc"} | {"officers": list(self.cleaned_data["officers"])}


def _with_fields(officer: Any) -> str:
    """An officer by name, with what the certificates qualify for."""
    held = sorted({field for one in officer.certificates.all() for field in one.fields})
    fields = _("、").join(title_in(FIELDS, field) for field in held)
    return f"{officer.name}{_('（')}{fields}{_('）')}" if held else officer.name
