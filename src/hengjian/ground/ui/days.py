"""A day asked for on a page: picked from the browser's own calendar, in years a database can reckon with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)


def day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)], **more)


class AsOf(forms.Form):
    """As it was on one day, as known at the end of another (双时态)."""

    on = day(_("截至哪一天"), required=False)
    known = day(_("按哪一天所知"), required=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days a page is asked for; `replayed`: others than today. For `c-replay`."""

    form: AsOf
    on: date
    known: date | None
    replayed: bool


def asked(get: QueryDict, today: date) -> Asked:
    """The days in the address of a page; what is no day is told beside the field and leaves today."""
    form = AsOf(get if get.get("on") or get.get("known") else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return Asked(form, told.get("on") or today, told.get("known"), bool(told.get("on") or told.get("known")))
