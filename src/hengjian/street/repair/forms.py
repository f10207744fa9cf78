"""What a firm says and brings when it asks for repair; the same form serves the counter and the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named
from hengjian.ground.policy.schema import Item
from hengjian.ground.procedure import attachments, parties
from hengjian.ground.procedure.forms import FilesField

from . import rules
from .services import MOST, File, Files

PLAIN = {"class": "form-control"}
PREFIX = "file-"


class MaterialsForm(forms.Form):
    """Files by the kind of material they belong to. `needed` are those that have to be brought."""

    said = forms.CharField(label=_("申请说明"), required=False, max_length=MOST, widget=forms.Textarea(attrs={**PLAIN, "rows": 4}))

    def __init__(self, *args: Any, needed: Iterable[Item] = (), spared: Iterable[Item] = (), strict: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        must, free = {item.code for item in needed}, {item.code for item in spared}
        for item in policy.current().catalogue(rules.MATERIALS).rows:
            if item.extra.get("made") or (not item.extra.get("optional") and item.code not in must | free):
                continue
            hint = _("台账可以核到，不必提交") if item.code in free else _("可选多个文件；图片、PDF、Office 文档")
            self.fields[PREFIX + item.code] = FilesField(label=named(item), required=strict and item.code in must, help_text=hint)

    def brought(self) -> Files:
        """What came, by code of the material. Files too large are read no further than to say so."""
        found: dict[str, Sequence[File]] = {}
        for name, uploads in self.cleaned_data.items():
            if name.startswith(PREFIX) and uploads:
                found[name.removeprefix(PREFIX)] = [File(one.name or "", one.read(attachments.most() + 1)) for one in uploads]
        return found

    def file_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]


class ApplyForm(MaterialsForm):
    """An application: what the firm says, its files, the commitment, and who acts for it."""

    agent_name = forms.CharField(label=_("代理人姓名"), required=False, max_length=40, widget=forms.TextInput(attrs=PLAIN))
    agent_phone = forms.CharField(label=_("代理人电话"), required=False, max_length=40, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel"}))
    commit = forms.BooleanField(
        label=_("已阅读并签署上述信用承诺书"), widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": _("请阅读并签署信用承诺书")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agent_name") and not cleaned.get(PREFIX + "authority"):
            self.add_error(PREFIX + "authority", _("由代理人办理的，请上传授权委托书"))
        return cleaned

    def agent(self) -> parties.Person | None:
        name = self.cleaned_data.get("agent_name", "").strip()
        return parties.Person(name=name, person=True, phone=self.cleaned_data.get("agent_phone", "").strip()) if name else None


class UsccForm(forms.Form):
    """Which firm stands at the window."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, widget=forms.TextInput(attrs={**PLAIN, "autocapitalize": "characters"}))


class PeriodForm(forms.Form):
    """A period of statistics."""

    first = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d"))
