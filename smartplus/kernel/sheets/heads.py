"""The header of a table: in which row it stands, and which column means what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from ..words import _, ngettext
from .values import text_of

HEAD_WITHIN = 10
"""The header stands in one of the first rows; above it may be a title."""
ERRORS_LABEL = "Errors"
"""The column that we add to a file with errors marked; ignored when such a file comes back."""
SHOWN = 60
"""So much of a strange heading is repeated."""


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

    @property
    def also(self) -> Sequence[str]:
        """Other headings it is known by."""


@dataclass
class Head:
    """Where the header stands and which column means what (by index).

    `doubled` has the headings of columns that stand there several times, by the label of the column.
    """

    number: int
    names: dict[int, str]
    missing: list[str]
    unknown: list[str]
    doubled: dict[str, list[str]]
    ignored: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether the rows below it can be read."""
        return not (self.missing or self.unknown or self.doubled)


def find_head(sheet: Any, columns: Sequence[SheetColumn], others: bool) -> Head | None:
    """The row among the first ones that has most of the wanted headings; None when none has two of them."""
    wanted = {_plain(heading): column for column in columns for heading in (column.label, *column.also)}
    best: Head | None = None
    for number, line in enumerate(islice(sheet.iter_rows(), HEAD_WITHIN), start=1):
        labels = {index: text_of(cell) for index, cell in enumerate(line) if cell.value is not None}
        head = _head_of(number, labels, wanted, columns)
        if head.names and (best is None or len(head.names) > len(best.names)):
            best = head
        if best is not None and len(best.names) == len(columns):
            break
    if best is not None and others:
        best.ignored, best.unknown = best.unknown, []
    return best if best is not None and len(best.names) >= min(2, len(columns)) else None


def _head_of(
    number: int, labels: dict[int, str], wanted: dict[str, SheetColumn], columns: Sequence[SheetColumn]
) -> Head:
    names: dict[int, str] = {}
    unknown: list[str] = []
    headings: dict[str, list[str]] = {}
    for index, label in labels.items():
        column = wanted.get(_plain(label))
        if column is None:
            if label and _plain(label) != _plain(ERRORS_LABEL):
                unknown.append(label[:SHOWN])
            continue
        if column.name not in names.values():
            names[index] = column.name
        headings.setdefault(column.label, []).append(label[:SHOWN])
    found = set(names.values())
    missing = [one.label for one in columns if one.name not in found and not one.optional]
    doubled = {label: several for label, several in headings.items() if len(several) > 1}
    return Head(number, names, missing, unknown, doubled)


def _plain(label: str) -> str:
    """A heading without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", label).casefold()


def about_head(title: str, head: Head) -> str:
    """What is wrong with a header."""
    parts = [_("Sheet “{sheet}”, row {n}.").format(sheet=title, n=head.number)]
    if head.missing:
        said = ngettext(
            "This column is missing: {names}.", "These columns are missing: {names}.", len(head.missing)
        )
        parts.append(said.format(names=", ".join(head.missing)))
    if head.unknown:
        said = ngettext(
            "This column is unknown: {names}.", "These columns are unknown: {names}.", len(head.unknown)
        )
        parts.append(said.format(names=", ".join(head.unknown)))
    return " ".join([*parts, *_about_doubles(head)])


def _about_doubles(head: Head) -> list[str]:
    """Columns that stand there twice, and different headings that mean the same column: nobody guesses."""
    parts = []
    same = [label for label, several in head.doubled.items() if len({*map(_plain, several)}) == 1]
    if same:
        said = ngettext(
            "This column is there twice: {names}.", "These columns are there twice: {names}.", len(same)
        )
        parts.append(said.format(names=", ".join(same)))
    for label, several in head.doubled.items():
        if label not in same:
            said = _("These headings all mean the column {column}: {names}. Keep one, rename the others.")
            parts.append(said.format(column=label, names=", ".join(several)))
    return parts


def left_out(head: Head) -> list[str]:
    """Which columns are not read."""
    if not head.ignored:
        return []
    said = ngettext("Not read: column {names}.", "Not read: columns {names}.", len(head.ignored))
    return [said.format(names=", ".join(head.ignored))]


def needed(columns: Sequence[SheetColumn]) -> str:
    """The columns no table may be without."""
    return ", ".join(str(column.label) for column in columns if not column.optional)
