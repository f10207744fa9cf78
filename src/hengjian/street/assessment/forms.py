"""What the pages of this house ask for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground.policy import Law

from . import drafts
from .telling import named

SIGNS = {"above": _("超过"), "at_least": _("不少于"), "at_most": _("不超过"), "below": _("少于")}
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def day(label: Any, **more: Any) -> forms.DateField:
    """A day picked from the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control", "min": FIRST.isoformat()}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class Bounded(forms.Form):
    """Days between 2000 and 2100: no classification is older, and no calendar reaches further."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in [*cleaned.items()]:
            if isinstance(value, date) and not FIRST <= value <= LAST:
                self.add_error(name, _("日期应在 2000 年至 2100 年之间"))
        return cleaned


class Replay(Bounded):
    """On day D, as known on day K, under the law of D or under a named version."""

    on = day(_("哪一天的类别"), required=False)
    known = day(_("按哪一天所知"), required=False)
    ruleset = forms.ChoiceField(label=_("适用规则"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, law: Law, **more: Any) -> None:
        super().__init__(*args, **more)
        rulesets = sorted(law.sections["rules"].values(), key=lambda each: (each.family, each.since))
        choices = [("", _("当日施行的规则")), *((each.id, named(each)) for each in rulesets)]
        self.fields["ruleset"].choices = choices  # type: ignore[attr-defined]


class Past(Bounded):
    """The class of every day up to D, as known on K."""

    on = day(_("截至哪一天"), required=False)
    known = day(_("按哪一天所知"), required=False)


class Moved(Bounded):
    """Classes that changed in a period, from one to another; errors leave the field out."""

    first = day(_("从"), required=False)
    last = day(_("到"), required=False)
    before = forms.CharField(required=False, max_length=20)
    after = forms.CharField(required=False, max_length=20)


class Filed(forms.Form):
    """Which entities behind a figure."""

    code = forms.CharField(required=False, max_length=20)
    district = forms.CharField(required=False, max_length=6)
    kind = forms.CharField(required=False, max_length=20)


class Trial(Bounded):
    """Numbers turned on the page, or a draft overlay; exactly one of the two."""

    on = day(_("试算日期"))
    overlay = forms.ChoiceField(label=_("草案覆盖包"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, law: Law, on: date, folders: list[Path], **more: Any) -> None:
        super().__init__(*args, initial={"on": on, **more.pop("initial", {})}, **more)
        self.fields["overlay"].choices = [("", _("不用覆盖包，只改下面的数值")), *((each.name, each.name) for each in folders)]  # type: ignore[attr-defined]
        self.groups = []
        self.offered: dict[str, drafts.Threshold] = {}
        for ruleset, offered in drafts.thresholds(law, on):
            rows = []
            for each in offered:
                units = {"yuan": _("元"), "times": _("次"), "percent": "%"}
                step = "any" if each.unit == "percent" else "1"
                shown = int(each.value) if each.value == int(each.value) else each.value
                self.fields[each.id] = forms.FloatField(
                    label=named(each), required=False, min_value=0, max_value=100 if each.unit == "percent" else None, initial=shown,
                    widget=forms.NumberInput(attrs={"class": "form-control num", "step": step}),
                )  # fmt: skip
                rows.append((SIGNS.get(each.asks, ""), self[each.id], units[each.unit]))
                self.offered[each.id] = each
            self.groups.append((named(ruleset), rows))

    @property
    def turned(self) -> dict[str, float]:
        """Only the numbers that differ from the law."""
        return {
            name: self.cleaned_data[name] for name, each in self.offered.items()
            if self.cleaned_data.get(name) is not None and self.cleaned_data[name] != each.value
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("overlay") and not self.turned:
            raise forms.ValidationError(_("还没有改动任何数值；请改一个数值，或选一个草案覆盖包"))
        if cleaned.get("overlay") and self.turned:
            raise forms.ValidationError(_("覆盖包和数值改动不能同时试算，请只用一种"))
        return cleaned
