"""Mistakes in a pack: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengjian.ground.kit.refusals import NotFound, Refusal


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake at one line. `str()` gives `packs/cn/terms/x.yaml:7: message. Remedy.`"""

    file: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f". {self.remedy}" if self.remedy else "")


class BadPack(Refusal):
    """A pack with a mistake never loads in part; `mistakes` lists every one that was found."""

    code = "bad_pack"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class UnknownRule(NotFound):
    """No id or alias of the loaded packs has this name."""

    code = "unknown_rule"


class NotInForce(NotFound):
    """The rule exists, but had no reading in force on that day."""

    code = "not_in_force"


class WrongPause(Refusal):
    """A pause that ends before it began."""

    code = "wrong_pause"
    status = 422


class MissingEvent(Refusal):
    """A clock cannot start without the event the law counts from."""

    code = "missing_event"
    status = 422
