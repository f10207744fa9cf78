"""The manifest and intake agree on every file and every dirty row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hengjian.doors.demo.city import City, write_city
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency
from hengjian.ground.people.services import establish_agencies
from hengjian.street.intake import queries
from hengjian.street.intake import services as intake
from hengjian.street.intake.models import Delivery, Key, Row

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


def _send(city: City, folder: Path) -> dict[str, int]:
    """Send every file as its agency would; the primary key of each delivery by file name."""
    establish_agencies()
    agencies = {agency.code: agency for agency in Agency.objects.order_by("path")}
    sent = {}
    for sheet in city.sheets:
        content = (folder / sheet.file).read_bytes()
        delivery, _ = intake.receive(
            by=None,
            agency=agencies[sheet.agency],
            kind=sheet.kind,
            filename=sheet.file,
            chunks=[content],
            at=clock.now(),
        )
        done = intake.process(delivery, at=clock.now())
        found = (done.state, done.received, done.accepted, done.duplicate, done.quarantined)
        late = sheet.sent_back  # only the ledger can know
        meant = ("done", sheet.rows, sheet.accepted + late, sheet.duplicate, sheet.quarantined - late)
        assert found == meant, sheet.file
        sent[sheet.file] = done.pk
    return sent


def test_every_dirty_row_ends_where_the_manifest_says(tmp_path: Path) -> None:
    city = write_city(tmp_path, 1_000, seed="canal", on=ON)
    sent = _send(city, tmp_path)
    for sheet in city.sheets:
        places = queries.places(Delivery.objects.get(pk=sent[sheet.file]))
        assert {number: outcome for number, outcome in places.items() if outcome != "accepted"} == {
            row["row"]: row["outcome"] for row in sheet.dirty if row["stop"] == "intake"
        }
        rows = Row.objects.filter(delivery=sent[sheet.file]).order_by("number")
        assert all(reason["says"] and reason["remedy"] for row in rows for reason in row.reasons or ())


def test_sending_the_city_twice_changes_nothing(tmp_path: Path) -> None:
    city = write_city(tmp_path, 200, seed="canal", on=ON)
    first = _send(city, tmp_path)
    keys = Key.objects.count()
    assert _send(city, tmp_path) == first
    assert Key.objects.count() == keys > 0
