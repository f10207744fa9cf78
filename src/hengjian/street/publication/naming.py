"""The index of public names: present and former names of the projection, marked with district, class, kind and status."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from hengjian.street.intake import bulk
from hengjian.street.register.rules import name_key, search_id
from hengjian.street.register.search import NameIndex

INDEX = NameIndex("publication_search")
MARKED = {"class": "class_code", "district": "district", "kind": "kind", "status": "status"}


class Held(NamedTuple):
    """What the index holds of one public entity."""

    entity: int
    names: tuple[str, ...]
    marks: tuple[str, ...]


def marks(values: Mapping[str, str]) -> tuple[str, ...]:
    """Filters as marks; unknown ones and anything but letters and digits are ignored."""
    plain = {name: "".join(c for c in values.get(name, "") if c.isascii() and c.isalnum()) for name in MARKED}
    return tuple(f"{name}{value}".lower() for name, value in plain.items() if value)


def held(entities: Sequence[int] | None = None) -> list[Held]:
    """What the projection says of these entities now; of all of them by default."""
    where, values = ("1 = 1", []) if entities is None else bulk.in_list("entity_id", entities)
    columns = ", ".join(MARKED.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT entity_id, name, former_names, {columns} FROM publication_publicentity WHERE {where}", values)
        return [
            Held(entity, (name, *_texts(former)[:15]), marks(dict(zip(MARKED, told, strict=True))))
            for entity, name, former, *told in cursor.fetchall()
        ]


def _texts(value: str | list[str]) -> list[str]:
    """A JSON column read without the ORM is text on one database and a list on the other."""
    texts: list[str] = json.loads(value) if isinstance(value, str) else value
    return texts


def _placed(entities: Iterable[Held]) -> Iterator[tuple[int, str, Sequence[str]]]:
    for entity in entities:
        for former, name in enumerate(entity.names):
            key = name_key(name)
            yield search_id(entity.entity, key, former), key, entity.marks


def enter(entities: Iterable[Held]) -> None:
    INDEX.add(_placed(entities))


def leave(entities: Iterable[Held]) -> None:
    """Called with what was held before it changes: the index must be told what it forgets."""
    INDEX.remove(list(_placed(entities)))
