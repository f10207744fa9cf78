"""Which official category a text belongs to: words that the pack names, and what officers confirmed before.

No database, no clock, no Django. A proposal with its reasons, never a decision: an officer confirms it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log

from hengjian.ground.kit.text import fold

from .patterns import bare, pairs

WORD = 4.0  # natural logarithm: what a named word is worth beside what was learnt
SMOOTH = 0.5  # added to every count of a pair in a category
FEW = 20  # confirmed texts of all categories below which nothing is learnt: words alone speak


@dataclass(frozen=True, slots=True)
class Proposal:
    """A category with how sure the sorter is (0–1), the words it was read from, and what would come next."""

    code: str
    sure: float
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Sorter:
    """Multinomial naive Bayes over pairs of characters, with the pack's words as what is known beforehand.

    `words` maps each category to its words. `learn` takes confirmed texts; what it keeps are counts, no text.
    """

    words: Mapping[str, Sequence[str]]
    texts: Counter[str] = field(default_factory=Counter)  # confirmed texts by category
    pairs: dict[str, Counter[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def learn(self, text: str, code: str) -> None:
        told = pairs(bare(text))
        self.texts[code] += 1
        self.pairs.setdefault(code, Counter()).update(told)
        self.seen |= told

    def propose(self, text: str) -> Proposal | None:
        """The likeliest category; None where neither a word nor anything learnt speaks for one."""
        folded, told = fold(text), pairs(bare(text))
        said = {code: tuple(word for word in words if fold(word) in folded) for code, words in self.words.items()}
        learnt = self.texts.total() >= FEW
        if not learnt and not any(said.values()):
            return None
        scores = {code: WORD * len(said.get(code, ())) + (self._log(code, told) if learnt else 0.0) for code in self._codes(learnt)}
        best = max(scores.values())
        weights = {code: exp(score - best) for code, score in scores.items()}
        ordered = sorted(weights, key=lambda code: (-weights[code], code))
        sure = weights[ordered[0]] / sum(weights.values())
        return Proposal(ordered[0], sure, said.get(ordered[0], ()), tuple(ordered[1:3]))

    def _codes(self, learnt: bool) -> Iterable[str]:
        return {**dict.fromkeys(self.words), **(dict.fromkeys(self.texts) if learnt else {})}

    def _log(self, code: str, told: frozenset[str]) -> float:
        """What was learnt for a category; one that was never confirmed is as likely as half a text makes it."""
        counts = self.pairs.get(code, Counter())
        below = counts.total() + SMOOTH * len(self.seen)
        prior = log((self.texts[code] + SMOOTH) / (self.texts.total() + SMOOTH * len(self.words)))
        return prior + sum(log((counts[pair] + SMOOTH) / below) for pair in told & self.seen)


@dataclass(frozen=True, slots=True)
class Trial:
    """How the sorter did on texts it had not learnt from: (category confirmed, category proposed or "") for each."""

    answers: tuple[tuple[str, str], ...]

    @property
    def right(self) -> int:
        return sum(true == said for true, said in self.answers)

    @property
    def answered(self) -> int:
        return sum(bool(said) for _true, said in self.answers)

    @property
    def commonest(self) -> int:
        """What naming the commonest category each time would have got right: the line to beat."""
        return max(Counter(true for true, _said in self.answers).values(), default=0)

    def of(self, code: str) -> tuple[int, int, int]:
        """Of one category: named rightly, confirmed at all, named at all."""
        return (
            sum(true == said == code for true, said in self.answers),
            sum(true == code for true, _said in self.answers),
            sum(said == code for _true, said in self.answers),
        )


def held_out(words: Mapping[str, Sequence[str]], confirmed: Sequence[tuple[str, str]], start: int) -> Trial:
    """Goes through (text, category) in the order of time; from `start` on each is proposed first and learnt afterwards, so
    that no text is judged by what came later."""
    sorter, answers = Sorter(words), []
    for place, (text, code) in enumerate(confirmed):
        if place >= start:
            proposal = sorter.propose(text)
            answers.append((code, proposal.code if proposal else ""))
        sorter.learn(text, code)
    return Trial(tuple(answers))
