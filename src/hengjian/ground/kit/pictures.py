"""What a file really is, read from its own head: a JPEG, PNG or WebP picture with its size, or nothing we keep."""

from __future__ import annotations

from dataclasses import dataclass

SIZES = range(1, 12_001)
MAX_BYTES = 8 * 1024 * 1024
_TOLD = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # APP1 to APP13, APP15, comments; APP0, APP14 and a colour profile say how to read it
# Segments of a JPEG that carry the size of the picture (SOF0-SOF15 without the tables DHT, JPG and DAC).
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    width: int
    height: int


def picture_of(content: bytes) -> Picture | None:
    """The picture a file holds; None if its head cannot be read, its end is missing, or its sides are absurd."""
    readers = {b"\xff\xd8\xff": _jpeg, b"\x89PNG\r\n\x1a\n": _png, b"RIFF": _webp}
    for mark, reader in readers.items():
        if content.startswith(mark):
            found = reader(content)
            return found if found and found.width in SIZES and found.height in SIZES else None
    return None


def _png(content: bytes) -> Picture | None:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-16:]:
        return None
    return Picture("image/png", int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))


def _jpeg(content: bytes) -> Picture | None:
    if b"\xff\xd9" not in content[-64:]:
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        kind, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if kind in _FRAMES:
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return Picture("image/jpeg", int.from_bytes(width, "big"), int.from_bytes(height, "big"))
        at += 1 if kind == 0xFF else 2 + length
    return None


def _webp(content: bytes) -> Picture | None:
    if content[8:12] != b"WEBP" or len(content) < 30:
        return None
    if content[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return Picture("image/webp", width, height)
    if content[12:16] == b"VP8 ":
        width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return Picture("image/webp", width, height)
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return Picture("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    return None


def stripped(content: bytes) -> bytes:
    """The picture without what a camera writes beside it (EXIF, XMP, comments): places and devices stay out."""
    if content.startswith(b"\xff\xd8"):
        return _jpeg_bare(content)
    if content.startswith(b"\x89PNG"):
        return _png_bare(content)
    return _webp_bare(content)


def _jpeg_bare(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        if content[at + 1] == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in _TOLD or content[at + 4 : at + 15] == b"ICC_PROFILE":
            kept.append(content[at:end])
        at = end
    return b"".join((*kept, content[at:]))


def _png_bare(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _webp_bare(content: bytes) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if content[at : at + 4] == b"VP8X":  # its second and third bit announce EXIF and XMP
            kept.append(content[at : at + 8] + bytes([content[at + 8] & ~0x0C]) + content[at + 9 : end])
        elif content[at : at + 4] not in (b"EXIF", b"XMP "):
            kept.append(content[at:end])
        at = end
    body = b"".join(kept)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body
