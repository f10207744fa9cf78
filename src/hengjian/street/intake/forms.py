"""What an officer may fill in when a file is sent, and when deliveries are looked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.language import named

from . import uploads

STATES = {
    "held": _("待确认"), "stored": _("等待处理"), "working": _("处理中"), "done": _("已办结"), "refused": _("整份退回"),
}  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    """Kinds of record that may be sent, registrations first, as the pack lists them."""
    law = policy.current()
    found = [(kind, named(record)) for kind, record in law.records.items() if not record.abstract]
    return sorted(found, key=lambda pair: pair[0] != "registration")


class DeliverForm(forms.Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label=_("数据种类"))
    file = forms.FileField(label=_("文件"), max_length=200, allow_empty_file=True)
    corrects = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status = 422
        self.fields["kind"].choices = [("", _("请选择")), *kinds()]  # type: ignore[attr-defined]
        self.fields["kind"].widget.attrs["class"] = "form-select"

    def clean_file(self) -> Any:
        try:
            return uploads.check(self.cleaned_data["file"])
        except Refusal as refusal:
            self.status = refusal.status
            raise forms.ValidationError(refusal.told(gettext)) from refusal


class FilterForm(forms.Form):
    """Which deliveries to list."""

    q = forms.CharField(label=_("文件名"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("数据种类"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    agency = forms.CharField(label=_("报送机关"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *kinds()]  # type: ignore[attr-defined]
        states = [("", _("全部")), ("rejected", _("有退回行")), *STATES.items()]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        for name in ("kind", "state"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("q", "agency"):
            self.fields[name].widget.attrs["class"] = "form-control"


class KindForm(forms.Form):
    """One kind of those that are there, or all."""

    kind = forms.ChoiceField(label=_("数据种类"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        self.fields["kind"].widget.attrs["class"] = "form-select"
