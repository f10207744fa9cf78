"""Names as people type them and as files spell them."""

from __future__ import annotations

import unicodedata

_PAIRS = str.maketrans({"〔": "(", "〕": ")", "【": "(", "】": ")", "［": "(", "］": ")", "[": "(", "]": ")", "·": ""})


def fold(text: str) -> str:
    """One spelling for search: width, case, brackets and blanks folded away."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_PAIRS).split()).upper()


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of the folded text: Chinese has no blanks to split at."""
    folded = fold(text)
    return [folded[i : i + 2] for i in range(len(folded) - 1)] or ([folded] if folded else [])
