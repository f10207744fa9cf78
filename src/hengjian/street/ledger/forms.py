"""The two days every reading of the ledger may name."""

from django import forms
from django.utils.translation import gettext_lazy as _


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class AsOfForm(forms.Form):
    """As it stood on a day, as far as was known on another."""

    on = forms.DateField(label=_("截至日期"), required=False, widget=_day())
    known = forms.DateField(label=_("当时已入账"), required=False, widget=_day())
