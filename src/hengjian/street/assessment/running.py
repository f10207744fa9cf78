"""Trials started from a page: one thread each, progress and result as files that every web process can read.

A trial is no record of the platform: its folder may be deleted at any time. The last `KEPT` are kept.
"""

from __future__ import annotations

import io
import json
import os
import re
import secrets
import shutil
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import connections

from hengjian.ground import audit, policy
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer

from . import drafts, sheets, trials

KEPT, SILENT = 20, 120


def folder() -> Path:
    return Path(settings.DATA) / "what-if"


def shelf() -> Path:
    return Path(settings.DATA) / "drafts"


def overlays() -> list[Path]:
    """Draft packs an office has laid into the data folder under drafts/."""
    return sorted(each.parent for each in shelf().glob("*/pack.yaml"))


def start(*, by: Officer, values: dict[str, float], overlay: str, on: date, wait: bool = False) -> str:
    """Begin a trial and return its name. `wait` runs it at once, without a thread."""
    name = f"{on:%Y%m%d}-{secrets.token_hex(4)}"
    home = folder() / name
    home.mkdir(parents=True)
    about: dict[str, Any] = {"by": by.number, "on": on.isoformat(), "values": values, "overlay": overlay}
    _say(home, {**about, "state": "running", "done": 0, "total": 1, "what": ""})
    audit.record("assessment.whatif", f"trial:{name}", by=by, on=on, values=values, overlay=overlay)
    _forget(name)
    if wait:
        _run(home, about)
    else:
        threading.Thread(target=_run_apart, args=(home, about), name=f"what-if {name}", daemon=True).start()
    return name


def _run_apart(home: Path, about: dict[str, Any]) -> None:
    try:
        _run(home, about)
    finally:
        connections.close_all()


def _run(home: Path, about: dict[str, Any]) -> None:
    started, on, law = time.perf_counter(), date.fromisoformat(about["on"]), policy.current()
    changes = drafts.told(law, about["values"], on) or [f"覆盖包 {about['overlay']}"]
    try:
        draft = (
            drafts.overlaid(shelf() / about["overlay"])
            if about["overlay"]
            else drafts.changed(law, about["values"], on)
        )
        found = trials.run(
            trials.Mirrored(), law, draft, on=on,
            progress=lambda done, total, what: _say(home, {**about, "state": "running", "done": done, "total": total, "what": what}),
        )  # fmt: skip
        found.db.execute(f"COPY (SELECT * FROM moved ORDER BY family, uscc) TO '{home}/moved.parquet' (FORMAT parquet)")
        found.db.close()
    except Refusal as refusal:
        _say(home, {**about, "state": "refused", "what": str(refusal)})
        return
    except Exception:
        _say(home, {**about, "state": "failed", "what": ""})
        raise
    seconds = round(time.perf_counter() - started, 2)
    _say(home, {**about, "state": "done", "changes": changes, "seconds": seconds, "law": law.version, **found.as_json()})


def _say(home: Path, state: dict[str, Any]) -> None:
    half = home / "state.json.part"
    half.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    os.replace(half, home / "state.json")


def state(name: str) -> dict[str, Any]:
    """Progress or result. A run that has said nothing for two minutes is called failed: its process is gone."""
    path = home_of(name) / "state.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found["state"] == "running" and time.time() - path.stat().st_mtime > SILENT:
        found["state"] = "failed"
    return found


def home_of(name: str) -> Path:
    home = folder() / name
    if not re.fullmatch(r"[0-9]{8}-[0-9a-f]{8}", name) or not (home / "state.json").is_file():
        raise NotFound("没有这次试算，或已清理", trial=name)
    return home


def moved(by: Officer, name: str, family: str, *, limit: int, offset: int) -> list[dict[str, Any]]:
    """Entities in an officer's scope whose class differs, ordered by code."""
    rows, names = _moved(by, name, "family = $family ORDER BY uscc LIMIT $limit OFFSET $offset", family=family, limit=limit, offset=offset)
    return [dict(zip(names, row, strict=True)) for row in rows]


def count_moved(by: Officer, name: str, family: str) -> int:
    """How many of them there are; the city-wide number stands in the result for every reader."""
    [(number,)], _names = _moved(by, name, "family = $family", "count(*)", family=family)
    return int(number)


def export(by: Officer, name: str, out: io.BytesIO) -> int:
    """The result as a spreadsheet: numbers of the whole city, and the entities in the officer's scope, so many."""
    told = state(name)
    rows, _names = _moved(by, name, "true ORDER BY family, uscc")
    narrowed = [] if scopes.districts_of(by) is None else ["变动主体只列导出人数据范围内的，其他各表为全市口径"]
    sheets.trial(out, told, told["changes"], rows, narrowed)
    return len(rows)


def _moved(by: Officer, name: str, where: str, what: str = "*", **values: Any) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Rows of the moved entities in the districts of an officer: the rule `register.visible_to` goes by."""
    districts, inside = scopes.districts_of(by), "true"
    if districts is not None:
        inside, values["districts"] = "list_contains($districts, district)", sorted(districts)
    with duckdb.connect() as db:
        db.execute(f"SELECT {what} FROM read_parquet('{home_of(name)}/moved.parquet') WHERE {inside} AND {where}", values)
        return db.fetchall(), [column[0] for column in db.description or ()]


def _forget(name: str) -> None:
    homes = sorted((each for each in folder().iterdir() if each.is_dir() and each.name != name), key=lambda each: each.stat().st_mtime)
    for old in homes[: -(KEPT - 1)]:
        shutil.rmtree(old, ignore_errors=True)
