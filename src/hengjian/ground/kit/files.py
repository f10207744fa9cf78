"""What an uploaded file really is, by its content: pictures, PDF, office documents, sound, film, plain text."""

from __future__ import annotations

import io
import zipfile

from .pictures import picture_of

OFFICE = "application/vnd.openxmlformats-officedocument."
_INSIDE = {
    "word/": f"{OFFICE}wordprocessingml.document",
    "xl/": f"{OFFICE}spreadsheetml.sheet",
    "ppt/": f"{OFFICE}presentationml.presentation",
}
ENDINGS = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4",
    "audio/mpeg": "mp3", "audio/wav": "wav", "text/plain": "txt", **dict(zip(_INSIDE.values(), ("docx", "xlsx", "pptx"), strict=True)),
}  # fmt: skip


def media_type_of(content: bytes) -> str:
    """The type the content shows; empty for what the platform does not keep (programs, pages, macros, unknown)."""
    if picture := picture_of(content):
        return picture.media_type
    if content.startswith(b"%PDF-"):
        return "application/pdf" if b"%%EOF" in content[-2048:] else ""
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content.startswith(b"ID3") or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "audio/wav"
    return "text/plain" if _is_text(content) else ""


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError):
        return ""
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((kind for start, kind in _INSIDE.items() if any(name.startswith(start) for name in names)), "")


def _is_text(content: bytes) -> bool:
    """Text without control characters that does not begin like a page or a program."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content or head.startswith((b"<", b"#!", b"mz")):
        return False
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\r\n" for character in text)
