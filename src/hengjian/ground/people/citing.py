"""The law as people cite it, in the reader's language: title and article, and what is still to check of it (待核)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.policy.schema.base import split_basis

from .language import english, named

CONFIDENCE = {
    "seen": _("已核原文"), "part": _("待核：只见转载或摘录"), "unverified": _("待核：原文未见"), "project": _("项目口径，不是法律"),
}  # fmt: skip


def doubt(confidence: str | None) -> str:
    """What stands between a value and the text of the law; empty where the text was read."""
    return str(CONFIDENCE.get(confidence or "", "")) if confidence != "seen" else ""


def cited(basis: str) -> str:
    """`samr-45-2021 §9` as people cite it: the title and the article."""
    law, parts = policy.current(), []
    for part in basis.split("; "):
        source, article = split_basis(part)
        known = law.sections["sources"].get(source)
        if known and english():
            parts.append(f"{named(known)}, art. {article}" if article.isdigit() else f"{named(known)} {article}".strip())
            continue
        title = f"《{known.title}》" if known and known.level != "项目" else known.title if known else source
        parts.append(f"{title}第{article}条" if article.isdigit() else f"{title} {article}".strip())
    return ("; " if english() else "；").join(parts)
