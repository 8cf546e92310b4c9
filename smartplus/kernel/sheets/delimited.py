"""CSV files: told apart from workbooks, and shown to the reader as one sheet of text cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import IO

from ..words import _
from .guard import OLD_OFFICE, Limits, SheetError, inspect, too_large

SEPARATORS = ";,\t"
TITLE = "CSV"
NO_TABLE = _("This is neither an Excel workbook nor CSV in UTF-8. Save the table as .xlsx or as CSV UTF-8.")


@dataclass(frozen=True)
class TextCell:
    """A cell as the reader knows them from workbooks; a text, whatever it looks like."""

    value: str | None
    data_type: str = "s"


class TextSheet:
    """The table of a CSV file. Raises `SheetError` for one that cannot be taken apart."""

    title = TITLE

    def __init__(self, text: str, limits: Limits) -> None:
        self._limits = limits
        self._text = text
        self._separator = _separator(text)

    def iter_rows(self) -> Iterator[Sequence[TextCell]]:
        """The rows from the first; blank lines count, so that numbers are those a spreadsheet shows."""
        lines = csv.reader(StringIO(self._text, newline=""), delimiter=self._separator, strict=True)
        try:
            for line in lines:
                if len(line) > self._limits.columns:
                    raise SheetError(
                        _("Line {n} has more than {most} columns.").format(
                            n=lines.line_num, most=self._limits.columns
                        )
                    )
                yield [TextCell(text or None) for text in line]
        except csv.Error as error:
            said = _("Line {n} of the file cannot be read: a quotation mark is missing or one too many.")
            raise SheetError(said.format(n=lines.line_num)) from error


def is_delimited(file: IO[bytes]) -> bool:
    """Whether the file is to be read as text: it is no workbook, new or old."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return not (start[:2] == b"PK" or start == OLD_OFFICE)


def sheet_of(file: IO[bytes], limits: Limits) -> TextSheet:
    """The table of a CSV file in UTF-8, with or without a mark of it. Raises `SheetError`."""
    file.seek(0, 2)
    if problem := too_large(file.tell(), limits):
        raise SheetError(problem)
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(str(NO_TABLE)) from error
    if not text.strip() or "\0" in text or text.startswith("%PDF"):
        raise SheetError(str(NO_TABLE))
    return TextSheet(text, limits)


def check_upload(file: IO[bytes], limits: Limits, *, csv: bool = False) -> None:
    """Refuse what is no safe spreadsheet (with `csv`: or text); raises `SheetError`."""
    if csv and is_delimited(file):
        sheet_of(file, limits)
    else:
        inspect(file, limits)


def _separator(text: str) -> str:
    """The sign most cells of the first lines are parted by; a comma when there is none."""
    start = "\n".join(text.splitlines()[:10])
    return max(SEPARATORS, key=lambda sign: (start.count(sign), sign == ","))
