"""Folder watch (文件夹收取): files that agencies' systems lay down are taken in once and put away with a receipt.

    ROOT/<agency>/<kind>/file.csv   →   ROOT/<agency>/<kind>/taken/file.csv and taken/file.csv.receipt.json

A file is taken when it has not changed for a while. Killed at any moment nothing is doubled: the file is known by its
digest, and until it is put away it is simply taken again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hengjian.ground import audit, policy
from hengjian.ground.kit import durable
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Agency

from . import services
from .models import Delivery

TAKEN, REFUSED = "taken", "refused"
STILL = 10.0  # seconds a file must not have changed: a longer pause while writing is a new file
# The later ones hold no rows that can be read: whoever lays them down gets a receipt that says so. Others may be half-written.
SUFFIXES = (".csv", ".txt", ".xlsx", ".gz", ".xls", ".et", ".ods", ".doc", ".docx", ".pdf", ".zip", ".rar", ".htm", ".html", ".xml")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that lies in an agency's folder."""

    path: Path
    agency: str
    kind: str


@dataclass(frozen=True, slots=True)
class Took:
    """What became of a file."""

    found: Found
    delivery: int | None
    trouble: str = ""


def waiting(root: Path, now: float, still: float = STILL) -> Iterator[Found]:
    """Files that are whole: a known suffix, not hidden, no lock of an office program, unchanged for `still` seconds."""
    for path in sorted(root.glob("*/*/*")):
        name = path.name
        if name.startswith((".", "~")) or path.is_symlink() or not path.is_file() or path.suffix.lower() not in SUFFIXES:
            continue
        if now - path.stat().st_mtime >= still:
            yield Found(path, path.parent.parent.name, path.parent.name)


def take_due(root: Path, *, at: datetime, still: float = STILL) -> list[Took]:
    """Take in every whole file below `root`, one after the other. Safe to stop and to run again, also twice at once."""
    return [_take(found, at) for found in waiting(root, at.timestamp(), still)]


def _take(found: Found, at: datetime) -> Took:
    try:
        before = _shape(found.path)
        delivery = _receive(found, at)
        if _shape(found.path) != before:  # somebody wrote on after all: the whole file is taken next time
            return Took(found, delivery.pk)
    except FileNotFoundError:  # somebody else put it away in this very moment
        return Took(found, None)
    except Refusal as refusal:
        _put_away(found, REFUSED, {"taken": False, "trouble": str(refusal), "at": at.isoformat()})
        return Took(found, None, str(refusal))
    folder = REFUSED if delivery.state == "refused" else TAKEN
    _put_away(found, folder, receipt(delivery) | {"at": at.isoformat()}, delivery.pk)
    return Took(found, delivery.pk, delivery.trouble)


def _shape(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_size, told.st_mtime_ns


def _receive(found: Found, at: datetime) -> Delivery:
    agency = Agency.objects.filter(code=found.agency).first()
    if agency is None:
        raise services.UnknownAgency("没有代码为“%(agency)s”的机构", agency=found.agency)
    services.known_kind(policy.current(), found.kind)
    with found.path.open("rb") as stream:
        chunks = iter(lambda: stream.read(1 << 20), b"")
        delivery, new = services.receive(by=None, agency=agency, kind=found.kind, filename=found.path.name, chunks=chunks, at=at)
    if new:
        audit.record("intake.folder", f"delivery:{delivery.pk}", actor="folder", agency=found.agency, file=found.path.name)
    return services.process(delivery, at=at)


def receipt(delivery: Delivery) -> dict[str, object]:
    """What the sender's system reads: the four counts add up."""
    names = ("state", "trouble", "sha256", "received", "accepted", "duplicate", "quarantined")
    return {"delivery": delivery.pk, **{name: getattr(delivery, name) for name in names}}


def _put_away(found: Found, folder: str, told: dict[str, object], number: int | None = None) -> None:
    """What was taken over, then the receipt, then the file: a file that is gone has its receipt, a receipt its delivery,
    after a power cut, too. An earlier file of that name stays."""
    services.to_disk()
    place = found.path.parent / folder
    place.mkdir(exist_ok=True)
    name = found.path.name
    target = place / name
    if target.exists():
        target = place / f"{target.stem}-{number or int(found.path.stat().st_mtime)}{target.suffix}"
    durable.keep(place / f"{target.name}.receipt.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
    if found.path.exists():
        os.replace(found.path, target)
        durable.sync(place)
