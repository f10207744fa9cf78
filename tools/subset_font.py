"""Make the font the documents are set in: Noto Sans CJK SC, reduced to the characters of GBK.

GB 2312 lacks characters that are common in names of people and shops (喆, 堃, 玥, 镕); GBK has them. The source is
the Debian package fonts-noto-cjk (SIL Open Font License 1.1). Run again only when the source font changes:

    python tools/subset_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

FAMILY = "Noto Sans CJK SC"
TARGET = Path(__file__).resolve().parents[1] / "src/hengjian/ground/documents/fonts/NotoSansCJKsc-GBK.otf"
UNUSED_TABLES = ["VORG", "vhea", "vmtx", "BASE", "GPOS"]


def gbk() -> Iterator[int]:
    """Code points of GBK, and printable Latin-1."""
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x100)
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            character = bytes((lead, trail)).decode("gbk", "ignore")
            if len(character) == 1:
                yield ord(character)


def main(source: str) -> None:
    font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(1) == FAMILY)
    options = Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += UNUSED_TABLES
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=gbk())
    subsetter.subset(font)
    font.save(TARGET)
    print(f"{TARGET.name}: {len(font.getBestCmap())} characters, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1])
