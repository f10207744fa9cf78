#!/usr/bin/env python3
"""Two commands: `python3 run.py` shows the platform at work, `python3 run.py test` checks it.

Further words: `setup` prepares the environment only, `check` runs linters, types and contracts;
anything else goes to the `hengjian` command. Standard library only, Python 3.11 or newer.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import signal
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
DATA = Path(os.environ.get("HENGJIAN_DATA") or ROOT / "data").absolute()


def stop(message: str, way_on: str) -> None:
    """Say what is wrong and what to do about it; leave with code 1."""
    print(f"\n✗ {message}\n  → {way_on}", file=sys.stderr)
    sys.exit(1)


def environment() -> dict[str, str]:
    found = dict(os.environ, DJANGO_SETTINGS_MODULE="hengjian.config.settings")
    if "HENGJIAN_DATA" in found:  # relative to where the words were typed, not to the clone
        found["HENGJIAN_DATA"] = str(DATA)
    found["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    return found


def run(*words: str, check: bool = True) -> int:
    done = subprocess.run([str(PYTHON), *words], cwd=ROOT, env=environment(), check=False)
    if check and done.returncode:
        sys.exit(done.returncode)
    return done.returncode


def hengjian(*words: str, check: bool = True) -> int:
    return run("-m", "hengjian", *words, check=check)


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
    words = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
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


def whose(host: str, port: int) -> str:
    """What sits on a port: "hengjian", "other", or nothing that answers."""
    try:
        page = urllib.request.urlopen(f"http://{host}:{port}/", timeout=5).read(200_000)
    except urllib.error.HTTPError:
        return "other"
    except (OSError, http.client.HTTPException):
        return ""
    return "hengjian" if "衡鉴".encode() in page else "other"


def refuse_a_busy_port(host: str, port: int) -> None:
    if port_is_free(host, port):
        return
    free = next((other for other in range(port + 1, port + 100) if port_is_free(host, other)), port + 1)
    if whose(host, port) == "hengjian":
        stop(
            f"Hengjian is running already at http://{host}:{port}",
            f"open it, or stop it with Ctrl+C; a second one needs its own port and data: "
            f"HENGJIAN_PORT={free} HENGJIAN_DATA=other python3 run.py",
        )
    stop(f"Port {port} is taken by another program.", f"stop it, or choose another: HENGJIAN_PORT={free} python3 run.py")


def shape() -> str:
    """A digest of what decides the shape of the database; while it stays, a start has nothing to migrate."""
    digest = hashlib.sha256(os.environ.get("HENGJIAN_DATABASE_URL", "").encode())
    for path in sorted([*ROOT.glob("src/hengjian/*/*/migrations/*.py"), *ROOT.glob("packs/*/catalogues/*.yaml"), *VENV.glob("*.done")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def migrate() -> None:
    done, wanted = DATA / "migrated", shape()
    there = (DATA / "hengjian.sqlite3").exists() or os.environ.get("HENGJIAN_DATABASE_URL")
    if not there or not done.exists() or done.read_text() != wanted:
        hengjian("migrate")
        done.write_text(wanted)


def first_start() -> None:
    """Database, packs, demonstration city. Done in steps that may be repeated: a half-finished one is finished here."""
    ready = DATA / "demo.ready"
    migrate()
    if ready.exists() or os.environ["HENGJIAN_DEMO"].lower() in ("0", "false", "no"):
        return
    if (DATA / "demo").exists():
        print("· the first start was broken off; finishing it")
    else:
        print("· first start: a demonstration city of 3,000 invented entities goes through the whole street (half a minute)")
    if hengjian("seed-demo", check=False):
        stop(
            "The demonstration city could not be finished.",
            "run again to go on where it stopped; or begin anew in another folder: HENGJIAN_DATA=other python3 run.py",
        )
    ready.write_text("The demonstration stands. Delete the data folder to begin again.\n")


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask both to stop, wait, then insist with whatever they started."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def show() -> None:
    """First start: database, packs, demonstration city. Every start: jobs and web server, until Ctrl+C."""
    host, port = os.environ.get("HENGJIAN_HOST", "127.0.0.1"), int(os.environ.get("HENGJIAN_PORT", "8000"))
    refuse_a_busy_port(host, port)
    prepare()
    os.environ.setdefault("HENGJIAN_DEMO", "1")
    DATA.mkdir(parents=True, exist_ok=True)
    first_start()
    signal.signal(signal.SIGTERM, interrupted)
    # Each in a group of its own: Ctrl+C reaches this process only, which then ends both in order.
    processes = [
        subprocess.Popen([str(PYTHON), "-m", "hengjian", word], cwd=ROOT, env=environment(), start_new_session=True)
        for word in ("serve", "jobs")
    ]
    server = processes[0]
    words = [str(PYTHON), "-m", "hengjian", "welcome", "--address", f"http://{host}:{port}"]
    welcome = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        while server.poll() is None and not whose(host, port):
            time.sleep(0.2)
        if server.poll() is None:
            print(welcome.communicate()[0], flush=True)
        server.wait()
        stop("The web server has stopped.", "its last words are above; run again when that is mended")
    except KeyboardInterrupt:
        print("\n· stopped; the data stay in", DATA)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl+C must not leave one of them behind
        end(processes)


def test(words: list[str]) -> None:
    prepare(dev=True)
    run("-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-q", *words)


CONTRACTS = "import sys; sys.argv=['lint-imports']; from importlinter.cli import lint_imports_command as c; c()"
CHECKS = {"ruff": ["-m", "ruff", "check", "."], "types": ["-m", "mypy"], "contracts": ["-c", CONTRACTS]}


def check() -> None:
    """Linters, types and contracts side by side; what each says, in their order."""
    prepare(dev=True)
    told = {"cwd": ROOT, "env": environment(), "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    running = {name: subprocess.Popen([str(PYTHON), *words], **told) for name, words in CHECKS.items()}
    said = {name: one.communicate()[0].decode(errors="replace") for name, one in running.items()}
    for name, words in said.items():
        print(f"· {name}\n{words}")
    if failed := [name for name, one in running.items() if one.returncode]:
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
