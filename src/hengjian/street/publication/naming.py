"""The index of public names: present and former names of the projection, marked with district, class and kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hengjian.street.register.rules import name_key, search_id
from hengjian.street.register.search import NameIndex

from .models import PublicEntity

INDEX = NameIndex("publication_search")
MARKED = {"class": "class_code", "district": "district", "kind": "kind", "status": "status"}


def marks(values: Mapping[str, str]) -> list[str]:
    """Filters as marks; unknown ones and anything but letters and digits are ignored."""
    plain = {name: "".join(c for c in values.get(name, "") if c.isascii() and c.isalnum()) for name in MARKED}
    return [f"{name}{value}".lower() for name, value in plain.items() if value]


def _named(entities: Iterable[PublicEntity]) -> Iterator[tuple[int, str, Sequence[str]]]:
    for entity in entities:
        held = marks({name: getattr(entity, column) for name, column in MARKED.items()})
        for former, name in enumerate((entity.name, *entity.former_names[:15])):
            key = name_key(name)
            yield search_id(entity.entity_id, key, former), key, held


def enter(entities: Iterable[PublicEntity]) -> None:
    INDEX.add(_named(entities))


def leave(entities: Iterable[PublicEntity]) -> None:
    """As they were entered: called with the rows before they change."""
    INDEX.remove(list(_named(entities)))
