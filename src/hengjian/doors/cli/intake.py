"""`hengjian intake FILE`: what a department file would become, or with --write, what it became."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer


def intake(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, .csv.gz or .xlsx")],
    kind: Annotated[str, typer.Option(help="Record kind of the pack: registration, penalty, …")],
    agency: Annotated[str, typer.Option(help="Code of the sending agency; 120000 is the city bureau")],
    write: Annotated[bool, typer.Option("--write", help="Do it; without, only show what would happen")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Take a department's file in: every row ends accepted, duplicate or quarantined with reasons."""
    from ._django import setup

    setup()
    began = time.perf_counter()
    report = _write(file, kind, agency) if write else _preview(file, kind)
    report["seconds"] = round(time.perf_counter() - began, 2)
    print(json.dumps(report, ensure_ascii=False) if as_json else _words(report, write))


def intake_folder(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Laid out as <agency code>/<kind>/file")],
    still: Annotated[float, typer.Option(min=0, help="Seconds a file must not have changed")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Take in once what lies in a folder, and put each file away with a receipt; half-written files stay."""
    from ._django import setup

    setup()
    from hengjian.ground.kit import clock
    from hengjian.street.intake import folders

    took = folders.take_due(folder, at=clock.now(), still=still)
    told = [{"file": str(one.found.path), "delivery": one.delivery, "trouble": one.trouble} for one in took]
    print(json.dumps({"files": told}, ensure_ascii=False) if as_json else "\n".join(f"{one['file']} → {one['trouble'] or one['delivery']}" for one in told) or "没有可以收取的文件")


def _meter(label: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{label} {done:,}/{total:,}", end="\n" if done >= total else "", file=sys.stderr)

    return show


def _preview(file: Path, kind: str) -> dict[str, Any]:
    from hengjian.ground.kit import clock
    from hengjian.street.intake import previewing

    seen = previewing.preview(kind, file, clock.today(), _meter("判定"))
    return {
        "kind": kind, "written": False, "received": seen.received, "accepted": seen.accepted,
        "duplicate": seen.duplicate, "quarantined": seen.quarantined, "reasons": dict(seen.reasons.most_common()),
        "examples": seen.examples,
    }  # fmt: skip


def _write(file: Path, kind: str, code: str) -> dict[str, Any]:
    from hengjian.ground.kit import clock
    from hengjian.ground.kit.refusals import NotFound
    from hengjian.ground.people.models import Agency
    from hengjian.street.intake import services
    from hengjian.street.ledger import queries as entered
    from hengjian.street.ledger import services as ledger
    from hengjian.street.register import queries as registered
    from hengjian.street.register import services as register
    from hengjian.street.register.rules import TAKEN

    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise NotFound("没有代码为“%(agency)s”的机构", agency=code)
    with file.open("rb") as stream:
        chunks = iter(lambda: stream.read(1 << 20), b"")
        delivery, new = services.receive(
            by=None, agency=agency, kind=kind, filename=file.name, chunks=chunks, at=clock.now()
        )
    services.process(delivery, at=clock.now(), progress=_meter("判定"))
    if kind in TAKEN:
        register.absorb(delivery, progress=_meter("入库"))
        taken = registered.taken(delivery)
    else:
        ledger.absorb(delivery, progress=_meter("入账"))
        taken = entered.taken(delivery)
    return {**outcome(delivery), "written": True, "new": new, "taken": taken}


def outcome(delivery: Any) -> dict[str, Any]:
    """The four counts of a delivery with its reasons, as every report shows them."""
    from hengjian.street.intake import masking, queries

    delivery.refresh_from_db()
    causes: dict[str, int] = {}
    for group in queries.causes(delivery):
        causes[group["code"]] = causes.get(group["code"], 0) + group["rows"]
    return {
        "delivery": delivery.pk, "kind": delivery.kind, "state": delivery.state, "trouble": delivery.trouble,
        "received": delivery.received, "accepted": delivery.accepted, "duplicate": delivery.duplicate,
        "quarantined": delivery.quarantined, "reasons": causes,
        "examples": [
            {"row": row.number, **(masking.row(row)[1] or [{}])[0]} for row in queries.rejected(delivery).select_related("delivery")[:20]
        ],
    }  # fmt: skip


def _words(report: dict[str, Any], written: bool) -> str:
    lines = [
        f"收到 {report['received']:,} 行 = 接收 {report['accepted']:,} + 重复 {report['duplicate']:,} + 待核 {report['quarantined']:,}",
        *(f"  第{example['row']}行 {example['field']} {example['says']}。{example['remedy']}" for example in report["examples"]),
        f"用时 {report['seconds']} 秒" + ("" if written else "；以上为试报，加 --write 才会写入"),
    ]
    if taken := report.get("taken"):
        told = f"入账 {taken['entries']:,} 条" if "entries" in taken else f"入库：新增 {taken['created']:,} 户，更新 {taken['updated']:,} 户"
        lines.insert(1, told)
    if report.get("trouble"):
        lines.insert(0, f"整份文件退回：{report['trouble']}")
    if written and not report["new"]:
        lines.insert(0, "这份文件以前报送过，结果未变：")
    return "\n".join(lines)


commands = [intake, intake_folder]
