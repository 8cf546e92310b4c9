"""Checked rows on their way into the table: on disk, so that memory does not grow with their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, NamedTuple, Self

from ..models import ImportRow
from ..secrets import encrypt
from .cells import dump
from .importer import Importer
from .rows import Row

Words = list[dict[str, str]]
Late = Mapping[int, Sequence[tuple[str, str]]]


class Waited(NamedTuple):
    """A row as it goes into the table; its cells are encrypted."""

    sheet: str
    number: int
    tag: str
    cells: bytes
    errors: Words
    warnings: Words


class Waiting:
    """Takes checked rows and gives them back as `Waited`; `heard` counts all, `idle` those not kept."""

    def __init__(self, importer: Importer, letters: Mapping[str, str]) -> None:
        self.importer, self.letters = importer, letters
        self.heard = self.idle = 0
        cells: Any = ImportRow._meta.get_field("cells")
        self._purpose = cells.purpose

    def __enter__(self) -> Self:
        self._file = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by __exit__
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def take(self, rows: Iterable[Row]) -> None:
        """Keep these rows, those apart that are idle."""
        for row in rows:
            self.heard += 1
            if row.idle and row.good:
                self.idle += 1
                continue
            sealed = encrypt(dump(row), self._purpose).hex()
            words = [said(self.importer, self.letters, told) for told in (row.errors, row.warnings)]
            self._file.write(json.dumps([row.sheet, row.number, row.tag, sealed, *words]) + "\n")

    def rows(self, late: Late) -> Iterator[Waited]:
        """The rows in their order; `late` are errors by number that only later rows showed."""
        self._file.seek(0)
        for line in self._file:
            sheet, number, tag, sealed, errors, warnings = json.loads(line)
            if number in late:
                known = {error["name"] for error in errors}
                more = [word for word in late[number] if word[0] not in known]
                told = [(error["name"], error["reason"]) for error in errors]
                errors = said(self.importer, self.letters, [*told, *more])
            yield Waited(sheet, number, tag, bytes.fromhex(sealed), errors, warnings)


def said(importer: Importer, letters: Mapping[str, str], words: Sequence[tuple[str, str]]) -> Words:
    """Errors or warnings as they are kept: label and letter of their column, never a value."""
    kept = []
    places = {column.name: place for place, column in enumerate(importer.columns)}
    for name, reason in sorted(words, key=lambda word: places.get(word[0], -1)):
        column = importer.column(name)
        label = str(column.label) if column else ""
        kept.append({"name": name, "column": label, "letter": letters.get(name, ""), "reason": str(reason)})
    return kept
