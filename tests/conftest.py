"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("HENGJIAN_DATA", tempfile.mkdtemp(prefix="hengjian-test-"))
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def law():
    """The shipped packs, as a running platform sees them."""
    from hengjian.ground import policy

    return policy.current()
