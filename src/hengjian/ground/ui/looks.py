"""How classes, states and deadlines look: always a word and an icon, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Look:
    tone: str
    icon: str
    label: object


CLASSES = {
    "green": Look("green", "circle-check", _("良好")),
    "yellow": Look("yellow", "alert-triangle", _("警示")),
    "red": Look("red", "circle-x", _("失信")),
    "black": Look("black", "ban", _("严重失信")),
}
ALIASES = {"良好": "green", "警示": "yellow", "失信": "red", "严重失信": "black"}
ALIASES |= {"good": "green", "warning": "yellow", "bad": "red", "dishonest": "red", "serious": "black"}
UNKNOWN = Look("grey", "help", _("未分类"))


def of_class(code: object) -> Look:
    """The look of one of the four public classes, by code, colour or Chinese title."""
    word = str(code or "").strip()
    return CLASSES.get(ALIASES.get(word, word.lower()), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Countdown:
    """Days left until a due date: `tone` late | today | soon | calm."""

    tone: str
    icon: str
    text: str


def countdown(due: date | datetime, today: date) -> Countdown:
    """Calendar days from `today` to the due day; the deadline itself was computed elsewhere."""
    days = ((due.date() if isinstance(due, datetime) else due) - today).days
    if days < 0:
        return Countdown("late", "alert-octagon", ngettext("已超期 %d 天", "已超期 %d 天", -days) % -days)
    if days == 0:
        return Countdown("today", "alert-triangle", str(_("今天到期")))
    text = ngettext("剩 %d 天", "剩 %d 天", days) % days
    return Countdown("soon", "hourglass", text) if days <= 3 else Countdown("calm", "clock", text)
