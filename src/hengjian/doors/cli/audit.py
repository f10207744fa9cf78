"""`hengjian audit`: check the trail and its seals, seal what is not sealed yet."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(help="The audit trail and its seals.", no_args_is_help=True)


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False) -> None:
    """Recompute every line and every seal and name the first that does not hold. Exit code 1 where one does not."""
    from ._django import setup

    setup()
    from hengjian.ground.audit import services

    verdict = services.verify()
    if as_json:
        print(json.dumps({"whole": verdict.whole, **asdict(verdict)}, ensure_ascii=False))
    elif verdict.whole:
        print(f"完好：{verdict.lines:,} 行、{verdict.seals:,} 次封存，{verdict.unsealed:,} 行待封。最近总封 {verdict.last_root or '尚无'}")
    else:
        print(f"不完好：{verdict.fault}" if verdict.fault else f"缺少防改触发器：{'、'.join(verdict.unguarded)}")
    raise typer.Exit(0 if verdict.whole else 1)


@app.command()
def seal(write: Annotated[bool, typer.Option("--write", help="Do it; without, only say what is unsealed")] = False) -> None:
    """Put one root over all lines written since the last seal."""
    from ._django import setup

    setup()
    from hengjian.ground.audit import services

    if not write:
        print(f"待封 {services.verify().unsealed:,} 行；加 --write 才会封存")
        return
    made = services.seal()
    print(f"已封 {made.lines:,} 行，总封 {made.root}" if made else "没有新的审计记录")
