"""Each clean row gets its one place against what was accepted before: accepted, duplicate, or sent back as a conflict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .contract import Contract
from .rules import Reason, Rejected

if TYPE_CHECKING:
    from .judging import Judged

Place = tuple[int, int]  # delivery and row of an accepted record
Known = dict[int, dict[int, Place]]  # natural key → contents accepted under it → where


@dataclass(slots=True)
class Settled:
    """The places of a chunk: indices into the judged rows, and every row that goes back."""

    judged: Judged
    accepted: np.ndarray[Any, np.dtype[np.int64]]
    duplicate: np.ndarray[Any, np.dtype[np.int64]]
    rejected: list[Rejected] = field(default_factory=list)
    renewed: list[tuple[int, int]] = field(default_factory=list)  # key and content that were accepted before, and stand again


def settle(judged: Judged, contract: Contract, known: Known, delivery_id: int) -> Settled:
    """`known` holds what was accepted before under the keys of this chunk, and is not changed.

    Only rows whose key was met before or comes twice are looked at one by one; all others are new.
    """
    repeated = _met(judged, known)
    if not len(repeated):
        return Settled(judged, np.arange(len(judged.numbers)), np.empty(0, np.int64), judged.rejected)
    met: Known = {key: dict(contents) for key, contents in known.items()}
    duplicates: list[int] = []
    renewed: list[tuple[int, int]] = []
    conflicts: list[tuple[int, Place]] = []
    for at in repeated:
        key, content = int(judged.natural[at]), int(judged.content[at])
        contents = met.setdefault(key, {})
        if content in contents and _told_again(contract, contents, content, delivery_id):
            contents[content] = (delivery_id, int(judged.numbers[at]))
            renewed.append((key, content))
        elif content in contents:
            duplicates.append(at)
        elif contents and _conflicts(contract, judged, at, last := next(reversed(contents.values())), delivery_id):
            conflicts.append((at, last))
        else:
            contents[content] = (delivery_id, int(judged.numbers[at]))
    place = np.zeros(len(judged.numbers), dtype=np.int8)
    place[duplicates] = 1
    place[[at for at, _ in conflicts]] = 2
    back = [_sent_back(judged, contract, at, last, delivery_id) for at, last in conflicts]
    rejected = sorted([*judged.rejected, *back], key=lambda row: row.number)
    return Settled(judged, np.flatnonzero(place == 0), np.flatnonzero(place == 1), rejected, renewed)


def _told_again(contract: Contract, contents: dict[int, Place], content: int, delivery_id: int) -> bool:
    """What stood before something else was told stands once more: a firm went back to its old name. No duplicate."""
    last = next(reversed(contents))
    if not contract.record.standing or content == last or contents[last][0] == delivery_id:
        return False
    del contents[content]
    return True


def _met(judged: Judged, known: Known) -> list[int]:
    order = np.argsort(judged.natural, kind="stable")
    same = np.flatnonzero(np.diff(judged.natural[order]) == 0)
    found = set(judged.natural[order][same].tolist()) | known.keys()
    if not found:
        return []
    asked = np.fromiter(found, dtype=np.int64, count=len(found))
    return np.flatnonzero(np.isin(judged.natural, asked)).tolist()


def _conflicts(contract: Contract, judged: Judged, at: int, known: Place, delivery_id: int) -> bool:
    """A later file may tell otherwise how something stands, and a removal may end a listing; nothing else may come twice."""
    if contract.record.standing:
        return known[0] == delivery_id
    return not judged.ends[at]


def _sent_back(judged: Judged, contract: Contract, at: int, known: Place, delivery_id: int) -> Rejected:
    return Rejected(int(judged.numbers[at]), judged.cells(at), [_conflict(contract, known, delivery_id)])


def _conflict(contract: Contract, known: Place, delivery_id: int) -> Reason:
    where = f"本文件第{known[1]}行" if known[0] == delivery_id else f"以前报送的批次{known[0]}第{known[1]}行"
    titles = "、".join(contract.record.fields[name].title for name in contract.record.natural_key)
    columns = [contract.column(name) for name in contract.record.natural_key]
    return Reason(
        "conflict",
        "、".join(column.heading for column in columns if column),
        "",
        f"与{where}的{titles}相同，而内容不同，分不清以哪一个为准",
        "请核对原件；确需更正已报记录的，按更正程序办理",
    )
