"""`hengjian ledger`: check every seal, seal a day."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The ledger and its seals.", no_args_is_help=True)


def _meter(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r核验 {done:,}/{total:,}", end="\n" if done >= total else "", file=sys.stderr)


@app.command()
def proof(
    seq: Annotated[int, typer.Argument(help="Sequence number of the entry", min=1)],
    out: Annotated[Path | None, typer.Option(help="Write it to this file")] = None,
) -> None:
    """The proof that an entry stands under a published root; `verifier.py` of the public page checks it."""
    from ._django import setup

    setup()
    from hengjian.ground.kit.refusals import NotFound
    from hengjian.street.ledger import services

    found = services.proof_of(seq)
    if found is None:
        raise NotFound("台账里没有序号 %(seq)s", seq=seq)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if out:
        out.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False) -> None:
    """Recompute every seal and name the first altered record. Exit code 1 where one does not hold."""
    from ._django import setup

    setup()
    from hengjian.street.ledger import services

    verdict = services.verify_on_record(progress=_meter, workers=os.cpu_count() or 1)
    if as_json:
        print(json.dumps(verdict.plain(), ensure_ascii=False, default=str))
    elif verdict.whole:
        print(f"完好：{verdict.entries:,} 条记录、{verdict.batches:,} 批、{verdict.roots:,} 个当日总封。最近总封 {verdict.last_root or '尚无'}")
    else:
        print(f"不完好：{verdict.first.says}" if verdict.first else f"缺少防改触发器：{'、'.join(verdict.unguarded)}")
    raise typer.Exit(0 if verdict.whole else 1)


@app.command()
def scrub(write: Annotated[bool, typer.Option("--write", help="Do it; without, only say whether anything is due")] = False) -> None:
    """Write the files of the database anew after words were masked or records disposed of: nothing of them may lie there."""
    from ._django import setup

    setup()
    from hengjian.ground.kit import clock
    from hengjian.street.ledger import scrubbing

    if not write:
        print("有已去的文字待清除；加 --write 才会重写文件" if scrubbing.due() else "没有要清除的")
        return
    print("已重写" if scrubbing.scrub(at=clock.now()) else "没有要清除的")


@app.command()
def seal(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Last day to be sealed")],
    write: Annotated[bool, typer.Option("--write", help="Do it; without, only say what is unsealed")] = False,
) -> None:
    """Put a daily root over all batches up to the end of a day."""
    from ._django import setup

    setup()
    from hengjian.street.ledger import queries, services

    if not write:
        waiting = queries.unsealed(day.date()).count()
        print(f"待封 {waiting:,} 批；加 --write 才会封存")
        return
    root = services.seal_day(on=day.date())
    print(f"{root.day} 已封：{root.batches:,} 批，总封 {bytes(root.root).hex()}" if root else "这一天已经封过")
