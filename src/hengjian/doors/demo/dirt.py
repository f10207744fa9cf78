"""How real rows go wrong. Each way damages one clean row and says where the row must end and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from hengjian.ground.kit import uscc

from .population import credit_code
from .records import Fields

SHARE = 0.01  # dirty rows per hundred clean ones, at least one of each way in a large file


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file. `how` is empty for a clean one; `cause` is the field a clerk must look at.

    `stop` is where the row is found out: most at intake, some only when the ledger looks for the entity.
    """

    fields: Fields
    how: str = ""
    outcome: str = "accepted"
    cause: str = ""
    stop: str = "intake"


@dataclass(frozen=True, slots=True)
class Way:
    how: str
    outcome: str
    cause: str
    damage: Callable[[Fields, Random], Fields]
    kinds: frozenset[str] | None = None  # None: every kind of record
    stop: str = "intake"


def _bad_check(fields: Fields, chance: Random) -> Fields:
    code = fields["uscc"]
    others = [c for c in uscc.ALPHABET if c != code[17]]
    return {**fields, "uscc": code[:17] + chance.choice(others)}


def _swap(fields: Fields, chance: Random) -> Fields:
    code = fields["uscc"]
    at = next((i for i in range(9, 16) if code[i] != code[i + 1]), 9)
    return {**fields, "uscc": code[:at] + code[at + 1] + code[at] + code[at + 2 :]}


def _set(field: str, value: str) -> Callable[[Fields, Random], Fields]:
    return lambda fields, chance: {**fields, field: value}


def _full_width(fields: Fields, chance: Random) -> Fields:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in fields["uscc"])
    return {**fields, "uscc": wide}


def _two_in_one(fields: Fields, chance: Random) -> Fields:
    return {**fields, "uscc": f"{fields['uscc']}、{_swap(fields, chance)['uscc']}"}


def _nothing(fields: Fields, chance: Random) -> Fields:
    return {**fields, "kind_of_penalty": "罚款", "fine_yuan": "0", "confiscated_yuan": ""}


def _other_amount(fields: Fields, chance: Random) -> Fields:
    return {**fields, "kind_of_penalty": "罚款", "fine_yuan": "666600", "warning_only": "否"}


def _stranger(fields: Fields, chance: Random) -> Fields:
    code = credit_code(31**6 - 1 - int(chance.random() * 10**6), "enterprise", fields["uscc"][2:8])
    return {**fields, "uscc": code, "document": fields["document"] + "之一"}


def _other_name(fields: Fields, chance: Random) -> Fields:
    return {**fields, "name": "天津演示查无此户有限公司", "document": fields["document"] + "之二"}


def _kept(fields: Fields, chance: Random) -> Fields:
    return dict(fields)


_DECIDED = frozenset({"penalty", "abnormal-list", "licence"})
_PENALTY = frozenset({"penalty"})
_LISTING = frozenset({"abnormal-list"})
_REGISTRATION = frozenset({"registration"})
WAYS = (
    Way("代码校验位错误", "quarantined", "uscc", _bad_check),
    Way("代码写“无”", "quarantined", "uscc", _set("uscc", "无")),
    Way("整行重复", "duplicate", "", _kept),
    Way("重复行，代码为全角字符", "duplicate", "", _full_width),
    Way("名称为空", "quarantined", "name", _set("name", "")),
    Way("代码相邻两位颠倒", "quarantined", "uscc", _swap),
    Way("一格写了两个主体的代码", "quarantined", "uscc", _two_in_one),
    Way("缺一格，后面各列左移", "quarantined", "uscc", _kept),
    Way("日期不存在", "quarantined", "decided", _set("decided", "2026-02-30"), _DECIDED),
    Way("日期在将来", "quarantined", "decided", _set("decided", "2046-03-01"), _DECIDED),
    Way(
        "一格写了两个列入原因",
        "quarantined",
        "ground",
        _set("ground", "未按期年报、住所（经营场所）无法联系"),
        _LISTING,
    ),
    Way("同一文书号，金额不同", "quarantined", "document", _other_amount, _PENALTY),
    Way("登记库里没有这个主体", "quarantined", "uscc", _stranger, _DECIDED, "ledger"),
    Way("名称与代码对不上", "quarantined", "name", _other_name, _DECIDED, "ledger"),
    Way("成立日期不存在", "quarantined", "established", _set("established", "2019-13-05"), _REGISTRATION),
    Way("注册资本写成文字", "quarantined", "capital", _set("capital", "见章程"), _REGISTRATION),
    Way("罚款金额为负数", "quarantined", "fine_yuan", _set("fine_yuan", "-500"), _PENALTY),
    Way("“处罚”其实是不予处罚", "quarantined", "kind_of_penalty", _set("kind_of_penalty", "不予行政处罚"), _PENALTY),
    Way("罚款0元又无其他处罚", "quarantined", "fine_yuan", _nothing, _PENALTY),
    Way("罚款金额写成文字", "quarantined", "fine_yuan", _set("fine_yuan", "详见决定书"), _PENALTY),
)
SHIFTED = "缺一格，后面各列左移"


def spoil(kind: str, rows: list[Fields], chance: Random) -> Iterator[Line]:
    """The clean rows with dirty ones among them. Dirty rows are extra, so every firm keeps its clean row."""
    ways = [way for way in WAYS if way.kinds is None or kind in way.kinds]
    share = max(SHARE, min(0.03, 3 / max(1, len(rows))))
    turn = int(chance.random() * len(ways))
    for fields in rows:
        yield Line(fields)
        if chance.random() < share:
            way = ways[turn % len(ways)]
            turn += 1
            yield Line(way.damage(fields, chance), way.how, way.outcome, way.cause, way.stop)
