"""A process killed in the middle of a masking leaves the whole of it or nothing; afterwards no byte of the words is in the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests import ready

ROOT = Path(__file__).resolve().parents[3]
# One process sets the scene and forks others, which kill themselves before every third statement of the decision.
SCENE = """
import json, os, signal, sys
import django
django.setup()
sys.path.insert(0, os.getcwd())
from django.db import connection
from tests.street.ledger.test_redacting import City, NAME, TODAY, NOW
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.intake import queries as intake
from hengjian.street.intake.models import Delivery
from hengjian.street.ledger import queries, scrubbing, services
from hengjian.street.ledger.models import Entry
from hengjian.street.publication.models import PublicNotice

def done():
    entry = Entry.objects.order_by("seq").first()
    row = intake.accepted_after(Delivery.objects.get(), 0, 9)[0]
    notice = PublicNotice.objects.get(entry_seq=entry.seq)
    gone = {NAME not in str(one) for one in (entry.body, row.data, notice.body)}
    gone |= {queries.redaction_of(entry.seq) is not None, Proceeding.objects.get().closed is not None, entry.salt is None}
    return [sorted(gone), services.verify().whole]

def decide(left):
    def counted(execute, *said):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*said)
    matter = Proceeding.objects.get()
    with connection.execute_wrapper(counted):
        acts.act(matter, "approve", by=Officer.objects.get(number="A2"), on=TODAY, expected_version=matter.version, at=NOW)

City().ask()
seen, at, ended = [done()], 1, 1
while ended:
    connection.close()
    child = os.fork()
    if not child:
        decide(at)
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    seen.append(done())
    at += 3
late = scrubbing.due()
scrubbing.scrub(at=NOW)
print(json.dumps([seen, late, scrubbing.due()]))
"""


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the file is SQLite's; a transaction is a transaction")
def test_killed_between_any_two_steps_it_is_whole_or_nothing_and_then_no_byte_is_left(tmp_path):
    ready.data_folder(tmp_path / "data")
    told = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_DATA": str(tmp_path / "data"), "HENGJIAN_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}  # fmt: skip
    run = subprocess.run([sys.executable, "-c", SCENE], capture_output=True, text=True, env=told, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    seen, due, after = json.loads(run.stdout)
    assert len(seen) > 8
    assert all(one in ([[False], True], [[True], True]) for one in seen), seen
    assert (seen[0], seen[-1]) == ([[False], True], [[True], True])
    assert (due, after) == (True, False)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "put-away"]
    spelled = ("欧阳测试".encode(), json.dumps("欧阳测试")[1:-1].encode())
    assert not [path for path in files if any(one in path.read_bytes() for one in spelled)]
