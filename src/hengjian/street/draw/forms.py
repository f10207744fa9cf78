"""Forms of the draw page: a seed source, its value, a reason. Those of a plan are in plan_forms.py."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import clock


def look(form: forms.Form) -> None:
    """Fields look as everywhere."""
    for field in form.fields.values():
        kind = field.widget
        if isinstance(kind, forms.CheckboxSelectMultiple | forms.RadioSelect):
            continue
        kind.attrs.setdefault("class", "form-select" if isinstance(kind, forms.Select) else "form-control")


class SourceForm(forms.Form):
    """Where the seed will come from; nobody may know it yet."""

    argument = "source"

    kind = forms.ChoiceField(
        label=_("种子来源"),
        choices=[
            ("commit-reveal", _("两个部门先封存、后揭示")), ("lottery", _("公开彩票开奖号码")), ("beacon", _("公开随机信标"))
        ],
    )  # fmt: skip
    name_a = forms.CharField(label=_("甲部门"), max_length=40, required=False)
    digest_a = forms.CharField(label=_("甲部门封存摘要"), max_length=64, required=False)
    name_b = forms.CharField(label=_("乙部门"), max_length=40, required=False)
    digest_b = forms.CharField(label=_("乙部门封存摘要"), max_length=64, required=False)
    name = forms.CharField(label=_("彩票或信标名称"), max_length=60, required=False)
    issue = forms.CharField(label=_("期号或轮次"), max_length=20, required=False)
    due = forms.DateTimeField(
        label=_("开奖或发布时间"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        look(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        needed = (
            ("name_a", "digest_a", "name_b", "digest_b")
            if data.get("kind") == "commit-reveal"
            else ("name", "issue", "due")
        )
        for field in needed:
            if not data.get(field) and field not in self.errors:
                self.add_error(field, _("请填写"))
        if data.get("kind") == "beacon" and data.get("issue") and not data["issue"].isdigit():
            self.add_error("issue", _("信标轮次是一个整数"))
        return data

    def source(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data["kind"] == "commit-reveal":
            pairs = ((data["name_a"], data["digest_a"]), (data["name_b"], data["digest_b"]))
            return {"kind": "commit-reveal", "parties": [{"name": n, "digest": d.strip().lower()} for n, d in pairs]}
        due: datetime = data["due"]
        made = {"kind": data["kind"], "name": data["name"], "due": due.astimezone(clock.SHANGHAI).isoformat()}
        return made | ({"round": int(data["issue"])} if data["kind"] == "beacon" else {"issue": data["issue"]})


class SeedForm(forms.Form):
    """The announced value: two revealed values, a winning number with its witness, or a relay file."""

    argument = "evidence"

    reveal_a = forms.CharField(label=_("甲部门揭示的数值"), max_length=200, strip=False)
    reveal_b = forms.CharField(label=_("乙部门揭示的数值"), max_length=200, strip=False)
    value = forms.CharField(
        label=_("开奖号码"), max_length=100, help_text=_("号码之间用空格分开，例：03 11 17 20 26 31 09")
    )
    witness = forms.CharField(label=_("见证人（部门和工号）"), max_length=60)
    relay = forms.FileField(label=_("信标转送文件"), help_text=_("JSON：round、randomness、signature"))
    FIELDS = {"commit-reveal": ("reveal_a", "reveal_b"), "lottery": ("value", "witness"), "beacon": ("relay",)}

    def __init__(self, *args: Any, source: dict[str, Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.announced = source
        for name in set(self.fields) - set(self.FIELDS[source["kind"]]):
            del self.fields[name]
        for field, party in zip(("reveal_a", "reveal_b"), source.get("parties", ()), strict=False):
            self.fields[field].label = _("%(name)s揭示的数值") % party
        look(self)

    def clean_relay(self) -> dict[str, Any]:
        try:
            relayed = json.loads(self.cleaned_data["relay"].read(10_000))
            return {
                "round": int(relayed["round"]),
                "value": str(relayed["randomness"]),
                "signature": str(relayed.get("signature", "")),
            }
        except (ValueError, KeyError, TypeError) as error:
            raise forms.ValidationError(_("转送文件应为 JSON，含 round、randomness 和 signature")) from error

    def evidence(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.announced["kind"] == "commit-reveal":
            return {"reveals": [data["reveal_a"], data["reveal_b"]]}
        if self.announced["kind"] == "lottery":
            return {"issue": self.announced["issue"], "value": data["value"], "witness": data["witness"]}
        relayed: dict[str, Any] = data["relay"]
        return relayed


class RedrawForm(forms.Form):
    """Why another draw is needed; the reason is published."""

    reason = forms.CharField(
        label=_("重新抽取的原因（将公布）"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        look(self)
