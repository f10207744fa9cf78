"""Titles of the packs in the reader's language: English where the reader asks for it and the pack has it, else Chinese."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from hengjian.ground import policy


def english() -> bool:
    return (get_language() or "").startswith("en")


def named(entry: Any) -> str:
    """The title of an entry, an item or a field; empty without one."""
    return told(entry, "title")


def told(entry: Any, name: str) -> str:
    """What an entry says in a field that has an English one beside it, such as its note; empty without one."""
    chinese = str(getattr(entry, name, ""))
    return str(getattr(entry, f"{name}_en", "") or chinese) if english() else chinese


def note_of(item: Any) -> str:
    """The note a code of a list carries, in the reader's language; empty without a code or a note."""
    extra = item.extra if item else {}
    return str((english() and extra.get("note_en")) or extra.get("note", ""))


def title_in(catalogue: str, code: str | None) -> str:
    """Title of a code in a list of the packs; the code itself where the list does not hold it."""
    return policy.current().catalogue(catalogue).title_of(code, english=english()) if code else ""


def office(name: str) -> str:
    """An agency named in Chinese, in the reader's language; the name as it stands where the packs do not hold it."""
    return _offices(policy.current().version).get(name, name) if english() else name


@lru_cache(maxsize=4)
def _offices(version: str) -> dict[str, str]:
    """The English of every agency of the packs, by its name. `version` is what makes the answer of a changed pack a new one."""
    agencies = policy.current().sections["catalogues"].get("agencies")
    return {row.title: row.title_en for row in agencies.rows if row.title_en} if agencies else {}
