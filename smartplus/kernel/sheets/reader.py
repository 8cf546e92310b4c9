"""Reading a table out of a spreadsheet: every cell as text, every oddity named with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any, Protocol

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from ..words import _, ngettext
from .delimited import is_delimited, sheet_of
from .guard import Limits, SheetError, inspect

HEAD_WITHIN = 10
"""The header stands in one of the first rows; above it may be a title."""
ERRORS_LABEL = "Errors"
"""The column that we add to a file with errors marked; ignored when such a file comes back."""
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\ufeff"
ZEROS = re.compile(r"0{2,}")


class SheetColumn(Protocol):
    """What the reader must know of a column."""

    @property
    def label(self) -> str:
        """The heading."""

    @property
    def name(self) -> str:
        """The key of its cells."""

    @property
    def optional(self) -> bool:
        """Whether the whole column may be missing."""


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: the column's name, the value as found, the reason."""

    name: str
    value: str
    reason: str


@dataclass
class SheetRow:
    """One row that is not blank: its number in the sheet, its cells by column name."""

    number: int
    cells: dict[str, str]
    problems: list[CellProblem] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    """What a cell was when it was no text: "number", "date"; by column name."""


@dataclass
class ReadSheet:
    """A table that was found: in which sheet, which letter each column has, what else was noticed."""

    name: str
    letters: dict[str, str]
    rows: list[SheetRow]
    notices: list[str] = field(default_factory=list)


@dataclass
class OpenSheet:
    """A table while its file is open: `rows` are read one by one; `expected`: how many, 0: nobody says."""

    name: str
    letters: dict[str, str]
    rows: Iterator[SheetRow]
    notices: list[str] = field(default_factory=list)
    expected: int = 0


@dataclass
class _Head:
    """Where the header stands and which column means what (by index)."""

    number: int
    names: dict[int, str]
    missing: list[str]
    unknown: list[str]
    doubled: list[str]
    ignored: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not (self.missing or self.unknown or self.doubled)


def read(
    file: IO[bytes],
    columns: Sequence[SheetColumn],
    limits: Limits | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    csv: bool = False,
    others: bool = False,
) -> ReadSheet:
    """`open_sheet` with all rows at once; `progress` hears how many were read."""
    with open_sheet(file, columns, limits, csv=csv, others=others) as sheet:
        rows = []
        for row in sheet.rows:
            rows.append(row)
            if progress is not None and len(rows) % 500 == 0:
                progress(len(rows))
        return ReadSheet(sheet.name, sheet.letters, rows, sheet.notices)


@contextmanager
def open_sheet(
    file: IO[bytes],
    columns: Sequence[SheetColumn],
    limits: Limits | None = None,
    *,
    csv: bool = False,
    others: bool = False,
) -> Iterator[OpenSheet]:
    """The first sheet whose header fits `columns`, its rows read one by one.

    With `csv` the file may be one of text in UTF-8, its cells parted by semicolons, commas or tabs; with
    `others` it may have columns nobody knows, which are not read and named in a notice.
    Raises `SheetError` when the file, the header or (while the rows are read) their number is not acceptable.
    """
    limits = limits or Limits()
    if csv and is_delimited(file):
        yield _read_sheet(sheet_of(file, limits), columns, limits, others)
        return
    merged = inspect(file, limits)
    file.seek(0)
    book: Any = None
    try:
        with _readable():
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            sheet = _read_book(book, columns, limits, merged, others)
        yield sheet
    finally:
        if book is not None:
            book.close()


@contextmanager
def _readable() -> Iterator[None]:
    """Turn whatever openpyxl raises (zipfile, the XML parser, its own checks) into a `SheetError`."""
    try:
        yield
    except SheetError:
        raise
    except Exception as error:
        raise SheetError(_("The file cannot be read. Save it again as Excel workbook (.xlsx).")) from error


def _read_sheet(sheet: Any, columns: Sequence[SheetColumn], limits: Limits, others: bool) -> OpenSheet:
    """The rows of the one table of a CSV file."""
    head = _find_head(sheet, columns, others)
    if head is None:
        raise SheetError(_("The file has no line with these columns: {names}.").format(names=_names(columns)))
    if not head.fits:
        raise SheetError(_about_head(sheet.title, head))
    letters = {name: get_column_letter(index + 1) for index, name in head.names.items()}
    return OpenSheet(sheet.title, letters, _rows(sheet, head, limits, []), _left_out(head))


def _left_out(head: _Head) -> list[str]:
    """Which columns are not read."""
    if not head.ignored:
        return []
    said = ngettext("Not read: column {names}.", "Not read: columns {names}.", len(head.ignored))
    return [said.format(names=", ".join(head.ignored))]


def _names(columns: Sequence[SheetColumn]) -> str:
    return ", ".join(str(column.label) for column in columns if not column.optional)


def _read_book(
    book: Any, columns: Sequence[SheetColumn], limits: Limits, merged: dict[str, list[str]], others: bool
) -> OpenSheet:
    ends = {sheet.title: sheet.max_row or 0 for sheet in book.worksheets}
    sheet, head = _choose_sheet(book, columns, others)
    ranges = _ranges(merged.get(sheet._worksheet_path.lstrip("/"), []))
    if any(top <= head.number <= bottom for _ref, _left, top, bottom in ranges):
        said = _("The header in row {n} of sheet “{sheet}” has merged cells; unmerge them.")
        raise SheetError(said.format(n=head.number, sheet=sheet.title))
    rows = _rows(sheet, head, limits, ranges)
    titles = [one.title for one in book.worksheets if one is not sheet]
    notices = [_("Not read: sheet “{sheet}”.").format(sheet=title) for title in titles if title != "Help"]
    notices += _left_out(head)
    letters = {name: get_column_letter(index + 1) for index, name in head.names.items()}
    expected = min(max(ends[sheet.title] - head.number, 0), limits.rows)
    return OpenSheet(sheet.title, letters, rows, notices, expected)


def _choose_sheet(book: Any, columns: Sequence[SheetColumn], others: bool) -> tuple[Any, _Head]:
    """The first sheet with a fitting header; else the nearest one is told about."""
    nearest: tuple[Any, _Head] | None = None
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        head = _find_head(sheet, columns, others)
        if head is None:
            continue
        if head.fits:
            return sheet, head
        if nearest is None or len(head.names) > len(nearest[1].names):
            nearest = sheet, head
    if nearest is None:
        raise SheetError(_("No sheet has the header of the template. Download the template and fill it in."))
    raise SheetError(_about_head(nearest[0].title, nearest[1]))


def _about_head(title: str, head: _Head) -> str:
    parts = []
    if head.missing:
        parts.append(
            ngettext(
                "This column is missing: {names}.", "These columns are missing: {names}.", len(head.missing)
            ).format(names=", ".join(head.missing))
        )
    if head.unknown:
        parts.append(
            ngettext(
                "This column is unknown: {names}.", "These columns are unknown: {names}.", len(head.unknown)
            ).format(names=", ".join(head.unknown))
        )
    if head.doubled:
        parts.append(
            ngettext(
                "This column is there twice: {names}.",
                "These columns are there twice: {names}.",
                len(head.doubled),
            ).format(names=", ".join(head.doubled))
        )
    place = _("Sheet “{sheet}”, row {n}.").format(sheet=title, n=head.number)
    return " ".join([place, *parts])


def _plain(label: str) -> str:
    """A heading without case, spaces and the mark of needed columns."""
    return re.sub(r"[\s*]+", "", label).casefold()


def _find_head(sheet: Any, columns: Sequence[SheetColumn], others: bool) -> _Head | None:
    """The row among the first ones that has most of the wanted headings; None when none has two of them."""
    wanted = {_plain(column.label): column for column in columns}
    best: _Head | None = None
    for number, line in enumerate(islice(sheet.iter_rows(), HEAD_WITHIN), start=1):
        labels = {index: text_of(cell) for index, cell in enumerate(line) if cell.value is not None}
        head = _head_of(number, labels, wanted)
        if head.names and (best is None or len(head.names) > len(best.names)):
            best = head
        if best is not None and len(best.names) == len(wanted):
            break
    if best is not None and others:
        best.ignored, best.unknown = best.unknown, []
    needed = min(2, len(wanted))
    return best if best is not None and len(best.names) >= needed else None


def _head_of(number: int, labels: dict[int, str], wanted: dict[str, SheetColumn]) -> _Head:
    names: dict[int, str] = {}
    unknown, doubled = [], []
    for index, label in labels.items():
        column = wanted.get(_plain(label))
        if column is None:
            if label and _plain(label) != _plain(ERRORS_LABEL):
                unknown.append(label[:60])
        elif column.name in names.values():
            doubled.append(column.label)
        else:
            names[index] = column.name
    found = set(names.values())
    missing = [one.label for one in wanted.values() if one.name not in found and not one.optional]
    return _Head(number, names, missing, unknown, doubled)


def _ranges(refs: Iterable[str]) -> list[tuple[str, int, int, int]]:
    """(text, first column from 0, first row, last row) of merged ranges."""
    found = []
    for ref in refs:
        left, top, _right, bottom = range_boundaries(ref)
        found.append((ref, int(left or 1) - 1, int(top or 1), int(bottom or 1)))
    return found


def _rows(
    sheet: Any, head: _Head, limits: Limits, ranges: list[tuple[str, int, int, int]]
) -> Iterator[SheetRow]:
    count = 0
    lines = _lines(sheet, head.number)
    while True:
        with _readable():
            number, line = next(lines, (0, ()))
        if not number:
            return
        row = _row(number, line, head.names)
        if row is None:
            continue
        count += 1
        if count > limits.rows:
            raise SheetError(_("At most {n} rows in one file. Split it.").format(n=f"{limits.rows:,}"))
        _mark_merged(row, ranges, head.names)
        yield row


def _lines(sheet: Any, after: int) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, line in enumerate(sheet.iter_rows(), start=1):
        if number > after:
            yield number, line


def _row(number: int, line: Sequence[Any], names: dict[int, str]) -> SheetRow | None:
    """The row by column names; None for a blank one. Cells outside the table do not count."""
    cells: dict[str, str] = {}
    problems: list[CellProblem] = []
    typed: dict[str, str] = {}
    for index, name in names.items():
        cell = line[index] if index < len(line) else None
        value = None if cell is None else cell.value
        if value is None or cell is None:
            cells[name] = ""
            continue
        cells[name] = text = text_of(cell)
        if not isinstance(value, str):
            _note_type(typed, name, value, text)
        if cell.data_type == "f":
            cells[name] = ""
            problems.append(CellProblem(name, str(value), _("A formula; paste the value.")))
        elif cell.data_type == "e":
            cells[name] = ""
            problems.append(CellProblem(name, text, _("An error of the spreadsheet; put the value here.")))
    if not problems and not any(cells.values()):
        return None
    return SheetRow(number, cells, problems, typed)


def _note_type(typed: dict[str, str], name: str, value: Any, text: str) -> None:
    """Keep that a cell held a date, or a number whose leading zeros nobody knows any more."""
    if isinstance(value, datetime | date | time):
        typed[name] = "date"
    elif isinstance(value, int | float) and not isinstance(value, bool) and not text.startswith("0"):
        typed[name] = "number"


def _mark_merged(row: SheetRow, ranges: list[tuple[str, int, int, int]], names: dict[int, str]) -> None:
    for ref, left, top, bottom in ranges:
        if top <= row.number <= bottom:
            name = names.get(left) or next(iter(names.values()))
            reason = _("Merged cells {ref}; unmerge them and fill in each.").format(ref=ref)
            row.problems.append(CellProblem(name, ref, reason))


def text_of(cell: Any) -> str:
    """What a cell says, as one would type it: "12" for 12.0, "007" for 7 shown as 007, ISO for dates."""
    value = cell.value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _number(value, cell)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return clean(str(value))


def _number(value: float, cell: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return format(value, ".15g")
    digits = str(int(value))
    shown = str(getattr(cell, "number_format", ""))
    return digits.zfill(len(shown)) if ZEROS.fullmatch(shown) else digits


def clean(text: str) -> str:
    """Text without control and zero-width characters at its ends, in one Unicode form."""
    if text.isascii():
        return text.replace("_x000D_", "").replace("\x00", "").strip()
    text = unicodedata.normalize("NFC", text.replace("_x000D_", "").replace("\x00", ""))
    return text.strip().strip(INVISIBLE).strip()
