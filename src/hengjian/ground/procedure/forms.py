"""A form for any act, made from the fields its definition names. What it gives back is ready for the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit.money import BadMoney, parse_yuan, yuan
from hengjian.ground.kit.uscc import is_valid
from hengjian.ground.people.language import english, named
from hengjian.ground.people.models import Officer
from hengjian.ground.policy.schema.procedures import Act, Field_, Procedure

from .fields import LONGEST
from .models import Party

PLAIN = {"class": "form-control"}


class YuanField(forms.CharField):
    """An amount typed in yuan, kept in fen."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = parse_yuan(text).fen
        except BadMoney as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if fen < 0:
            raise forms.ValidationError(_("金额不能小于零"))
        return fen


class UsccField(forms.CharField):
    """A credit code with its check digit."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").strip().upper()
        if text and not is_valid(text):
            raise forms.ValidationError(_("统一社会信用代码须为 18 位，且校验位相符"))
        return text


class _Each:
    """The class of a box belongs to each box and not to what holds them: they lay over each other."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "form-check-input"
        return option


class Radios(_Each, forms.RadioSelect):
    pass


class Boxes(_Each, forms.CheckboxSelectMultiple):
    pass


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs=PLAIN), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        several = data if isinstance(data, list | tuple) else [data]
        cleaned = [forms.FileField.clean(self, one, initial) for one in several]
        return [one for one in cleaned if one]


class YesNo(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", _("是")), ("no", _("否"))]
        widget = Radios(attrs={"class": "checks side-by-side"})
        super().__init__(choices=choices, coerce=lambda v: v == "yes", empty_value=None, widget=widget, **kwargs)


class FieldsForm(forms.Form):
    """Fields of a definition, in order. `kept()` is their body; `uploads()` the files that came with it."""

    def __init__(
        self, *args: Any, procedure: Procedure, required: Iterable[str], optional: Iterable[str] = (), on: date,
        officers: Iterable[Officer] = (), parties: Iterable[Party] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.procedure, self.on = procedure, on
        self.people = [(one.number, one.name) for one in officers]
        self.parties = [(one.position, one.name) for one in parties]
        wanted = [(name, True) for name in required] + [(name, False) for name in optional]
        for name, needed in wanted:
            if procedure.fields[name].type != "record":  # filled in on a page of the house's own
                self.fields[name] = self._made(procedure.fields[name], needed)

    def _made(self, field: Field_, needed: bool) -> forms.Field:
        told: dict[str, Any] = {
            "label": named(field), "required": needed, "help_text": (field.hint_en if english() else "") or field.hint,
        }  # fmt: skip
        kind = field.type
        if kind == "code":
            return self._choice(self._codes(field), field.many, told)
        if kind == "officers":
            return self._choice(self.people, True, told)
        if kind == "party":
            return forms.TypedChoiceField(
                choices=[("", "—"), *self.parties],
                coerce=int,
                empty_value=None,
                widget=forms.Select(attrs={"class": "form-select"}),
                **told,
            )
        if kind == "files":
            return FilesField(**told)
        if kind == "bool":
            return YesNo(**told)
        if kind == "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d"), **told)
        if kind == "moment":
            widget = forms.DateTimeInput(attrs={"type": "datetime-local", **PLAIN}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **told)
        if kind == "int":
            return forms.IntegerField(min_value=0, widget=forms.NumberInput(attrs=PLAIN), **told)
        return self._text(kind, told)

    def _text(self, kind: str, told: dict[str, Any]) -> forms.Field:
        if kind == "money":
            told["help_text"] = told["help_text"] or _("以元填写，如 5000 或 0.5万元")
            return YuanField(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", **PLAIN}), **told)
        if kind == "entity":
            return UsccField(
                max_length=18, widget=forms.TextInput(attrs={"autocapitalize": "characters", **PLAIN}), **told
            )
        widget = forms.Textarea(attrs={"rows": 4, **PLAIN}) if kind == "long" else forms.TextInput(attrs=PLAIN)
        return forms.CharField(max_length=LONGEST[kind], widget=widget, **told)

    def _codes(self, field: Field_) -> list[tuple[str, str]]:
        listed = policy.current().catalogue(field.catalogue or "").on(self.on)
        return [(code, named(item)) for code, item in listed.items()]

    def _choice(self, choices: list[tuple[str, str]], many: bool, told: dict[str, Any]) -> forms.Field:
        if many:
            return forms.MultipleChoiceField(
                choices=choices, widget=Boxes(attrs={"class": "checks"}), **told
            )
        return forms.ChoiceField(
            choices=[("", "—"), *choices], widget=forms.Select(attrs={"class": "form-select"}), **told
        )

    def kept(self) -> dict[str, Any]:
        """The body of the act, files apart; what was left blank is left out."""
        found = {
            name: _plain(value)
            for name, value in self.cleaned_data.items()
            if not isinstance(self.fields[name], FilesField)
        }
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def uploads(self) -> dict[str, list[UploadedFile]]:
        return {name: self.cleaned_data[name] for name in self.fields if isinstance(self.fields[name], FilesField)}


def _plain(value: Any) -> Any:
    if hasattr(value, "hour"):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def initial_of(procedure: Procedure, names: Iterable[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """What earlier acts said fills the form, so that nothing is typed twice."""
    found: dict[str, Any] = {}
    for name in names:
        field = procedure.fields[name]
        if field.fresh or field.type == "files" or name not in said:
            continue
        value = said[name]
        found[name] = (
            yuan(value).replace(",", "")
            if field.type == "money"
            else ("yes" if value else "no")
            if field.type == "bool"
            else value
        )
    return found


def form_for(
    act: Act, procedure: Procedure, said: Mapping[str, Any], *args: Any, on: date, **kwargs: Any
) -> FieldsForm:
    names = [*act.requires, *act.optional]
    initial = initial_of(procedure, names, said)
    return FieldsForm(
        *args, procedure=procedure, required=act.requires, optional=act.optional, on=on, initial=initial, **kwargs
    )
