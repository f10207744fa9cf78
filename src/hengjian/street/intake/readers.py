"""Files as departments send them: CSV in UTF-8 or GB18030, packed or not, and workbooks with title rows.

A reader gives cells as text and says which line each row stood on. It decides nothing about meaning. How the rows
of a file become columns is in tables.py.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from hengjian.ground.kit.refusals import Invalid

HEAD_ROWS = 12  # a title, a note and merged cells may stand above the headings
DELIMITERS = ",\t;|，"
ZIP, GZIP, UNPACKED, FIELD = b"PK\x03\x04", b"\x1f\x8b", 1 << 30, 1 << 24
MARK = b"[column shift]"
Line = tuple[int, list[str]]


class UnreadableFile(Invalid):
    """The file as a whole cannot be read."""

    code = "unreadable_file"


class UnsupportedFile(UnreadableFile):
    """The file is of a kind that holds no rows that can be read."""

    code = "unsupported_file"
    status = 415


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read: how it was written, and its lines from the top, numbered as the sheet shows them."""

    path: Path
    encoding: str
    delimiter: str

    @property
    def is_workbook(self) -> bool:
        return self.encoding == "xlsx"

    def head(self) -> list[tuple[int, int, list[str]]]:
        """The first lines of a text file: number of the row, number of the line it ends on, cells."""
        with _text(self.path, self.encoding) as stream:
            reader = csv.reader((line.replace("\x00", "") for line in stream), delimiter=self.delimiter)
            rows = ((number, reader.line_num, cells) for number, cells in enumerate(reader, start=1) if any(map(str.strip, cells)))
            try:
                return list(islice(rows, HEAD_ROWS))
            except csv.Error as fault:
                raise UnreadableFile("引号没有配对，读不出行来；请重新导出后报送") from fault

    def text_lines(self, after: int) -> Iterator[Line]:
        """Rows of a text file after a row number, one by one: for files the column reader cannot cut."""
        return (line for line in _text_lines(self) if line[0] > after)

    def whole(self) -> str:
        """The text of a text file."""
        with _text(self.path, self.encoding) as stream:
            return stream.read()

    def layout(self) -> dict[str, str]:
        return {"encoding": self.encoding, "delimiter": {"\t": "TAB"}.get(self.delimiter, self.delimiter)}


def sniff(head: bytes) -> None:
    """Refuse by its first bytes what can be no table; what the name says does not count."""
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnsupportedFile("这是旧版 .xls 或加了密码的工作簿；请另存为不加密的 .xlsx 或 CSV 后报送")
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|\?xml)", head, re.IGNORECASE):
        raise UnsupportedFile("这是网页或 XML 形式的表格（后缀可能写着 .xls）；请用表格软件打开，另存为 .xlsx 后报送")
    if head[:4] == b"%PDF":
        raise UnsupportedFile("这是 PDF 文件，不能逐行读取；请报送 CSV 或 .xlsx")
    text = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\x00" in head and not text and head[:4] != ZIP and head[:2] != GZIP:
        raise UnsupportedFile("文件不是文本表格；请报送 CSV 或 .xlsx")


def open_file(path: Path) -> Opened:
    """Find out how a file was written, by its content and never by its name."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        raise UnreadableFile("文件是空的；请重新导出后报送")
    sniff(head)
    if head[:4] == ZIP:
        _weigh(path)
        return Opened(path, "xlsx", "")
    encoding = _encoding(path)
    with _text(path, encoding) as stream:
        sample = list(islice(stream, HEAD_ROWS))
    if any("\x00" in line for line in sample):
        raise UnsupportedFile("文件不是文本表格；请报送 CSV 或 .xlsx")
    return Opened(path, encoding, _delimiter(sample))


def _weigh(path: Path) -> None:
    """A workbook is a packed folder: one that unpacks to more than memory holds is refused unopened."""
    try:
        with zipfile.ZipFile(path) as packed:
            weight, names = sum(item.file_size for item in packed.infolist()), packed.namelist()
    except zipfile.BadZipFile as fault:
        raise UnreadableFile("工作簿已损坏；请重新导出后报送") from fault
    if not any(name.startswith("xl/") for name in names):
        raise UnsupportedFile("这是压缩包或其他文档，不是工作簿；请解压后逐个报送 CSV 或 .xlsx")
    if weight > UNPACKED:
        raise UnreadableFile("工作簿解压后太大；请另存为 CSV，或拆成几份报送")


def _delimiter(sample: list[str]) -> str:
    """The mark that cuts most lines into numbers of cells that come again; a comma inside a sentence does not."""

    csv.field_size_limit(FIELD)

    def score(mark: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=mark) if len(cells) > 1)
        again = {width: lines for width, lines in widths.items() if lines > 1} or widths
        return sum(again.values()), max(again, default=0)

    return max(DELIMITERS, key=score)


def _binary(path: Path) -> io.BufferedReader:
    raw = path.open("rb")
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_binary(path), encoding=encoding, newline="")


def _encoding(path: Path) -> str:
    with _binary(path) as stream:
        start = stream.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            _decode_all(path, encoding)
        except UnicodeDecodeError:
            continue
        except (OSError, EOFError) as fault:
            raise UnreadableFile("压缩文件不完整；请重新压缩后报送") from fault
        return encoding
    raise UnreadableFile("文字编码既不是 UTF-8 也不是 GB18030；请另存为“CSV UTF-8”后报送")


def _decode_all(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with _binary(path) as stream:
        while block := stream.read(1 << 20):
            decoder.decode(block)
    decoder.decode(b"", final=True)


class Utf8(io.RawIOBase):
    """The bytes of a text file as UTF-8, whatever it was written in; says how far into the file it has read."""

    def __init__(self, opened: Opened) -> None:
        self._file = opened.path.open("rb")
        self._size = max(opened.path.stat().st_size, 1)
        packed = self._file.read(2) == GZIP
        self._file.seek(0)
        self._source: Any = gzip.GzipFile(fileobj=self._file) if packed else self._file
        plain = opened.encoding == "utf-8-sig"
        self._decoder = None if plain else codecs.getincrementaldecoder(opened.encoding)()
        self._left = self._tail = b""
        self.marked = False  # whether a mark of rows torn apart by another system was met

    @property
    def part(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(self._file.tell() / self._size, 1.0)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._read(size)
        self.marked = self.marked or MARK in block or MARK in self._tail + block[: len(MARK)]
        self._tail = block[-len(MARK) :]
        return block

    def _read(self, size: int) -> bytes:
        if self._decoder is None:
            # A stray NUL far down: people never meant it, and PostgreSQL stores none.
            block: bytes = self._source.read(size)
            while block and not (found := block.replace(b"\x00", b"")):
                block = self._source.read(size)
            return found if block else b""
        while len(self._left) < size and (block := self._source.read(size)):
            self._left += self._decoder.decode(block).replace("\x00", "").encode()
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def close(self) -> None:
        self._file.close()
        super().close()


def _text_lines(opened: Opened) -> Iterator[Line]:
    csv.field_size_limit(FIELD)
    with _text(opened.path, opened.encoding) as stream:
        reader = csv.reader((line.replace("\x00", "") for line in stream), delimiter=opened.delimiter)
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or one of several tables side by side in it; its lines are numbered on from those before it."""

    name: str
    base: int  # number of the last line of the sheets before it
    left: int  # column its first cell stands in, from 0
    height: int  # lines from the top of the sheet to its end
    lines: list[Line]

    def part(self, start: int, end: int, base: int) -> Sheet:
        """The columns from `start` up to `end` as a table of its own."""
        lines = [(number - self.base + base, cells[start:end]) for number, cells in self.lines if any(cells[start:end])]
        return Sheet(self.name, base, self.left + start, self.height, lines)


def sheets_of(path: Path) -> list[Sheet]:
    """Sheets that hold anything."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, OSError) as fault:
        raise UnreadableFile("工作簿打不开：可能加了密码或已损坏；请另存后重新报送") from fault
    sheets: list[Sheet] = []
    base = 0
    for name, sheet in found:
        if not sheet.height:
            continue
        first, left = sheet.start or (0, 0)
        texts = ([_shown(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=True))
        lines = [(base + number, cells) for number, cells in enumerate(texts, start=first + 1) if any(cells)]
        height = first + sheet.height
        sheets.append(Sheet(name, base, left, height, lines))
        base += height
    if not sheets:
        raise UnreadableFile("工作簿里没有数据；请检查是否选错了文件")
    return sheets


def first_day(path: Path) -> date:
    """Day zero of the workbook's numbered dates: 1899-12-30, or 1904-01-01 where the workbook says so."""
    with zipfile.ZipFile(path) as packed:
        head = packed.read("xl/workbook.xml") if "xl/workbook.xml" in packed.namelist() else b""
    return date(1904, 1, 1) if re.search(rb'date1904="(1|true)"', head) else date(1899, 12, 30)


def _shown(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
