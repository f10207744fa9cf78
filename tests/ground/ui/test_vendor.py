"""Files of others are exactly the ones docs/third-party.md names."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "src/hengjian/ground/ui/static/ui"
ROW = re.compile(r"^\|.*\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = dict(ROW.findall((ROOT / "docs/third-party.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(LISTED))
def test_a_vendored_file_has_the_published_hash(name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == LISTED[name]


def test_no_file_of_others_ships_unlisted():
    shipped = {f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir()}
    assert shipped == set(LISTED) - {"icons.svg"}


def test_every_icon_in_the_list_is_in_the_sprite():
    wanted = set((ROOT / "src/hengjian/ground/ui/icons.txt").read_text(encoding="utf-8").split())
    assert wanted == set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
