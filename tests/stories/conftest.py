"""Cities that stories are told in: walked once for a module, rolled back at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from hengjian.ground.kit import clock

ENTITIES = 300
ON = date(2026, 11, 24)


@dataclass
class City:
    """A demo city after its walk: its files, the report of the walk, and what the seed left for a newcomer."""

    folder: Path
    report: object
    found: object = None


def quiet(stop: str, said: str, seconds: float) -> None:
    pass


@pytest.fixture(scope="module")
def a_place(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """A data folder and a database that forget everything at the end of the module; the day stands still."""
    folder = tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), override_settings(DATA=folder, MEDIA_ROOT=folder / "files"), clock.frozen(ON):
        with transaction.atomic():
            yield folder
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walked(a_place: Path) -> City:
    from hengjian.doors.demo.walk import Walk

    return City(a_place / "city", Walk(a_place / "city", ON, quiet).all(ENTITIES))


@pytest.fixture(scope="module")
def seeded(a_place: Path) -> City:
    from hengjian.doors.demo import seed

    report, found = seed.prepare_city(a_place / "demo", ENTITIES, quiet, ON)
    return City(a_place / "demo", report, found)
