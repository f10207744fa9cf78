"""Issuing a document: set it, note its code, hand it over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.ground.kit import digests

from . import typeset
from .models import Issued

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document."""

    code: str
    pdf: bytes
    missing: tuple[str, ...]


def code_of(template_id: str, data: Mapping[str, Any], on: date) -> str:
    """Sixteen characters in four groups, from the SM3 of template, data and day: the same paper, the same code."""
    number = int.from_bytes(digests.sm3(digests.canonical([template_id, data, on]))[:10])
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def normalise(code: str) -> str:
    """A code as people type it from paper: blanks, case and look-alikes forgiven."""
    plain = "".join(code.split()).replace("-", "").upper().translate(str.maketrans("ILOU", "110V"))
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def issue(
    template_id: str, data: Mapping[str, Any], *, subject: str, verify_at: str, on: date, pictures: Path | None = None
) -> Paper:
    """Set a document with its verification code and QR, and note it. Safe to repeat: the same data, the same paper.

    `verify_at` is the address of the check page; the code is put at its end. `pictures` is the folder in which the template
    finds pictures that the data names; the code is made of the data, so the data has to hold their digests.
    """
    code = code_of(template_id, data, on)
    address = f"{verify_at}{code}"
    whole = {**data, "verification": {"code": code, "address": address, "qr": typeset.qr_svg(address)}}
    done = typeset.sheet(template_id, whole, on=on, pictures=pictures)
    Issued.objects.get_or_create(
        code=code,
        defaults={
            "template": template_id,
            "title": typeset.template(template_id).title,
            "subject": subject,
            "as_of": on,
            "sha256": hashlib.sha256(done.pdf).hexdigest(),
        },
    )
    return Paper(code, done.pdf, done.missing)


def find(code: str) -> Issued | None:
    """The document that carries this code."""
    return Issued.objects.filter(code=normalise(code)).first()
