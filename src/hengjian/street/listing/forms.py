"""Forms of the lists: what a department is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.choices import AgencyChoice
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency

PLAIN = {"class": "form-control"}
SELECT = {"class": "form-select"}


class AskDepartment(forms.Form):
    """Which department, which measure of the list, in which field, and why. The acts of the field follow."""

    to = AgencyChoice(label=_("响应部门"), queryset=Agency.objects.none(), widget=forms.Select(attrs=SELECT))
    measure = forms.ChoiceField(label=_("措施"), widget=forms.Select(attrs=SELECT))
    domain = forms.ChoiceField(label=_("领域"), widget=forms.Select(attrs=SELECT))
    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs=PLAIN | {"rows": 3}))

    def __init__(self, *args: Any, on: date, issuer: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        law = policy.current()
        departments: Any = self.fields["to"]
        departments.queryset = Agency.objects.exclude(pk=issuer).filter(kind__in=("department", "city-bureau")).order_by("code")
        measures, domains = (law.catalogue(name).on(on) for name in ("restriction-measures", "restriction-domains"))
        choices: Any = self.fields
        choices["measure"].choices = [(code, named(item)) for code, item in measures.items()]
        choices["domain"].choices = [(code, named(item)) for code, item in domains.items()]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        law = policy.current()
        domain, measure = told.get("domain"), told.get("measure")
        if domain and measure and domain not in law.catalogue("restriction-measures").items[measure].extra["domains"]:
            self.add_error("measure", _("这项措施不适用于所选的领域"))
        told["acts"] = [code for code, item in law.catalogue("guarded-acts").items.items() if item.extra["domain"] == domain]
        return told
