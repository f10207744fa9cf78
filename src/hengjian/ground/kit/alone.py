"""One process at a time: a locked file, which the system frees when its holder dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(file: Path, patience: float | None = None) -> Iterator[bool]:
    """True inside the block where nobody else holds this file; False where somebody still does after `patience` seconds.

    Without `patience` it is waited for. The file's folder is made where it is missing; the file stays.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    end = None if patience is None else time.monotonic() + patience
    with file.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if end is None else fcntl.LOCK_NB))
            except BlockingIOError:
                if end is not None and time.monotonic() >= end:
                    yield False
                    return
                time.sleep(0.05)
            else:
                yield True
                return
