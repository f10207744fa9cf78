"""`hengjian whatif`: the city under the law as it is and as it might be. `hengjian way-back`: how a firm returns."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ._django import setup

Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="基准日，默认今天 The day asked about")]


def _numbers(values: list[str]) -> dict[str, float]:
    found = {}
    for text in values:
        name, equals, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise typer.BadParameter(f"写成 编号=数值，如 tianjin-2017.red.penalties=3；收到“{text}”")
    return found


def whatif(
    overlay: Annotated[Path | None, typer.Option(help="草案覆盖包的文件夹 Folder of a draft overlay pack")] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help="编号=数值，可重复 ID=VALUE, may be repeated")] = None,
    on: Day = None,
    facts: Annotated[Path | None, typer.Option(help="事实文件，省略则用全市镜像 Facts file instead of the mirror")] = None,
    out: Annotated[Path | None, typer.Option(help="写出 xlsx Where to write the xlsx")] = None,
    limit: Annotated[int, typer.Option(min=0, help="列出多少户变动主体 How many moved entities to list")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 One JSON object")] = False,
) -> None:
    """试算：改一个数值或叠加草案，看谁的类别会变；不写任何正式数据。Nothing of the platform is written."""
    setup()
    from hengjian.ground import policy
    from hengjian.ground.kit import clock
    from hengjian.street.assessment import drafts, sheets, trials

    if (overlay is None) == (not values):
        raise typer.BadParameter("--overlay 与 --set 必须且只能用一个")
    started, day, law = time.perf_counter(), on.date() if on else clock.today(), policy.current()
    draft = drafts.overlaid(overlay) if overlay else drafts.changed(law, _numbers(values or []), day)
    trial = trials.run(trials.InFile(facts) if facts else trials.Mirrored(), law, draft, on=day)
    changes = [f"覆盖包 {overlay.name}"] if overlay else drafts.told(law, _numbers(values or []), day)
    seconds = round(time.perf_counter() - started, 3)
    if out:
        sheets.trial(out, trial.as_json(), changes, trial.each_moved())
    report = {"changes": changes, "law": law.version, "draft": draft.version, **trial.as_json(), "seconds": seconds,
              "entities": trial.moved(limit) if limit else []}  # fmt: skip
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for shift in trial.shifts:
        before, after = shift.inspections
        typer.echo(f"{shift.after.title}：{shift.entities} 户，类别变动 {shift.moved} 户，只是理由变动 {shift.only_reasons} 户")
        titles = {item.code: item.title for item in (*shift.before.classes, *shift.after.classes)}
        for (b, a), n in sorted(shift.matrix.items()):
            if a != b:
                typer.echo(f"  {titles[b]} → {titles[a]}：{n}")
        if before or after:
            typer.echo(f"  预计年抽查户次 {before:.1f} → {after:.1f}")
    typer.echo(f"{seconds} s" + (f" → {out}" if out else ""))


def way_back(
    uscc: Annotated[str, typer.Argument(help="统一社会信用代码 Credit code")],
    on: Day = None,
    ruleset: Annotated[str, typer.Option(help="规则集，默认当日施行的四色分类 Ruleset; default: the colours in force")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 One JSON object")] = False,
) -> None:
    """恢复途径：哪些记录计入、何时不再计入、何时可以申请修复、最早何日回到更好的类别。"""
    setup()
    from hengjian.ground.kit import clock
    from hengjian.ground.kit.refusals import NotFound
    from hengjian.street.assessment import queries
    from hengjian.street.register import queries as register

    entity = register.by_uscc(uscc)
    if entity is None:
        raise NotFound("登记库中没有 %(uscc)s", uscc=uscc)
    answer = queries.way_back(entity, on.date() if on else clock.today(), ruleset=ruleset)
    if as_json:
        typer.echo(json.dumps({"uscc": entity.uscc, "name": entity.name, **answer.as_json()}, ensure_ascii=False))
        return
    typer.echo(f"{entity.name}（{entity.uscc}）：{answer.now.ruleset.class_item(answer.now.code).title}")
    for held in answer.held:
        line = held.as_json()
        until = line["counts_until"] or "未定"
        typer.echo(f"  {line['record']}（{line['kind']}，{line['decided']}）计至 {until}；最早申请 {line['apply_from'] or '不能申请'}")
    for back in answer.returns:
        typer.echo(f"  回到{back.title}：不修复 {back.waiting or '未定'}；修复 {back.repairing or '未定'}{'（暂定）' if back.provisional else ''}")


commands = [whatif, way_back]
