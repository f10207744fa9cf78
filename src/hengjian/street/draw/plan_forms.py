"""Forms of a plan: scope, odds, period, and the departments that take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.choices import AgencyChoice
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency
from hengjian.ground.ui.looks import CLASSES
from hengjian.street.assessment.queries import GRADES, ruleset_of

from . import burden, objects, queries
from .forms import look
from .library_forms import DEPARTMENTS, titled
from .models import Plan
from .services import Joining

PARTS = 3  # departments that can take part besides the leading one
MODES = {"by-grade": _("按风险等级 A–D 分层抽取"), "green-only": _("只在良好主体内抽取（2015 年办法）")}
KINDS = {"annual": _("年度计划"), "ad-hoc": _("专项（临时）计划")}
LISTS = ("items", "districts", "industries")  # fields shown as boxes to tick


def choices_of(catalogue: str, on: date, *, top: bool = False) -> list[tuple[str, str]]:
    items = policy.current().catalogue(catalogue).items.values()
    return [(item.code, named(item)) for item in items if item.in_force(on) and not (top and item.parent)]


def items_of(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Items in force by department."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, item in policy.current().catalogue(queries.ITEMS).on(on).items():
        groups.setdefault(str(item.extra.get("department", "")), []).append((code, named(item)))
    return [(title, groups[code]) for code, title in titled(DEPARTMENTS, groups)]


def boxes_of(field: forms.BoundField) -> list[tuple[str, list[Any]]]:
    """The boxes of an item field by department."""
    boxes = {str(box.data["value"]): box for box in field}
    return [(title, [boxes[code] for code, _title in items]) for title, items in field.field.choices]  # type: ignore[attr-defined]


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, help_text=hint, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class PlanForm(forms.Form):
    """Scope, mode, odds, team. An empty scope means everything."""

    title = forms.CharField(label=_("计划名称"), max_length=80)
    agency = AgencyChoice(Agency.objects.none(), label=_("组织（牵头）部门"))
    kind = forms.ChoiceField(label=_("计划种类"), choices=KINDS.items(), initial="ad-hoc", required=False)
    team_size = forms.IntegerField(label=_("每组检查人员"), min_value=2, max_value=6, initial=2)
    visits_from = _day(_("检查开始日"))
    visits_until = _day(_("检查完成日"), _("执法证在这一天之前到期的人员不进入人员库。"))
    mode = forms.ChoiceField(label=_("抽取方式"), choices=MODES.items())
    odds = forms.CharField(
        label=_("各类抽查比例"), required=False, max_length=120,
        help_text=_("不填时采用规则包中的比例。例：A 1%, B 3%, C 10%, D 30%"),
    )  # fmt: skip
    quota = forms.IntegerField(
        label=_("抽取户数"), min_value=1, required=False, help_text=_("不填时按各类比例计算；填写时各类按比例之比分配。")
    )
    base = forms.ChoiceField(label=_("检查对象"), initial="register", required=False)
    classes = forms.MultipleChoiceField(label=_("风险等级（不选即全部）"), required=False, widget=forms.CheckboxSelectMultiple)
    unvisited_since = _day(_("只抽这一天以来未受检查的"), _("不填即不论上次检查时间。"))
    exception = forms.ChoiceField(label=_("年度次数上限的例外"), required=False, help_text=_("不引用例外时，达到上限的主体不进入名单。"))
    exception_reason = forms.CharField(label=_("引用例外的理由"), required=False, max_length=200)
    items = forms.MultipleChoiceField(label=_("牵头部门的抽查事项"), widget=forms.CheckboxSelectMultiple)
    districts = forms.MultipleChoiceField(label=_("辖区（不选即全部）"), widget=forms.CheckboxSelectMultiple, required=False)
    industries = forms.MultipleChoiceField(label=_("行业门类（不选即全部）"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, on: date, agencies: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["agency"].initial = agencies.first()
        grades = ruleset_of(GRADES, on).odds
        choices: dict[str, Any] = {
            "items": items_of(on), "districts": choices_of("districts", on), "industries": choices_of("industries", on, top=True),
            "base": [(source.code, source.title) for source in objects.sources(on).values()],
            "classes": [(grade, grade) for grade in (grades.percent if grades else ())],
            "exception": [("", _("不引用例外")), *choices_of(burden.EXCEPTIONS, on)],
        }  # fmt: skip
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        look(self)

    def clean_odds(self) -> dict[str, str]:
        """`A 1%, B 3%` becomes exact fractions; a colour may be named by its title."""
        text = str(self.cleaned_data["odds"]).replace("，", ",").replace("、", ",").replace("：", " ").replace(":", " ")
        codes = {str(shown.label): code for code, shown in CLASSES.items()}
        made = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            try:
                name, share = part.split()
                made[codes.get(name, name)] = str(Fraction(share.rstrip("%％")) / 100)
            except (ValueError, ZeroDivisionError) as error:
                raise ValidationError(_("请按“A 1%, B 3%”的样式填写")) from error
        return made

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("mode") == "green-only":
            data["classes"] = []  # that reading has one class
        return data | {name: data.get(name) or self.fields[name].initial for name in ("kind", "base")}

    def item_groups(self) -> list[tuple[str, list[Any]]]:
        return boxes_of(self["items"])

    def told(self) -> dict[str, Any]:
        """What `services.file_plan` takes."""
        known = {field.name for field in Plan._meta.get_fields()}
        return {name: value for name, value in self.cleaned_data.items() if name in known}


class PartForm(forms.Form):
    """A department that takes part: its items, and how many of its officers go. Left empty, it says nothing."""

    agency = AgencyChoice(Agency.objects.none(), label=_("参与部门"), required=False)
    team_size = forms.IntegerField(label=_("每组检查人员"), min_value=2, max_value=6, initial=2, required=False)
    items = forms.MultipleChoiceField(label=_("该部门的抽查事项"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["agency"].queryset = Agency.objects.exclude(kind__in=("office", "court")).order_by("path")  # type: ignore[attr-defined]
        self.fields["items"].choices = items_of(on)  # type: ignore[attr-defined]
        look(self)

    def item_groups(self) -> list[tuple[str, list[Any]]]:
        return boxes_of(self["items"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("items") and not data.get("agency"):
            self.add_error("agency", _("请选择部门"))
        if data.get("agency") and not data.get("items"):
            self.add_error("items", _("请至少选择一项"))
        return data


def part_forms(data: Any, on: date) -> list[PartForm]:
    return [PartForm(data or None, on=on, prefix=f"part{n}") for n in range(PARTS)]


def joining(parts: Sequence[PartForm]) -> list[Joining]:
    """The departments that were named."""
    told = (part.cleaned_data for part in parts)
    return [Joining(data["agency"], data["items"], data["team_size"] or 2) for data in told if data.get("agency")]
