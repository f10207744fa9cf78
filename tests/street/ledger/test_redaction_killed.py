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
# One process sets the scene; another forks more, which kill themselves before every eighth statement of the decision.
SCENE = """
import json, os, signal, sys, traceback
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
    return {(False,): 0, (True,): 1}.get(tuple(gone), 2) if services.verify().whole else 3

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
    return 0

def apart(work, *said):
    # In a process of its own, forked from one that has no threads yet: how it ended.
    connection.close()
    child = os.fork()
    if not child:
        try:
            os._exit(work(*said))
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(9)
    return os.waitpid(child, 0)[1]

if sys.argv[1] == "begin":
    City().ask()
else:
    seen, at = [apart(done) >> 8], 1
    while not seen[-1]:  # a kill after the commit leaves only what the daily job does
        ended = apart(decide, at)
        assert ended in (0, signal.SIGKILL), ended
        seen.append(apart(done) >> 8)
        at += 8
    late = scrubbing.due()
    scrubbing.scrub(at=NOW)
    print(json.dumps([seen, late, scrubbing.due()]))
"""


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the file is SQLite's; a transaction is a transaction")
def test_killed_between_any_two_steps_it_is_whole_or_nothing_and_then_no_byte_is_left(tmp_path):
    ready.data_folder(tmp_path / "data")
    told = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_DATA": str(tmp_path / "data"), "HENGJIAN_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "hengjian.config.settings"}  # fmt: skip
    for step in ("begin", "kill"):
        run = subprocess.run([sys.executable, "-c", SCENE, step], capture_output=True, text=True, env=told, check=False, cwd=ROOT, timeout=120)
        assert run.returncode == 0, run.stderr
    seen, due, after = json.loads(run.stdout)
    assert len(seen) > 4
    assert seen == sorted(seen), seen
    assert set(seen) == {0, 1}  # nothing of it, or the whole of it, and every seal holds
    assert (due, after) == (True, False)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "put-away"]
    spelled = ("欧阳测试".encode(), json.dumps("欧阳测试")[1:-1].encode())
    assert not [path for path in files if any(one in path.read_bytes() for one in spelled)]
