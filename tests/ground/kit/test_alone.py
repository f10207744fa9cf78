"""One process at a time holds a file, and nobody holds it after its death."""

from __future__ import annotations

import subprocess
import sys

from hengjian.ground.kit.alone import alone

HOLDS = "import sys, time\nfrom pathlib import Path\nfrom hengjian.ground.kit.alone import alone\nwith alone(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"


def test_who_comes_second_is_told_so_at_once_or_after_its_patience(tmp_path):
    file = tmp_path / "made" / "lock"
    with alone(file) as first:
        for patience in (0, 0.1):
            with alone(file, patience) as second:
                assert (first, second) == (True, False)
    with alone(file, 0) as third:
        assert third


def test_a_holder_that_is_killed_holds_nothing(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with alone(tmp_path / "lock", 0) as free:
            assert not free
        holder.kill()
        with alone(tmp_path / "lock", 10) as free:
            assert free


def test_an_error_of_the_work_is_not_taken_for_a_held_file(tmp_path):
    caught = None
    try:
        with alone(tmp_path / "lock", 0):
            raise BlockingIOError("of the work itself")
    except BlockingIOError as error:
        caught = error
    assert str(caught) == "of the work itself"
