"""Choices among agencies in forms, named in the reader's language."""

from __future__ import annotations

from django import forms

from .language import office
from .models import Agency


class AgencyChoice(forms.ModelChoiceField):
    """One agency."""

    def label_from_instance(self, agency: Agency) -> str:
        return office(agency.name)


class AgencyChoices(forms.ModelMultipleChoiceField):
    """Several agencies."""

    def label_from_instance(self, agency: Agency) -> str:
        return office(agency.name)
