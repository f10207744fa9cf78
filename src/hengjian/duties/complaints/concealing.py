"""Who filed, concealed with the secret of this platform; keys that were in use before still open what they closed."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from hengjian.ground.kit import concealed


def conceal(value: Any) -> str:
    return concealed.conceal(value, settings.SECRET_KEY)


def reveal(token: str) -> Any:
    return concealed.reveal(token, [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)])


def mark(text: str, use: str) -> str:
    """The same phone, address or number has the same mark; nothing has none."""
    plain = re.sub(r"[\s\-()（）,，.。]", "", text).upper()
    return concealed.mark(plain, settings.SECRET_KEY, use) if plain else ""
