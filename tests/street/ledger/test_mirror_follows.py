"""The columnar mirror holds what the ledger holds, and notices when it does not."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from hengjian.doors.cli import mirror as commands
from hengjian.ground.people.models import Agency
from hengjian.street.assessment import frames
from hengjian.street.ledger import services
from hengjian.street.register import services as register
from tests.factories_intake import MARCH, PENALTY, REGISTRATION, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings, tmp_path):
    settings.MEDIA_ROOT = settings.DATA = tmp_path
    bureau = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(9)))
    register.catch_up(MARCH)
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
