"""Writing spreadsheets row by row: text stays text, whatever it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from unicodedata import normalize

from django.http import FileResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from ..words import _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
RISKY = ("=", "+", "-", "@", "\t", "\r", "#")
"""What a spreadsheet might take for more than text at the beginning of a cell."""
MOST_TEXT = 32_767
IN_MEMORY = 2 * 1024 * 1024
BAD = PatternFill("solid", fgColor="FFF9DEDC")


@dataclass(frozen=True)
class Marked:
    """A cell to be marked as wrong."""

    value: Any


@dataclass(frozen=True)
class Digits:
    """A cell of digits one does not count with: text, also when somebody types a new value over it."""

    value: str


@dataclass
class Sheet:
    """One sheet to be written: its name, its header, its rows (read once), widths in characters."""

    name: str
    labels: Sequence[str]
    rows: Iterable[Sequence[Any]] = ()
    widths: Sequence[int] = ()
    as_text: bool = False


def plain(value: Any) -> Any:
    """A value that a spreadsheet knows: numbers and times stay, everything else becomes text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.name))
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, int) and abs(value) >= 10**15:
        return str(value)
    if isinstance(value, int | float | Decimal) or hasattr(value, "isoformat"):
        return value
    text = strip_tags(str(value)) if isinstance(value, SafeData) else str(value)
    return ILLEGAL.sub("", text)[:MOST_TEXT]


def write(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write `sheets` into `file` as .xlsx, row after row; memory does not grow with their number."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    book.save(file)


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet_name(sheet.name))
    page.freeze_panes = "A2"
    for number, label in enumerate(sheet.labels):
        width = sheet.widths[number] if number < len(sheet.widths) else max(12, len(str(label)) + 4)
        dimension = page.column_dimensions[_letter(number)]
        dimension.width = min(width, 80)
        if sheet.as_text:
            dimension.number_format = "@"
    head = []
    for label in sheet.labels:
        cell = _text(page, str(label))
        cell.font = Font(bold=True)
        head.append(cell)
    page.append(head)
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any) -> Any:
    if isinstance(value, Marked):
        cell = _text(page, str(plain(value.value) or ""))
        cell.fill = BAD
        return cell
    if isinstance(value, Digits):
        cell = _text(page, str(plain(value.value) or ""))
        cell.number_format = "@"
        return cell
    value = plain(value)
    if isinstance(value, str) and value.startswith(RISKY):
        return _text(page, value)
    return value


def _text(page: Any, text: str) -> Any:
    """A cell that is text and stays text when somebody edits it."""
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    if text.startswith(RISKY):
        cell.quotePrefix = True
    return cell


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_name(text: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\]", " ", ILLEGAL.sub("", str(text))).strip("' ")[:31] or "Sheet"


def file_name(text: str) -> str:
    """A name that any system takes for a file, with its ending."""
    plain_text = normalize("NFC", re.sub(r"[\\/:*?\"<>|\x00-\x1f]+", " ", str(text))).strip(" .")
    return f"{plain_text[:100] or 'table'}.xlsx"


def response(name: str, sheets: Iterable[Sheet]) -> FileResponse:
    """A download of `sheets`; written to disk when it grows, never held whole in memory."""
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    write(file, sheets)
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=file_name(name), content_type=XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


def sheet_response(name: str, labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download of one sheet called `name`."""
    return response(name, [Sheet(name, labels, rows)])
