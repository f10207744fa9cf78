"""Words masked in the ledger leave intake too: the line of the block, rejected rows of the same record, the notes of their
corrections. The files as they were sent are put away: nothing opens them any more. See docs/adr/0011."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from . import blocks, queries
from .models import Block, Correction, Delivery, Row

Words = Mapping[str, tuple[str, str]]  # by field of the record: as it stood, and what is left of it


def mask(delivery: Delivery, number: int, uscc: str, words: Words, on: date) -> list[int]:
    """Mask words of an accepted row wherever intake holds them; returns the deliveries whose files held them too."""
    for block in Block.objects.filter(delivery=delivery, first__lte=number, last__gte=number).order_by("first"):
        _mask_line(block, number, words)
    told = [pair for pair in words.values() if pair[0]]
    touched, rows = {delivery.pk}, {(delivery.pk, number)}
    own = Row.objects.filter(delivery=delivery, number=number).order_by().values_list("pk", flat=True)
    for row in Row.objects.filter(pk__in={*own, *_rows_with(uscc, told)}).order_by("pk"):
        row.raw, row.data, row.reasons = (_left(one, told) for one in (row.raw, row.data, row.reasons))
        row.save(update_fields=["raw", "data", "reasons"])
        touched.add(row.delivery_id)
        rows.add((row.delivery_id, row.number))
    for note in Correction.objects.filter(delivery__in=touched).order_by("pk"):
        if (note.delivery_id, note.row) in rows and (left := _left(note.changes, told)) != note.changes:
            Correction.objects.filter(pk=note.pk).update(changes=left)
            touched.update([note.again_id] if note.again_id else [])
    Delivery.objects.filter(pk__in=touched, state__in=("done", "refused"), put_away=None).update(put_away=on)
    return sorted(touched)


def _mask_line(block: Block, number: int, words: Words) -> None:
    numbers = blocks.numbers_in(block.accepted).tolist()
    if number not in numbers:
        return
    lines, at = blocks.lines_of(block.data), numbers.index(number)
    data = json.loads(lines[at])
    lines[at] = queries.dumps(_left(data, list(words.values()))).encode()
    Block.objects.filter(pk=block.pk).update(data=blocks.packed(lines))


def _rows_with(uscc: str, told: Iterable[tuple[str, str]]) -> set[int]:
    """Rejected rows of the same firm that hold such a text, whichever file brought them."""
    firm = Row.objects.annotate(cells=Cast("raw", TextField())).filter(cells__contains=uscc).order_by()
    found: set[int] = set()
    for text, _rest in told:
        for spelled in {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}:
            found.update(firm.filter(cells__contains=spelled).values_list("pk", flat=True))
    return found


def _left(value: Any, told: Iterable[tuple[str, str]]) -> Any:
    """A value of JSON with these texts replaced by what is left of them, wherever they stand whole in it."""
    if isinstance(value, str):
        for text, rest in told:
            value = value.replace(text, rest)
        return value
    if isinstance(value, list):
        return [_left(one, told) for one in value]
    return {name: _left(one, told) for name, one in value.items()} if isinstance(value, dict) else value


def empty(places: Mapping[int, set[int]], on: date) -> None:
    """Rows whose records were disposed of say no more than whose they were; by delivery and row number."""
    for delivery, numbers in places.items():
        for block in Block.objects.filter(delivery=delivery, last__gte=min(numbers), first__lte=max(numbers)).order_by("first").iterator(1):
            held, lines = blocks.numbers_in(block.accepted).tolist(), blocks.lines_of(block.data)
            left = [_owner(line) if number in numbers else line for number, line in zip(held, lines, strict=True)]
            if left != lines:
                Block.objects.filter(pk=block.pk).update(data=blocks.packed(left))
        for row in Row.objects.filter(delivery=delivery, number__in=numbers).order_by("pk"):
            row.raw, row.reasons, row.personal, row.data = None, None, None, row.data and {"uscc": row.data.get("uscc", "")}
            row.save(update_fields=["raw", "reasons", "personal", "data"])
        Correction.objects.filter(again=delivery).update(changes=[])
    Delivery.objects.filter(pk__in=places, state="done", put_away=None).update(put_away=on)


def _owner(line: bytes) -> bytes:
    return queries.dumps({"uscc": json.loads(line).get("uscc", "")}).encode()


def put_away() -> int:
    """Move the files that were to be put away out of the store. Safe to repeat; returns how many were moved."""
    moved = 0
    for sha256 in Delivery.objects.exclude(put_away=None).order_by("pk").values_list("sha256", flat=True).distinct():
        stored = Path(settings.MEDIA_ROOT) / "intake" / sha256[:2] / sha256
        if stored.exists():
            away = Path(settings.MEDIA_ROOT) / "put-away"
            away.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(stored, away / sha256)
            (away / sha256).chmod(0o400)
            moved += 1
    return moved


def waiting() -> int:
    """How many files are still to be put away."""
    held = Delivery.objects.exclude(put_away=None).order_by("pk").values_list("sha256", flat=True)
    return sum((Path(settings.MEDIA_ROOT) / "intake" / one[:2] / one).exists() for one in set(held))
