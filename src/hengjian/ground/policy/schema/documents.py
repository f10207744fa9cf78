"""Documents (文书): titles, numbers and the template each is set from."""

from __future__ import annotations

from .base import Named


class Document(Named):
    number: str = ""
    template: str = ""
    fields: list[str] = []
    duty: str = ""
