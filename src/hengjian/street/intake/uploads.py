"""What may be uploaded: by size and by content, before anything is kept. Names and declared types do not count."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from hengjian.ground.kit.refusals import Invalid

from .readers import UnreadableFile, sniff

MOST_ROWS = 10_000  # of one API call that brings rows instead of a file


class TooLarge(Invalid):
    """The file is larger than this installation takes."""

    code = "too_large"
    status = 413


def check(file: UploadedFile) -> UploadedFile:
    """Refuse an upload that is too large (413) or can hold no rows (415)."""
    limit, size = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, file.size or 0
    if size > limit:
        told = {"size": f"{size / 1_048_576:.1f}", "most": limit // 1_048_576}
        raise TooLarge("文件有 %(size)s MB，上限 %(most)s MB；请拆成几份报送", limit=limit, **told)
    head = file.read(512)
    file.seek(0)
    if not head:
        raise UnreadableFile("文件是空的；请重新导出后报送")
    sniff(head)
    return file


def as_file(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows of an API call, written as the file they are kept and judged as. The same rows give the same file."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    return lines_as_file(heads, [["" if row.get(name) is None else str(row[name]) for name in heads] for row in rows])


def lines_as_file(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().replace("\x00", "").encode("utf-8-sig", errors="replace")
