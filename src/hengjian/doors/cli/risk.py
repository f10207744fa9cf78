"""`hengjian risk`: what random inspection tells, and whether a score would have been worth having."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Estimates from random inspections; trials of a risk score.", no_args_is_help=True)
WAYS = {
    "random": "随机次序 random order", "one-line": "一句话规则（上次有问题的先去） one-line rule",
    "score": "评分 score", "score-with-inspector": "评分加检查人员 score with inspector",
}  # fmt: skip


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else format(value, form)


@app.command()
def backtest(
    file: Annotated[Path, typer.Argument(help="Inspections: CSV or Parquet, one row each")],
    firm: Annotated[str, typer.Option(help="Column that names the firm")] = "",
    day: Annotated[str, typer.Option(help="Column with the day")] = "",
    found: Annotated[str, typer.Option(help="Column with the finding: yes/no, or a number above nil")] = "",
    inspector: Annotated[str, typer.Option(help="Column that names the inspector")] = "",
    kind: Annotated[str, typer.Option(help="Column with the kind of inspection")] = "",
    arm: Annotated[str, typer.Option(help="Column that says which visits were drawn at random")] = "",
    where: Annotated[str, typer.Option(help="Keep one value of one column: kind=Routine Inspection")] = "",
    train: Annotated[float, typer.Option(min=0.1, max=0.9, help="Share of visits learnt from, the earliest")] = 0.7,
    window: Annotated[int, typer.Option(min=1, max=366, help="Days planned at a time")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Judge a risk score on later visits of a file, beside a one-line rule and a random order, with and without inspectors."""
    from hengjian.street.inspection import backtest as trying

    names = {"firm": firm, "day": day, "found": found, "inspector": inspector, "kind": kind, "arm": arm}
    visits = trying.read(file, {name: column for name, column in names.items() if column}, where)
    trial = trying.run(visits, portion=train, window=window)
    if as_json:
        print(json.dumps(asdict(trial), ensure_ascii=False))
        return
    print(f"检查 {trial.rows:,} 次，{trial.firms:,} 户；每 {trial.window} 天排一次，每户只取期内第一次")
    print(f"学习 {trial.train:,} 次；检验 {trial.test:,} 次（{trial.since} 起），其中有问题 {trial.rate:.1%}")
    print("列 columns: " + "，".join(f"{name}={column}" for name, column in trial.columns.items()))
    print("\n  AUC    提前天数 days gained   前四分之一的发现 found in first quarter")
    for way in trial.ways:
        print(f"  {_number(way.auc, '.3f'):<6} {_number(way.days, '+.1f'):>8}   {_number(way.first, '.1%'):>8}   {WAYS[way.name]}")
    if trial.arm:
        print(f"\n随机抽取的 {trial.arm[0]:,} 次中，评分的 AUC {_number(trial.arm[1], '.3f')}")
    print("\n权重（标准差）weights: " + "，".join(f"{name} {weight:+.2f}" for name, weight in trial.weights))


@app.command()
def estimate(
    since: Annotated[str, typer.Option(help="First day of the draws, as in 2026-01-01; a year before by default")] = "",
    until: Annotated[str, typer.Option(help="Last day of the draws; today by default")] = "",
    by: Annotated[str, typer.Option(help="district, sector or class")] = "district",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object")] = False,
) -> None:
    """Rates of findings among all firms of the frames, estimated from random inspections, with 95 % intervals."""
    from ._django import setup

    setup()
    from datetime import date, timedelta

    from hengjian.ground.kit import clock
    from hengjian.street.inspection import chance

    if by not in chance.SIDES:
        raise typer.BadParameter(f"--by is one of {', '.join(chance.SIDES)}")
    try:
        last = date.fromisoformat(until) if until else clock.today()
        first = date.fromisoformat(since) if since else last - timedelta(days=365)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write days as 2026-01-01") from error
    found = chance.of_all(since=first, until=last)
    domains = [("", "全部 all", found.whole), *found.by(by)]
    if as_json:
        told = [{"code": code, "title": title, "coverage": each.coverage, **asdict(each)} for code, title, each in domains]
        print(json.dumps({"since": first.isoformat(), "until": last.isoformat(), "by": by, "estimates": told}, ensure_ascii=False))
        return
    print("比例 rate   95 % 区间       已录入/应检 seen   有问题户数 firms")
    for _code, title, each in domains:
        interval = f"{_number(each.low, '.1%')}–{_number(each.high, '.1%')}"
        print(f"{_number(each.rate, '.1%'):>8}   {interval:<14} {each.seen:>6,}/{each.picked:<8,} {each.against:>8,.0f} ±{each.against_error:,.0f}   {title}")
