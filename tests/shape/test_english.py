"""Chinese first, English complete."""

import io
import sys
from pathlib import Path

from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import english  # noqa: E402


def test_every_message_has_its_english_with_the_same_placeholders():
    assert english.missing(english.catalogue()) == []


def test_the_compiled_catalogue_is_the_written_one():
    made = io.BytesIO()
    write_mo(made, english.catalogue())
    assert (english.FOLDER / "django.mo").read_bytes() == made.getvalue(), "run: python tools/english.py"


def test_every_refusal_is_a_sentence_the_catalogue_can_hold():
    assert english.hidden_refusals() == []
