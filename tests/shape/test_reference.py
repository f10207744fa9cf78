"""Pages made from code are as new as the code."""

from pathlib import Path

import pytest

from hengjian.doors.cli import reference

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "powers.md", "refusals.md", "houses.md"])
def test_the_reference_says_what_the_code_does(name):
    kept = (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).exists() else ""
    assert kept == reference.pages()[name], "run: python3 run.py reference --write docs/reference"
