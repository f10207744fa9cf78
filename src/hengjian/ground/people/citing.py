"""The law as people cite it, in the reader's language: title and article, and what is still to check of it (待核)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.policy.schema.base import split_basis

from .language import english, named

CONFIDENCE = {
    "seen": _("已核原文"), "part": _("待核：只见转载或摘录"), "unverified": _("待核：原文未见"), "project": _("项目口径，不是法律"),
}  # fmt: skip
_ARTICLES = re.compile(r"\d+([-–、]\d+)*")  # 9, 13–14, 42、44、82; others are parts of a paper (三, 14项, 10.2)


def doubt(confidence: str | None) -> str:
    """What stands between a value and the text of the law; empty where the text was read."""
    return str(CONFIDENCE.get(confidence or "", "")) if confidence != "seen" else ""


@dataclass(frozen=True, slots=True)
class Citation:
    """One text and where in it; `place` joins the title as it stands: “第9条”, “, art. 9”, “ 三”."""

    source: str
    title: str
    place: str

    def __str__(self) -> str:
        return self.title + self.place


def citations(basis: str) -> list[Citation]:
    """The parts of `samr-45-2021 §9; samr-44-2021 §13–14`, each as people cite it."""
    return [_citation(*split_basis(part)) for part in basis.split("; ")]


def _citation(source: str, article: str) -> Citation:
    known = policy.current().sections["sources"].get(source)
    title, counted = named(known) if known else source, _ARTICLES.fullmatch(article)
    place = f" {article}" if article else ""
    if known and english():
        return Citation(source, title, f", art. {article.replace('、', ', ')}" if counted else place)
    quoted = f"《{title}》" if known and known.level != "项目" else title
    return Citation(source, quoted, f"第{article}条" if counted else place)


def cited(basis: str) -> str:
    """`samr-45-2021 §9` as people cite it: the title and the article."""
    return ("; " if english() else "；").join(map(str, citations(basis)))
