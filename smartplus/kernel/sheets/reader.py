"""Reading a table out of a spreadsheet: every cell as text, every oddity named with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from ..words import _
from .delimited import is_delimited, sheet_of
from .guard import Limits, SheetError, inspect
from .heads import Head, SheetColumn, about_head, find_head, left_out, needed
from .values import text_of

VISIBLE = "visible"
SHEET_END = 1_048_576
"""The last row a sheet can have; LibreOffice likes to store it, with nothing in it."""


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
    head = find_head(sheet, columns, others)
    if head is None:
        raise SheetError(_("The file has no line with these columns: {names}.").format(names=needed(columns)))
    if not head.fits:
        raise SheetError(about_head(sheet.title, head))
    letters = {name: get_column_letter(index + 1) for index, name in head.names.items()}
    return OpenSheet(sheet.title, letters, _rows(sheet, head, limits, []), left_out(head))


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
    notices += left_out(head)
    letters = {name: get_column_letter(index + 1) for index, name in head.names.items()}
    end = ends[sheet.title] % SHEET_END  # a last row that is formatted says nothing of the table
    expected = min(max(end - head.number, 0), limits.rows)
    return OpenSheet(sheet.title, letters, rows, notices, expected)


def _choose_sheet(book: Any, columns: Sequence[SheetColumn], others: bool) -> tuple[Any, Head]:
    """The first sheet with a fitting header; else the nearest one is told about.

    Hidden ones are left alone: what nobody saw when the file was saved is not what was meant.
    """
    nearest: tuple[Any, Head] | None = None
    for sheet in book.worksheets:
        if sheet.sheet_state != VISIBLE:
            continue
        sheet.reset_dimensions()
        head = find_head(sheet, columns, others)
        if head is None:
            continue
        if head.fits:
            return sheet, head
        if nearest is None or len(head.names) > len(nearest[1].names):
            nearest = sheet, head
    if nearest is None:
        raise SheetError(_("No sheet has the header of the template. Download the template and fill it in."))
    raise SheetError(about_head(nearest[0].title, nearest[1]))


def _ranges(refs: Iterable[str]) -> list[tuple[str, int, int, int]]:
    """(text, first column from 0, first row, last row) of merged ranges."""
    found = []
    for ref in refs:
        left, top, _right, bottom = range_boundaries(ref)
        found.append((ref, int(left or 1) - 1, int(top or 1), int(bottom or 1)))
    return found


def _rows(
    sheet: Any, head: Head, limits: Limits, ranges: list[tuple[str, int, int, int]]
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
        if number > after and line:  # where nothing is stored there are no cells: up to a million such rows
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
