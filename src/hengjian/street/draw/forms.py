"""Forms of the desk: a plan, a seed source, its value, a reason."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Agency

from . import queries
from .models import Plan


def _choices(catalogue: str, on: date, *, top: bool = False) -> list[tuple[str, str]]:
    items = policy.current().catalogue(catalogue).items.values()
    return [(item.code, named(item)) for item in items if item.in_force(on) and not (top and item.parent)]


def look(form: forms.Form) -> None:
    """Fields look as everywhere."""
    for field in form.fields.values():
        kind = field.widget
        if isinstance(kind, forms.CheckboxSelectMultiple | forms.RadioSelect):
            continue
        kind.attrs.setdefault("class", "form-select" if isinstance(kind, forms.Select) else "form-control")


class PlanForm(forms.Form):
    """Scope, mode, odds, team. An empty scope means everything."""

    title = forms.CharField(label=_("计划名称"), max_length=80)
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("组织部门"))
    mode = forms.ChoiceField(
        label=_("抽取方式"),
        choices=[("by-grade", _("按风险等级 A–D 分层抽取")), ("green-only", _("只在良好主体内抽取（2015 年办法）"))],
    )
    items = forms.MultipleChoiceField(label=_("抽查事项"), widget=forms.CheckboxSelectMultiple)
    districts = forms.MultipleChoiceField(
        label=_("辖区（不选即全部）"), widget=forms.CheckboxSelectMultiple, required=False
    )
    industries = forms.MultipleChoiceField(
        label=_("行业门类（不选即全部）"), widget=forms.CheckboxSelectMultiple, required=False
    )
    quota = forms.IntegerField(
        label=_("抽取户数"),
        min_value=1,
        required=False,
        help_text=_("不填时按各类比例计算；填写时各类按比例之比分配。"),
    )
    odds = forms.CharField(
        label=_("各类抽查比例"), required=False, max_length=120,
        help_text=_("不填时采用规则包中的比例。例：A 1%, B 3%, C 10%, D 30%"),
    )  # fmt: skip
    team_size = forms.IntegerField(label=_("每组检查人员"), min_value=2, max_value=6, initial=2)
    visits_until = forms.DateField(
        label=_("检查完成日"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("执法证在这一天之前到期的人员不进入人员库。"),
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, agencies: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["agency"].initial = agencies.first()
        for name, catalogue, top in (
            ("items", queries.ITEMS, False),
            ("districts", "districts", False),
            ("industries", "industries", True),
        ):
            self.fields[name].choices = _choices(catalogue, on, top=top)  # type: ignore[attr-defined]
        look(self)

    def clean_odds(self) -> dict[str, str]:
        """`A 1%, B 3%` becomes exact fractions."""
        text = str(self.cleaned_data["odds"]).replace("，", ",").replace("：", " ").replace(":", " ")
        made = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            try:
                name, share = part.split()
                made[name] = str(Fraction(share.rstrip("%")) / 100)
            except (ValueError, ZeroDivisionError) as error:
                raise forms.ValidationError(_("请按“A 1%, B 3%”的样式填写")) from error
        return made


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


def plan_values(form: PlanForm) -> dict[str, Any]:
    """What `services.file_plan` takes."""
    return {
        name: value for name, value in form.cleaned_data.items() if name in {f.name for f in Plan._meta.get_fields()}
    }
