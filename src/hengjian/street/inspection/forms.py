"""From what a phone or a page sends to a finding, and from a filter to visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import clock

from .rules import DONE, NOT_APPLICABLE, NOT_FOUND, PASS, PROBLEM, REFUSED, SIGNERS, Answer, Finding, place_of

PATHS = ((DONE, _("已检查")), (REFUSED, _("拒不配合")), (NOT_FOUND, _("查无下落")))
ANSWERS = ((PASS, _("未见问题")), (PROBLEM, _("发现问题")), (NOT_APPLICABLE, _("不适用")))
STATUSES = (
    ("", _("全部")), ("open", _("待检查")), ("late", _("已超期")), ("recorded", _("已录入，未办结")), ("closed", _("已办结")),
)  # fmt: skip
NOTE, NAME, WITNESS = 2000, 60, 120  # most characters
OF_THE_FIRM = ("firm",)  # signatures that only a visit which was made can have
YEAR = timedelta(days=365)


def finding_of(data: Mapping[str, Any], several: Mapping[str, Sequence[str]], items: Sequence[str]) -> Finding:
    """The finding a form holds. What does not belong to the chosen path is left out; rules judge the rest."""
    path = data.get("path", "")
    visited = path == DONE
    answers = (Answer(code, data.get(f"item_{code}", ""), data.get(f"note_{code}", "")[:NOTE]) for code in items)
    return Finding(
        path=path,
        answers=tuple(answer for answer in answers if answer.answer) if visited else (),
        codes=tuple(several.get("codes", ())) if visited else (),
        disposal=data.get("disposal", ""),
        method=data.get("method", ""),
        note=data.get("note", "")[:NOTE],
        witness="" if visited else data.get("witness", "")[:WITNESS],
        signed_by_firm=data.get("signed_by_firm", "")[:NAME] if visited else "",
        signatures={who: data[f"sign_{who}"] for who in SIGNERS if data.get(f"sign_{who}") and (visited or who not in OF_THE_FIRM)},
        photos=tuple(dict.fromkeys(several.get("photos", ()))),
        arrived=moment_of(data.get("arrived", "")),
        finished=moment_of(data.get("finished", "")),
        place=place_of(data.get("place", "")),
        left=place_of(data.get("left", "")),
    )


def moment_of(text: str) -> datetime | None:
    """A moment as a device writes it (ISO 8601); None where it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=clock.SHANGHAI)


class Filter(forms.Form):
    """Which visits a list shows."""

    q = forms.CharField(label=_("主体名称、信用代码或任务编号"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("办理情况"), choices=STATUSES, required=False)
    plan = forms.ChoiceField(label=_("抽查计划"), required=False)

    def __init__(self, *args: Any, plans: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *plans]
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-select" if isinstance(each, forms.ChoiceField) else "form-control"


class Period(forms.Form):
    """Which draws an estimate rests on."""

    since = forms.DateField(label=_("抽取之日自"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}))
    until = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}))
    plan = forms.ChoiceField(label=_("抽查计划"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, plans: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *plans]

    @staticmethod
    def filled(asked: Mapping[str, str], today: date) -> dict[str, str]:
        """What was asked, with the year before the last day where nothing was."""
        told = {name: asked.get(name, "") for name in ("since", "until", "plan")}
        told["until"] = told["until"] or today.isoformat()
        with suppress(ValueError):
            told["since"] = told["since"] or (date.fromisoformat(told["until"]) - YEAR).isoformat()
        return told

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("不能早于开始之日"))
        return given


class ActForm(forms.Form):
    """What the acts after a result need; the definition of the procedure decides which of it is required."""

    method = forms.CharField(required=False, max_length=200)
    outcome = forms.CharField(required=False, max_length=400)
    version = forms.IntegerField(min_value=1)

    def body(self) -> dict[str, Any]:
        """Fields that were filled in, as the record keeps them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version" and value}


class FollowForm(forms.Form):
    """One follow-up of a result; the service says what is missing."""

    disposal = forms.CharField(max_length=20)
    measure = forms.CharField(required=False, max_length=400)
    due = forms.DateField(required=False)
    to = forms.CharField(required=False, max_length=20)
    version = forms.IntegerField(min_value=1)


class Days(forms.Form):
    """From one day to another."""

    since = forms.DateField(label=_("自"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}))
    until = forms.DateField(label=_("至"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}))


class ListForm(Days):
    """Which visits a second look is drawn from, and how many."""

    count = forms.IntegerField(label=_("抽取数量"), min_value=1, max_value=500, widget=forms.NumberInput(attrs={"class": "form-control"}))
