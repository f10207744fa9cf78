"""Forms of the two bases: filters, a tie, a file of objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.language import named, office
from hengjian.ground.people.models import Agency
from hengjian.street.intake import uploads

from . import queries, rules
from .forms import look

FIELDS, DEPARTMENTS = "inspection-fields", "inspection-departments"
STATES = {"able": _("可抽取"), "soon": _("证件 60 天内到期"), "expired": _("没有有效证件"), "none": _("没有证件")}
LINES = {"kept": _("保留"), "joined": _("新增"), "left": _("退出")}


def titled(catalogue: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their titles; a list the packs do not hold leaves the codes as they are."""
    known = policy.current().sections["catalogues"].get(catalogue)
    items = known.items if known else {}
    return [(code, named(items[code]) if code in items else code) for code in codes]


class ItemFilter(forms.Form):
    """Which items of the list to show, beside which year."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False)
    department = forms.ChoiceField(label=_("部门"), required=False)
    state = forms.ChoiceField(label=_("与上年相比"), required=False, choices=[("", _("全部")), *LINES.items()])

    def __init__(self, *args: Any, years: Iterable[int], departments: Iterable[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("全部")), *titled(DEPARTMENTS, departments)]  # type: ignore[attr-defined]
        look(self)


class InspectorFilter(forms.Form):
    """Which officers of the base to show."""

    q = forms.CharField(label=_("姓名或工号"), required=False, max_length=40)
    agency = forms.ChoiceField(label=_("机构"), required=False)
    field = forms.ChoiceField(label=_("检查资格"), required=False)
    state = forms.ChoiceField(label=_("证件"), required=False, choices=[("", _("全部")), *list(STATES.items())[:3]])

    def __init__(self, *args: Any, agencies: Iterable[Agency], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["agency"].choices = [("", _("全部")), *((one.code, office(one.name)) for one in agencies)]  # type: ignore[attr-defined]
        known = policy.current().catalogue(FIELDS).items
        self.fields["field"].choices = [("", _("全部")), *titled(FIELDS, known)]  # type: ignore[attr-defined]
        look(self)


class TieForm(forms.Form):
    """A firm an officer may not visit, why, until when."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=20)
    ground = forms.ChoiceField(label=_("回避事由"))
    until = forms.DateField(
        label=_("截止日"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("不填即一直有效，直到解除。")
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=200, help_text=_("不要写亲属的姓名和证件号码。"))

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        grounds = policy.current().catalogue(queries.GROUNDS).on(on).values()
        self.fields["ground"].choices = [(item.code, named(item)) for item in grounds if item.code != rules.LAST_VISIT]  # type: ignore[attr-defined]
        look(self)

    def clean_uscc(self) -> str:
        return codes.normalise(self.cleaned_data["uscc"])


class ObjectFile(forms.Form):
    """A file of inspection objects of one kind."""

    kind = forms.CharField(max_length=30, widget=forms.HiddenInput)
    file = forms.FileField(label=_("文件"), max_length=200, allow_empty_file=True)

    def clean_file(self) -> Any:
        try:
            return uploads.check(self.cleaned_data["file"])
        except Refusal as refusal:
            raise ValidationError(refusal.told(gettext)) from refusal
