"""Text messages: what is to be told waits in a box until the configured sender takes it. Without a sender it stays there, and
pages say so. A sender is a function `send(to, text)` named by the setting HENGJIAN_SMS; it raises to have it tried again.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import concealing
from .models import Outgoing

MOST = 500


def configured() -> bool:
    """Whether messages leave the house."""
    return bool(settings.ENV.sms)


def new_code() -> str:
    """Six digits to confirm a contact with."""
    return f"{secrets.randbelow(1_000_000):06d}"


def ask(phone: str, code: str, at: datetime) -> None:
    """Send a code to confirm a telephone with."""
    text = _("您的投诉举报验证码是 %(code)s，十分钟内有效。") % {"code": code}
    if configured():  # a code that waits for a sender is worth nothing when there is one
        put("confirm", phone, text, at)
        deliver(at)


def put(purpose: str, to: str, text: str, at: datetime) -> None:
    Outgoing.objects.create(at=at, purpose=purpose, concealed=concealing.conceal({"to": to, "text": text}))


def deliver(at: datetime) -> int:
    """Hand waiting messages to the sender, the oldest first; what it refuses waits for the next time."""
    if not configured():
        return 0
    send: Any = import_string(settings.ENV.sms)
    sent = 0
    for one in Outgoing.objects.filter(sent_at=None).order_by("pk")[:MOST]:
        told = concealing.reveal(one.concealed)
        send(told["to"], told["text"])
        Outgoing.objects.filter(pk=one.pk).update(sent_at=at, concealed="")
        sent += 1
    return sent
