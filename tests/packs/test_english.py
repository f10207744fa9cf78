"""The packs in English: no title, hint or note with a place for English may stand there in Chinese only, and no English of theirs holds Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from hengjian.ground import policy

HAN = re.compile("[\u3400-\u9fff]")


def _told(part: object, where: str) -> Iterator[tuple[str, str, str]]:
    """Every title, hint and note below a part of the packs: where it stands, its Chinese, its English."""
    if isinstance(part, BaseModel):
        names = type(part).model_fields
        for name in names:
            if f"{name}_en" in names:
                yield f"{where} {name}", getattr(part, name) or "", getattr(part, f"{name}_en")
            yield from _told(getattr(part, name), where)
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _told(value, f"{where}.{name}")
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _told(value, f"{where} {getattr(value, 'code', '')}".rstrip())


TOLD = [one for section, found in policy.current().sections.items() for one in _told(found, section)]


def test_every_title_hint_and_note_has_its_english():
    assert [where for where, chinese, english in TOLD if chinese and not english] == []


def test_no_english_of_the_packs_holds_chinese():
    assert [where for where, _, english in TOLD if HAN.search(english)] == []


def test_what_is_read_here_is_the_whole_of_the_packs():
    assert len(TOLD) > 6000
