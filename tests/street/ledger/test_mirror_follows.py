"""The columnar mirror holds what the ledger holds, and notices when it does not."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from hengjian.doors.cli import mirror as commands
from hengjian.ground.people.models import Agency
from hengjian.street.assessment import frames
from hengjian.street.ledger import services
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests.factories_intake import MARCH, PENALTY, REGISTRATION, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings, tmp_path):
    settings.MEDIA_ROOT = settings.DATA = tmp_path
    bureau = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(9)))
    register.absorb_due()
    for start in (0, 3, 6):
        deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(n) for n in range(start, start + 3)]))
        services.catch_up(MARCH)
        frames.refresh()
    return bureau


def drop_a_part() -> None:
    """As after an incomplete copy of the folder: a part is gone from the manifest, the rest looks sound."""
    path = frames.mirror().folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["parts"] = [part for part in manifest["parts"] if part["table"] != "facts"] + [
        part for part in manifest["parts"] if part["table"] == "facts"
    ][1:]
    path.write_text(json.dumps(manifest))


def test_a_mirror_that_lost_records_is_made_again_when_it_is_next_refreshed(city):
    drop_a_part()
    assert not frames.reconcile()["agrees"]
    assert frames.refresh().rows("facts") == 9
    assert frames.reconcile()["agrees"]


def test_the_mirror_commands_tell_and_mend(city):
    run = CliRunner()
    assert run.invoke(commands.app, ["check"]).exit_code == 0
    drop_a_part()
    found = run.invoke(commands.app, ["check", "--json"])
    assert (found.exit_code, json.loads(found.stdout)["facts"]) == (1, [6, 9])
    assert json.loads(run.invoke(commands.app, ["rebuild", "--json"]).stdout)["facts"] == 9
    assert json.loads(run.invoke(commands.app, ["compact", "--json"]).stdout)["files"] == 2
    assert run.invoke(commands.app, ["check"]).exit_code == 0


@pytest.mark.parametrize("torn", ["manifest", "part"])
def test_a_mirror_torn_by_a_power_cut_is_made_again_when_it_is_next_refreshed(city, torn):
    folder = frames.mirror().folder
    file = folder / ("manifest.json" if torn == "manifest" else frames.mirror().manifest().parts[-1].file)
    file.write_bytes(file.read_bytes()[:20])
    frames.refresh()
    assert frames.reconcile()["agrees"]
    assert frames.mirror().manifest().rows("facts") == 9


def test_an_older_file_taken_over_after_a_newer_one_still_reaches_the_mirror(city):
    older = deliver(city, "registration", csv_bytes((*REGISTRATION, "登记状态"), [[*row, "注销"] for row in registrations(2)]), at=MARCH)
    newer = deliver(city, "registration", csv_bytes(REGISTRATION, registrations(1, 20)), at=MARCH + timedelta(hours=1))
    register.absorb(newer)
    frames.refresh()
    register.absorb(older)
    assert frames.reconcile()["stale"] == 2
    frames.refresh()
    assert frames.reconcile()["agrees"]


@pytest.mark.django_db(transaction=True)
def test_a_record_whose_number_was_drawn_first_and_committed_last_is_not_missed(settings, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: numbers are committed in their order")
    settings.MEDIA_ROOT = settings.DATA = tmp_path
    bureau = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(2)))
    register.absorb_due()
    one, two = Entity.objects.order_by("pk")
    drawn, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            services.append(by=None, entity=one, kind="honour", on=MARCH.date(), issuer=bureau, at=MARCH)
            drawn.set()
            may_commit.wait(10)
        connection.close()

    def refresh() -> None:
        frames.refresh()
        connection.close()

    writer, reader = threading.Thread(target=slow_writer), threading.Thread(target=refresh)
    writer.start()
    assert drawn.wait(10)
    services.append(by=None, entity=two, kind="honour", on=MARCH.date(), issuer=bureau, at=MARCH)
    reader.start()
    reader.join(1)
    assert reader.is_alive()  # it waits for the number that is still open
    may_commit.set()
    writer.join(10)
    reader.join(20)
    assert frames.mirror().manifest().rows("facts") == 2
