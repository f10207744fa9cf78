"""Sources (法源): one entry per legal text."""

from __future__ import annotations

from datetime import date
from typing import Literal

from .base import Confidence, Named


class Source(Named):
    """A legal text. `replaces` names the text it took the place of."""

    number: str = ""
    level: Literal[
        "法律",
        "行政法规",
        "部门规章",
        "司法解释",
        "规范性文件",
        "地方性法规",
        "地方政府规章",
        "地方规范性文件",
        "国家标准",
        "技术规范",
        "项目",
    ]
    since: date | None = None
    until: date | None = None
    seen: Confidence
    replaces: list[str] = []
    issuer: str = ""
    articles: int | None = None
