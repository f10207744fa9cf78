"""How often something may be asked for in an hour: counted in the database, so that every web process counts the same.

Kept is a keyed digest of the number, telephone or address, never itself. An address may stand for a whole office or proxy: its limit
is the wider one. Limits are parameters of the packs (`complaints.tries.*`, `complaints.codes.*`).
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Refusal

from . import concealing
from .following import limit_of
from .models import Attempt

HOUR = timedelta(hours=1)


class TooOften(Refusal):
    """Asked for more often than is allowed; says in how many minutes it may be asked again."""

    code = "too_often"
    status = 429


def refuse(said: str, at: datetime, **words: str) -> None:
    """Raise TooOften where one of these (`number=`, `contact=`, `address=`) is over its limit for `said`: tries | codes."""
    on = at.astimezone(SHANGHAI).date()
    for name, word in words.items():
        held = list(_of(said, name, word).filter(at__gt=at - HOUR).order_by("-at").values_list("at", flat=True)) if word else []
        if name == "contact" and held and (left := timedelta(seconds=limit_of(f"{said}.gap", on)) - (at - held[0])) > timedelta(0):
            raise TooOften(_("刚刚发过验证码；请 %(seconds)s 秒后再取，原来的验证码仍然有效"), seconds=math.ceil(left.total_seconds()))
        most = limit_of(f"{said}.{name}", on)
        if len(held) >= most:
            minutes = max(1, math.ceil((held[most - 1] + HOUR - at).total_seconds() / 60))
            raise TooOften(SAYS[said](), minutes=minutes)


def count(said: str, at: datetime, **words: str) -> None:
    """One more, by each of these."""
    Attempt.objects.bulk_create(Attempt(mark=_mark(said, name, word), at=at) for name, word in words.items() if word)


def dispose(at: datetime) -> int:
    """What no limit asks for any more."""
    return Attempt.objects.filter(at__lt=at - HOUR).delete()[0]


SAYS = {
    "tries": lambda: _("试错次数太多，请 %(minutes)s 分钟后再查；忘了查询码的，可以打电话向受理机关查询"),
    "codes": lambda: _("验证码取得太频繁，请 %(minutes)s 分钟后再取；收不到的，可以勾选“收不到验证码，仍要提交”，不影响受理"),
}


def _of(said: str, name: str, word: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(mark=_mark(said, name, word))


def _mark(said: str, name: str, word: str) -> str:
    return concealing.mark(word, f"{said}.{name}")
