#!/usr/bin/env python3
"""Two commands: `python3 run.py` shows the platform at work, `python3 run.py test` checks it.

Further words: `setup` prepares the environment only, `check` runs linters, types and contracts;
anything else goes to the `hengjian` command. Standard library only, Python 3.11 or newer.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
DATA = Path(os.environ.get("HENGJIAN_DATA", ROOT / "data"))


def stop(message: str, way_on: str) -> None:
    """Say what is wrong and what to do about it; leave with code 1."""
    print(f"\n✗ {message}\n  → {way_on}", file=sys.stderr)
    sys.exit(1)


def environment() -> dict[str, str]:
    found = dict(os.environ, HENGJIAN_DATA=str(DATA), DJANGO_SETTINGS_MODULE="hengjian.config.settings")
    found["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    return found


def run(*words: str, check: bool = True, **extra: str) -> int:
    done = subprocess.run([str(PYTHON), *words], cwd=ROOT, env=environment() | extra, check=False)
    if check and done.returncode:
        sys.exit(done.returncode)
    return done.returncode


def hengjian(*words: str, **extra: str) -> int:
    return run("-m", "hengjian", *words, **extra)


def _make_venv() -> None:
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)  # a half-made environment is of no use to anybody
    print("· making the Python environment (.venv)")
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(
            "This Python has no venv module.",
            f"apt-get install python3-venv   (or python{version}-venv), then run again",
        )
    venv.create(VENV, with_pip=True)


def prepare(*, dev: bool = False) -> None:
    """Environment with locked packages; does nothing when it is already so."""
    if sys.version_info < (3, 11):  # noqa: UP036
        stop(f"Python {sys.version.split()[0]} is too old.", "use Python 3.11 or newer (Debian 12 and 13 have it)")
    lock = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    marks = [VENV / "requirements-dev.done", VENV / "requirements.done"]
    done = {mark.read_text() for mark in marks if mark.exists()}
    if PYTHON.exists() and wanted in done:
        return
    _make_venv()
    print("· installing locked packages (once, a few minutes)")
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    if run(*words, check=False):
        stop(
            "The packages could not be installed.",
            "check the network or your package mirror (pip config), then run again: what was fetched is kept",
        )
    (VENV / f"{lock.stem}.done").write_text(wanted)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://{host}:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def show() -> None:
    """First start: database, pack, demonstration accounts. Every start: web server."""
    host, port = os.environ.get("HENGJIAN_HOST", "127.0.0.1"), int(os.environ.get("HENGJIAN_PORT", "8000"))
    if not port_is_free(host, port):
        stop(f"Port {port} is taken.", f"stop what uses it, or choose another: HENGJIAN_PORT={port + 1} python3 run.py")
    prepare()
    os.environ.setdefault("HENGJIAN_DEMO", "1")
    DATA.mkdir(parents=True, exist_ok=True)
    ready = DATA / "demo.ready"
    if not ready.exists():
        hengjian("migrate")
        hengjian("demo-accounts")  # safe to repeat: a half-finished first run is finished here
        ready.write_text("The demonstration stands. Delete the data folder to begin again.\n")
    else:
        hengjian("migrate")
    server = subprocess.Popen([str(PYTHON), "-m", "hengjian", "serve"], cwd=ROOT, env=environment())
    try:
        for _ in range(300):
            if answers(host, port) or server.poll() is not None:
                break
            time.sleep(0.2)
        if server.poll() is None:
            hengjian("welcome", "--address", f"http://{host}:{port}")
        server.wait()
    except KeyboardInterrupt:
        print("\n· stopped; the data stay in", DATA)
    finally:
        server.terminate()


def test(words: list[str]) -> None:
    prepare(dev=True)
    run("-m", "pytest", "-n", "2", "--dist", "loadfile", "-q", *words)


def check() -> None:
    prepare(dev=True)
    failed = [
        name
        for name, words in (
            ("ruff", ["-m", "ruff", "check", "."]),
            (
                "contracts",
                [
                    "-c",
                    "import sys; sys.argv=['lint-imports']; from importlinter.cli import lint_imports_command as c; c()",
                ],
            ),
        )
        if run(*words, check=False)
    ]
    if failed:
        stop("Not clean: " + ", ".join(failed), "see the lines above")


def main() -> None:
    match sys.argv[1:]:
        case []:
            show()
        case ["setup"]:
            prepare()
        case ["test", *words]:
            test(words)
        case ["check"]:
            check()
        case words:
            prepare()
            sys.exit(run("-m", "hengjian", *words, check=False))


if __name__ == "__main__":
    main()
