"""What the pages on many filings ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named

from .models import CallBack
from .rates import Period

ANSWERS = {"satisfied": _("满意"), "fair": _("基本满意"), "dissatisfied": _("不满意"), "unreached": _("未联系上")}
assert set(ANSWERS) == set(CallBack.ANSWERS)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month a day lies in."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


class PeriodForm(forms.Form):
    """A period; without one the present month."""

    since = forms.DateField(label=_("从"), widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}))
    until = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", _("结束日期早于开始日期"))
        return told


def period_form(asked: dict[str, str], on: date) -> tuple[PeriodForm, Period]:
    """The form as asked and the period it gives; what cannot be read is said, and the present month shown."""
    since, until = month_of(on)
    form = PeriodForm({"since": asked.get("since") or since.isoformat(), "until": asked.get("until") or until.isoformat()})
    if form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    return form, Period(since, until, on)


def options(catalogue: str) -> list[tuple[str, str]]:
    """Codes of a catalogue with their titles in the reader's language."""
    return [(code, named(item)) for code, item in policy.current().catalogue(catalogue).items.items()]
