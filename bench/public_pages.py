"""The public page of an entity and its JSON, beside a hello-world view on the same server in the same run.

The data are a demo city walked down the whole street. Requests are counted per second of the server's own processor
time: on a machine that does other work, or shares its cores with the client, a clock on the wall measures the others.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._figure import Figure
from bench._load import Load, measure

PORT = 8461
ROOT = Path(__file__).resolve().parents[1]
PAGE, JSON = "/entity/{}/", "/api/publication/entities/{}"
QUERIES = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hengjian.street.publication.models import PublicEntity, PublicNotice
busy = list(PublicNotice.objects.order_by("pk").values_list("uscc", flat=True)[:50])
some = list(dict.fromkeys(busy)) + list(PublicEntity.objects.order_by("pk").values_list("uscc", flat=True)[:1000])
most = {}
for name, path in json.loads(sys.argv[1]).items():
    for code in some[:60]:
        cache.clear()
        with CaptureQueriesContext(connection) as caught:
            answer = Client(headers={"host": "127.0.0.1"}).get(path.format(code))
        assert answer.status_code == 200, (path, answer.status_code)
        most[name] = max(most.get(name, 0), len(caught))
print(json.dumps({"some": some, "queries": most}))
"""


def run(scale: float) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="hengjian-bench-") as folder:
        environment = os.environ | {
            "HENGJIAN_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "hengjian.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        entities = str(max(300, int(1_000 * scale)))
        _call(["-m", "hengjian", "demo", "--once", "--entities", entities, "--json"], environment)
        asked = json.dumps({"page": PAGE, "JSON": JSON})
        probe = json.loads(_call(["-c", QUERIES, asked], environment).splitlines()[-1])
        with _served(environment) as server:
            return _figures(server, probe["some"], probe["queries"], max(1.0, 4 * min(scale, 1)))


def _call(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[int]:
    granian = Path(sys.executable).with_name("granian")
    words = [str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT), "--workers", "2"]
    words += ["--blocking-threads", "1", "--no-ws", "--log-level", "warning", "bench._site:application"]
    server = subprocess.Popen(words, env=environment, cwd=ROOT)
    try:
        _wait()
        yield server.pid
    finally:
        server.terminate()
        server.wait(10)


def _wait() -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {PORT}")


def _processor(server: int) -> float:
    """Seconds of processor the server and its workers have used."""
    spent = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # a process that ended meanwhile
        if int(stat.parent.name) == server or int(fields[1]) == server:
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def _rate(server: int, paths: list[str], seconds: float) -> tuple[float, Load]:
    """Requests per second of the server's processor, and what the client saw."""
    measure(PORT, paths[:40], 0.5)
    before, start = _processor(server), time.perf_counter()
    load = measure(PORT, paths, seconds)
    answered = load.requests_per_second * (time.perf_counter() - start)
    return answered / max(_processor(server) - before, 0.01), load


def _figures(server: int, codes: list[str], queries: dict[str, int], seconds: float) -> list[Figure]:
    hello, _load = _rate(server, ["/bench-hello"], seconds)
    # A changing query string is a different page to the cache, so each answer is made anew.
    found = []
    for name, paths, aim in (
        ("public entity page, uncached", [f"{PAGE.format(code)}?n={turn}" for turn in range(40) for code in codes], 0.1),
        ("public entity page, from the cache", [PAGE.format(codes[0])], 0.5),
        ("public entity JSON, uncached", [f"{JSON.format(code)}?n={turn}" for turn in range(40) for code in codes], 0.1),
        ("public entity JSON, from the cache", [JSON.format(codes[0])], 0.5),
    ):
        rate, load = _rate(server, paths, seconds)
        ratio, words = rate / hello, f"requests per processor second (p99 {load.p99_ms:.0f} ms, {load.bad} bad)"
        ok = ratio >= aim and not load.bad
        found.append(Figure(name, round(rate), words, "hello view", round(hello), round(ratio, 3), f"≥ {aim}", ok))
    for name, count in queries.items():
        found.append(Figure(f"queries of the entity {name}", count, "queries", "limit", 12, count / 12, "≤ 12", count <= 12))
    return found
