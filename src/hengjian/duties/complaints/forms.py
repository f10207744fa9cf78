"""Forms of the portal, the hotline and the counter. Labels say what is meant; errors say how to do better."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.people.language import named, office
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure.forms import FilesField, UsccField, YuanField

from .filing import LONGEST

PLAIN, SELECT, TICK = {"class": "form-control"}, {"class": "form-select"}, {"class": "form-check-input"}


def _codes(catalogue: str, on: date, empty: object = "") -> list[tuple[str, Any]]:
    listed = policy.current().catalogue(catalogue).on(on)
    return ([("", empty)] if empty else []) + [(code, named(item)) for code, item in listed.items()]


def _text(label: object, most: int, *, required: bool = False, hint: object = "", **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=PLAIN | attrs)
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, widget=widget)  # type: ignore[arg-type]


class WhatForm(forms.Form):
    """What happened."""

    kinds = forms.MultipleChoiceField(
        label=_("您想要"), widget=forms.CheckboxSelectMultiple(attrs=TICK),
        choices=[("complaint", _("投诉：请市场监管部门帮我解决消费纠纷")), ("report", _("举报：反映经营者违法的线索"))],
        help_text=_("可以两样都选：分成两件分别办理，互不影响"),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("哪一类问题"), widget=forms.Select(attrs=SELECT))
    text = forms.CharField(
        label=_("发生了什么"), max_length=LONGEST, help_text=_("什么时候、在哪里、买了什么、怎么不满意、和店家谈过没有"),
        widget=forms.Textarea(attrs={"rows": 6, **PLAIN}),
    )  # fmt: skip
    goods = _text(_("商品或服务"), 120)
    happened = forms.DateField(label=_("发生日期"), required=False, widget=forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d"))
    amount_fen = YuanField(label=_("涉及金额（元）"), required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", **PLAIN}))
    requests = forms.MultipleChoiceField(label=_("希望怎样解决"), required=False, widget=forms.CheckboxSelectMultiple(attrs=TICK))
    papers = FilesField(label=_("照片、票据或录音"), required=False, help_text=_("最多 9 份，每份不超过 8 MB；照片里的拍摄位置会自动去掉"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = _codes("complaint-categories", on, _("请选择"))  # type: ignore[attr-defined]
        self.fields["requests"].choices = _codes("complaint-requests", on)  # type: ignore[attr-defined]
        self.fields["papers"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf,audio/*,video/mp4"
        self.on = on

    def clean_happened(self) -> date | None:
        day: date | None = self.cleaned_data["happened"]
        if day and day > self.on:
            raise forms.ValidationError(_("发生日期不能在将来"))
        return day


class FirmForm(forms.Form):
    """The firm, by whatever the citizen has at hand."""

    uscc = UsccField(label=_("统一社会信用代码"), max_length=18, required=False, widget=forms.TextInput(attrs={"autocapitalize": "characters", **PLAIN}))
    name = _text(_("经营者名称"), 200, hint=_("营业执照、小票或发票上的名称"))
    licence = _text(_("营业执照二维码的文字"), 400, hint=_("扫执照上的二维码，把显示的文字粘贴到这里"))
    shop = _text(_("店招或店铺名"), 100, hint=_("没有正式名称时，写门头或网店的名字"))
    url = _text(_("网店或直播间地址"), 300)
    address = _text(_("地址"), 400, hint=_("写到街道和门牌，或写在哪个商场几层"))
    district = forms.ChoiceField(label=_("在哪个区"), required=False, widget=forms.Select(attrs=SELECT))
    unfound = forms.BooleanField(label=_("找不到，不知道是谁"), required=False, widget=forms.CheckboxInput(attrs=TICK))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Agency.objects.exclude(district="").filter(kind="district-bureau").order_by("district").values_list("district", "name")
        names = policy.current().sections["catalogues"].get("district-names")
        told = {code: named(item) for code, item in (names.items if names else {}).items()}
        self.fields["district"].choices = [("", _("不清楚")), *((code, told.get(code, name)) for code, name in dict(known).items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("uscc") and told.get("licence"):
            told["uscc"] = code_in(told["licence"])
        if not self.errors and not any(told.get(name) for name in ("uscc", "name", "shop", "url", "licence", "address", "unfound")):
            raise forms.ValidationError(_("请至少填一项；实在不知道的，请勾选“找不到，不知道是谁”"))
        return told


def code_in(text: str) -> str:
    """The credit code in what a licence's QR code says; empty where it holds none."""
    import re

    from hengjian.ground.kit import uscc

    found = (one for one in re.findall(r"[0-9A-HJ-NPQRTUWXY]{18}", text.upper()) if uscc.is_valid(one))
    return next(found, "")


class YouForm(forms.Form):
    """Who files. A report may come without a name."""

    anonymous = forms.BooleanField(label=_("匿名举报，不留姓名和电话"), required=False, widget=forms.CheckboxInput(attrs=TICK))
    name = _text(_("姓名"), 60, autocomplete="name")
    phone = _text(_("手机号码"), 20, inputmode="tel", autocomplete="tel", hint=_("用来确认和通知您，不公开"))
    address = _text(_("通讯地址"), 200, autocomplete="street-address")
    id_no = _text(_("身份证件号码（可不填）"), 30, hint=_("办理中需要核验时会另行请您提供"))
    insider = forms.BooleanField(label=_("我是该单位内部人员（身份严格保密）"), required=False, widget=forms.CheckboxInput(attrs=TICK))
    may_publish = forms.BooleanField(label=_("同意公示这件投诉（不含我的姓名和联系方式）"), required=False, widget=forms.CheckboxInput(attrs=TICK))
    may_delegate = forms.BooleanField(label=_("同意委托消费者协会等组织调解"), required=False, widget=forms.CheckboxInput(attrs=TICK))

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = "complaint" in kinds
        if self.named:
            del self.fields["anonymous"]
            for name in ("name", "phone"):
                self.fields[name].required = True
        if "report" not in kinds:
            del self.fields["insider"]
        if not self.named:
            del self.fields["may_publish"], self.fields["may_delegate"]

    def clean_phone(self) -> str:
        import re

        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not re.fullmatch(r"\+?[\d\- ]{7,20}", phone):
            raise forms.ValidationError(_("电话号码只含数字和短横，如 13800000000 或 022-00000000"))
        return phone

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("anonymous"):
            for name in ("name", "phone", "address", "id_no"):
                told[name] = ""
        return told


class StatusForm(forms.Form):
    number = _text(_("登记编号"), 30, required=True, inputmode="numeric", autocomplete="off")
    code = _text(_("查询码"), 12, required=True, autocomplete="off", autocapitalize="characters")


class AddForm(forms.Form):
    text = forms.CharField(label=_("补充说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, **PLAIN}))
    papers = FilesField(label=_("补充材料"), required=False)


class HotlineForm(forms.Form):
    """All of a call on one page, in the order in which it is told."""

    kinds = forms.MultipleChoiceField(
        label=_("类型"), initial=["complaint"], widget=forms.CheckboxSelectMultiple(attrs=TICK),
        choices=[("complaint", _("投诉")), ("report", _("举报")), ("report-advertising", _("广告投诉举报"))],
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("来源渠道"), widget=forms.Select(attrs=SELECT), initial="phone")
    name = _text(_("姓名"), 60)
    phone = _text(_("电话"), 20, inputmode="tel")
    address = _text(_("通讯地址"), 200)
    text = forms.CharField(label=_("诉求内容"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6, **PLAIN}))
    category = forms.ChoiceField(label=_("类别"), widget=forms.Select(attrs=SELECT))
    firm = _text(_("经营者名称或店招"), 200)
    uscc = UsccField(label=_("统一社会信用代码"), max_length=18, required=False, widget=forms.TextInput(attrs=PLAIN))
    place = _text(_("经营地址"), 400)
    unfound = forms.BooleanField(label=_("找不到，不知道是谁"), required=False, widget=forms.CheckboxInput(attrs=TICK))
    goods = _text(_("商品或服务"), 120)
    amount_fen = YuanField(label=_("涉及金额（元）"), required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", **PLAIN}))
    may_publish = forms.BooleanField(label=_("同意公示"), required=False, widget=forms.CheckboxInput(attrs=TICK))
    may_delegate = forms.BooleanField(label=_("同意委托调解"), required=False, widget=forms.CheckboxInput(attrs=TICK))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = _codes("complaint-channels", on)  # type: ignore[attr-defined]
        self.fields["category"].choices = _codes("complaint-categories", on, _("请选择"))  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    source = forms.ChoiceField(label=_("来源"), choices=[("12345", "12345"), ("12315", "12315")], widget=forms.Select(attrs=SELECT))
    file = forms.FileField(label=_("工单文件（CSV 或 xlsx）"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx", **PLAIN}))


class SendForm(forms.Form):
    """Where a filing goes, and the lawful reason."""

    way = forms.ChoiceField(label=_("转送方式"), widget=forms.Select(attrs=SELECT))
    to = forms.ChoiceField(label=_("接收机关"), widget=forms.Select(attrs=SELECT))
    reason = forms.ChoiceField(label=_("法定理由"), widget=forms.Select(attrs=SELECT))
    note = _text(_("说明"), 400)

    def __init__(self, *args: Any, ways: list[str], receivers: list[Agency], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {"dispatch": _("分送"), "transfer": _("移送"), "return": _("退回")}
        listed = policy.current().catalogue("dispatch-reasons").on(on)
        fitting = [(code, named(item)) for code, item in listed.items() if set(item.extra.get("ways", ())) & set(ways)]
        self.fields["way"].choices = [(way, titles[way]) for way in ways]  # type: ignore[attr-defined]
        self.fields["to"].choices = [(one.code, office(one.name)) for one in receivers]  # type: ignore[attr-defined]
        self.fields["reason"].choices = fitting  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What a firm answers a consumer."""

    answer = forms.ChoiceField(label=_("答复类型"), widget=forms.Select(attrs=SELECT))
    offer = forms.CharField(label=_("答复和和解方案"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, **PLAIN}))
    promised = forms.DateField(
        label=_("承诺履行日期"), required=False, help_text=_("同意或提出方案的须填写；到期会核对是否履行"),
        widget=forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d"),
    )  # fmt: skip
    recovered = YuanField(label=_("退款或赔偿（元）"), required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", **PLAIN}))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = _codes("odr-answers", on)  # type: ignore[attr-defined]

    def body(self) -> dict[str, Any]:
        told = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if day := told.get("promised"):
            told["promised"] = day.isoformat()
        return told


class JoinForm(forms.Form):
    promise = forms.CharField(label=_("我们承诺"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, **PLAIN}))
    contact = _text(_("负责岗位"), 200, required=True, hint=_("写岗位，不写个人姓名和手机号"))


class SerialForm(forms.Form):
    serial = forms.ChoiceField(
        label=_("认定"), choices=[("yes", _("不是为生活消费，属于集中索赔")), ("no", _("是普通消费者"))], widget=forms.RadioSelect(attrs=TICK)
    )
    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 2, **PLAIN}))
