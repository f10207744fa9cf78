"""Why somebody looks at protected data: asked on every page that shows such data, kept in the audit before anything is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WhyShown(forms.Form):
    """Protected data are shown for a reason that is kept."""

    reason = forms.CharField(
        label=_("查看事由"), min_length=4, max_length=100, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("例如案号、任务编号。查看人、时间和事由记入审计，不能删改。"),
    )  # fmt: skip
