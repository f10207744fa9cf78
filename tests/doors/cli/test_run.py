"""`run.py` on a strange machine: what is missing or in the way is named, with a way on."""

from __future__ import annotations

import http.server
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(folder: Path, *words: str, **told: str) -> subprocess.CompletedProcess[str]:
    """run.py as a newcomer starts it, from a folder of its own."""
    return subprocess.run(
        [sys.executable, str(folder / "run.py"), *words], capture_output=True, text=True, check=False, timeout=300,
        env={**plain(), "HENGJIAN_DATA": str(folder / "data"), **told},
    )  # fmt: skip


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("HENGJIAN_", "DJANGO_", "PYTEST"))}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone without an environment."""
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "requirements.txt").write_text("no-such-package-of-hengjian==1 --hash=sha256:" + "0" * 64 + "\n")
    return tmp_path


@contextmanager
def listening(page: bytes):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_address[1])
        server.shutdown()


def test_a_port_in_use_is_named_with_a_free_one(clone):
    with listening(b"something else") as port:
        said = run(clone, HENGJIAN_PORT=port)
    assert said.returncode == 1
    assert f"Port {port} is taken" in said.stderr
    assert "HENGJIAN_PORT=" in said.stderr
    assert not (clone / ".venv").exists(), "nothing is installed before the port is known to be free"


def test_a_second_start_beside_a_running_one_says_where_it_runs(clone):
    with listening("<title>衡鉴</title>".encode()) as port:
        said = run(clone, HENGJIAN_PORT=port)
    assert said.returncode == 1
    assert f"running already at http://127.0.0.1:{port}" in said.stderr


def test_a_python_without_venv_is_told_which_package_to_install(clone, tmp_path):
    (tmp_path / "lame").mkdir()
    (tmp_path / "lame" / "ensurepip.py").write_text("raise ImportError('ensurepip is not available')\n")
    said = run(clone, "setup", PYTHONPATH=str(tmp_path / "lame"))
    assert said.returncode == 1
    assert "python3-venv" in said.stderr


def test_without_a_network_the_way_on_is_named_and_the_next_run_tries_again(clone):
    for _ in range(2):
        said = run(clone, "setup", PIP_NO_INDEX="1")
        assert said.returncode == 1
        assert "check the network" in said.stderr
    assert not (clone / ".venv" / "requirements.done").exists()


def test_a_half_made_environment_is_made_anew(clone):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".venv" / "bin" / "python").chmod(0o755)
    said = run(clone, "setup", PIP_NO_INDEX="1")
    assert "making the Python environment" in said.stdout
    assert subprocess.run([clone / ".venv" / "bin" / "python", "-c", ""], check=False).returncode == 0


def test_run_needs_nothing_but_the_standard_library():
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    names = {line.split()[1].split(".")[0] for line in (ROOT / "run.py").read_text().splitlines() if line.startswith(("import ", "from "))}
    assert spec
    assert names <= sys.stdlib_module_names


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen[str], seconds: float) -> str:
    for _ in range(int(seconds * 5)):
        assert process.poll() is None
        try:
            return urllib.request.urlopen(address, timeout=5).read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".venv" / "requirements-dev.done").exists(), reason="needs the environment that run.py makes")
def test_a_first_start_broken_off_is_finished_by_the_second_and_ctrl_c_ends_both_processes(tmp_path):
    port = free_port()
    told = {**plain(), "HENGJIAN_DATA": str(tmp_path), "HENGJIAN_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    start = {"args": [sys.executable, str(ROOT / "run.py")], "stdout": subprocess.PIPE, "text": True, "env": told, "start_new_session": True}
    first = subprocess.Popen(**start)
    for line in first.stdout:
        if "归集" in line:
            break
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert not (tmp_path / "demo.ready").exists()

    second = subprocess.Popen(**start)
    page = wait_for(f"http://127.0.0.1:{port}/", second, 240)
    assert "衡鉴" in page
    said = []
    for line in second.stdout:
        said.append(line)
        if "Stop with Ctrl+C" in line:
            break
    told_them = "".join(said)
    assert "broken off" in told_them
    assert "demo-inspector" in told_them
    assert "5. " in told_them
    os.killpg(second.pid, signal.SIGINT)
    assert "the data stay" in second.communicate(timeout=60)[0]
    with pytest.raises(ProcessLookupError):
        os.killpg(second.pid, 0)
