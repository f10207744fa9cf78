"""The two days every reading of the ledger may name; what a firm says; what an officer corrects."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.people.language import named
from hengjian.ground.ui.days import day

from . import telling
from .models import Entry

MOST = 2_000
COLUMNS = ("document", "decided", "until", "fine_fen", "confiscated_fen")
UNCORRECTED = ("name", "document", "decided", "effective", "issuer", "until", "unrecognised")  # columns, or not the record's own words


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows})


class AsOfForm(forms.Form):
    """As it stood on a day, as far as was known on another."""

    on = day(_("截至日期"), required=False)
    known = day(_("当时已入账"), required=False)


class SaidForm(forms.Form):
    """What a firm says to a record."""

    text = forms.CharField(label=_("内容"), max_length=MOST, widget=_words(5))


class ReasonForm(forms.Form):
    """Why an officer decides so."""

    reasons = forms.CharField(label=_("理由"), max_length=1_000, widget=_words(3))


class RedactionForm(forms.Form):
    """What is to be masked in a record: fields wholly, or words of them, one a line."""

    ground = forms.ChoiceField(label=_("事由"), choices=telling.grounds, widget=forms.Select(attrs={"class": "form-select"}))
    because = forms.CharField(label=_("理由"), max_length=400, widget=_words(2))

    def __init__(self, paths: list[tuple[str, str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = paths
        for number, (_path, _title, _text) in enumerate(paths):
            box = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.fields[f"whole-{number}"] = forms.BooleanField(label=_("整项遮蔽"), required=False, widget=box)
            self.fields[f"words-{number}"] = forms.CharField(label=_("只遮蔽其中的文字（每行一处）"), required=False, max_length=MOST, widget=_words(2))

    def rows(self) -> list[tuple[str, str, Any, Any]]:
        """Title, text and the two inputs of each field."""
        return [(title, text, self[f"whole-{number}"], self[f"words-{number}"]) for number, (_path, title, text) in enumerate(self.paths)]

    def whole(self) -> list[str]:
        return [path for number, (path, _title, _text) in enumerate(self.paths) if self.cleaned_data[f"whole-{number}"]]

    def words(self) -> dict[str, list[str]]:
        told = {path: self.cleaned_data[f"words-{number}"].split("\n") for number, (path, _title, _text) in enumerate(self.paths) if path not in self.whole()}
        return {path: found for path, lines in told.items() if (found := [line.strip() for line in lines if line.strip()])}


class CorrectionForm(forms.Form):
    """The fields of a record as they stand, to be put right. Only what differs is a correction."""

    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        text = forms.TextInput(attrs={"class": "form-control"})
        self.fields["document"] = forms.CharField(label=_("文书号"), required=False, max_length=120, initial=entry.document, widget=text)
        self.fields["decided"] = forms.DateField(label=_("作出日期"), initial=entry.decided, widget=_day())
        self.fields["until"] = forms.DateField(label=_("有效至"), required=False, initial=entry.until, widget=_day())
        for name, label in (("fine_fen", _("罚款金额（元）")), ("confiscated_fen", _("没收金额（元）"))):
            if (fen := getattr(entry, name)) is not None:
                number = forms.NumberInput(attrs={"class": "form-control", "step": "0.01"})
                self.fields[name] = forms.DecimalField(
                    label=label, min_value=0, decimal_places=2, max_digits=16, initial=yuan(fen).replace(",", ""), widget=number
                )
        described = policy.current().records[entry.kind].fields if entry.kind in policy.current().records else {}
        for name, value in entry.body.items():
            if name not in UNCORRECTED and isinstance(value, str) and name in described and described[name].type != "code":
                field = forms.CharField(label=named(described[name]), required=False, max_length=4_000, initial=value, widget=_words(2))
                self.fields[f"body.{name}"] = field

    def changes(self) -> dict[str, Any]:
        """What differs, as JSON keeps it: columns by name, and the whole body where a field of it changed."""
        changed: dict[str, Any] = {}
        body = dict(self.entry.body)
        for name, value in self.cleaned_data.items():
            if name.startswith("body."):
                body[name[5:]] = value
                continue
            told = int(value * 100) if name.endswith("_fen") else value
            if told != getattr(self.entry, name):
                changed[name] = told.isoformat() if isinstance(told, date) else told
        return changed | ({"body": body} if body != self.entry.body else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError(_now("没有改动任何内容"))
        return cleaned
