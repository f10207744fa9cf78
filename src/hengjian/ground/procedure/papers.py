"""Papers an act issues, and their numbers (文书编号): one series for each form, agency and year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hengjian.ground import policy
from hengjian.ground.people.models import Agency

from . import counting
from .models import Event, Paper, Proceeding

BUREAUS = "bureau-words"  # the word that stands for a bureau in the numbers of its papers


def bureau_word(agency: Agency) -> str:
    """By the agency's own code, its district, or the code itself where the packs name neither."""
    words = policy.current().sections["catalogues"].get(BUREAUS)
    items = words.items if words else {}
    found = items.get(agency.code) or items.get(agency.district)
    return found.title if found else agency.code


def issue(proceeding: Proceeding, event: Event, forms: Iterable[str]) -> list[Paper]:
    """One paper for each form; a form that carries a number gets the next one of its series."""
    law, agency, year = policy.current(), proceeding.agency, event.on.year
    issued = []
    for form in forms:
        document = law.document(form)
        serial = counting.next_serial(document.id, agency, year) if document.number else None
        number = document.numbered(bureau=bureau_word(agency), year=year, seq=serial) if serial else ""
        issued.append(
            Paper.objects.create(
                proceeding=proceeding,
                event=event,
                form=document.id,
                number=number,
                agency=agency,
                year=year,
                serial=serial,
                on=event.on,
            )  # fmt: skip
        )
    return issued


def void(proceeding: Proceeding, position: int, on: date) -> None:
    """Papers of an act that was undone stay on record as void; their numbers are not given again."""
    Paper.objects.filter(proceeding=proceeding, event__position=position, voided=None).update(voided=on)
