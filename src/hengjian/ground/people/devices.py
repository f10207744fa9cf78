"""What a browser says of itself, in words: which browser, on which system."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# In this order: most browsers also name those they are like.
BROWSERS = (
    ("MicroMessenger", gettext_lazy("微信")), ("DingTalk", gettext_lazy("钉钉")), ("QQBrowser", gettext_lazy("QQ 浏览器")),
    ("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", gettext_lazy("鸿蒙")), ("OpenHarmony", gettext_lazy("鸿蒙")), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def told(user_agent: str) -> str:
    """“Chrome · Windows”; an agent that names neither is an unknown device."""
    known = (next((title for mark, title in names if mark in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return " · ".join(str(name) for name in known if name) or _("未知设备")
