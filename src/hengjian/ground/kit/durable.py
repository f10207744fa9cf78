"""Files that must be there after the power failed: written beside, brought to disk, renamed, and the folder brought to disk.

A rename alone is not enough: after a power cut the new name may stand over an empty file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

HALF = ".half-"  # how the name of a file begins until it is whole


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to disk. What is not there need not be brought."""
    try:
        held = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(held)
    finally:
        os.close(held)


def settle(half: Path, final: Path) -> Path:
    """Give a whole file its name, so that it keeps both."""
    sync(half)
    os.replace(half, final)
    sync(final.parent)
    return final


def draft(folder: Path, chunks: Iterable[bytes], mode: int = 0o666) -> Path:
    """A file in this folder under a name of its own, until `settle` gives it one. The folder is made where it is missing."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)
    half = folder / f"{HALF}{secrets.token_hex(8)}"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        for chunk in chunks:
            out.write(chunk)
    return half


def keep(final: Path, content: bytes) -> Path:
    """Write a file as a whole or not at all; two who write the same one do not disturb each other."""
    return settle(draft(final.parent, [content]), final)


def sweep(folder: Path, before: float) -> int:
    """Remove halves that a writer left behind who was killed before this moment (seconds since 1970)."""
    left = [half for half in folder.glob(f"{HALF}*") if half.stat().st_mtime < before]
    for half in left:
        half.unlink(missing_ok=True)
    return len(left)
