"""What the pages of an import show: errors with their places, a part of the sheet, recent imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..models import Import, ImportRow
from .cells import load, plan_in, seen_in

SHOWN_ERRORS = 200
SHOWN_ROWS = 25
SHOWN_CHANGES = 100
State = ImportRow.State


@dataclass(frozen=True)
class ErrorLine:
    """One error with its place, as a line of the page."""

    sheet: str
    number: int
    place: str
    value: str
    reason: str


@dataclass(frozen=True)
class ChangeLine:
    """One cell that is to change; of a secret neither value is told."""

    number: int
    plan: str
    column: str
    before: str
    after: str
    secret: bool


@dataclass(frozen=True)
class Changes:
    """What would change of what is there, of some rows."""

    lines: list[ChangeLine]
    after: int = 0
    """The number of the last row when there are more, else 0."""


@dataclass(frozen=True)
class PreviewCell:
    """One cell of the preview; `reason` when it is wrong."""

    value: str
    reason: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """One row of the preview."""

    number: int
    cells: list[PreviewCell]
    reason: str = ""
    state: str = ""
    plan: str = ""

    @property
    def bad(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.reason) or any(cell.reason for cell in self.cells)


@dataclass
class Preview:
    """A part of the sheet as it was read."""

    letters: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    rows: list[PreviewRow] = field(default_factory=list)
    after: int = 0
    """The number of the last row when there are more, else 0."""

    @property
    def plans(self) -> bool:
        """Whether the rows say what will be done with them."""
        return any(row.plan for row in self.rows)


def error_lines(run: Import, limit: int = SHOWN_ERRORS) -> list[ErrorLine]:
    """The first errors of an import, by row and column."""
    lines: list[ErrorLine] = []
    for staged in run.rows.filter(state__in=(State.BAD, State.FAILED)).order_by("number")[:limit]:
        lines += lines_of(staged)
        if len(lines) >= limit:
            break
    return lines[:limit]


def lines_of(staged: ImportRow) -> list[ErrorLine]:
    """The errors of one row, each with what stood in the cell."""
    cells, found = load(staged.cells)
    made = []
    for error in staged.errors:
        place = f"{error['letter']} · {error['column']}" if error["letter"] else error["column"]
        value = found.get(error["name"]) or cells.get(error["name"], "")
        made.append(ErrorLine(staged.sheet, staged.number, place, value, error["reason"]))
    return made


def warning_lines(run: Import, limit: int = SHOWN_ERRORS) -> list[ErrorLine]:
    """The first warnings of an import, by row."""
    lines: list[ErrorLine] = []
    for staged in run.rows.exclude(warnings=[]).order_by("number")[:limit]:
        cells, _ = load(staged.cells)
        for warning in staged.warnings:
            place = f"{warning['letter']} · {warning['column']}" if warning["letter"] else warning["column"]
            value = cells.get(warning["name"], "")
            lines.append(ErrorLine(staged.sheet, staged.number, place, value, warning["reason"]))
    return lines


def preview(run: Import, after: int = 0, only_bad: bool = False) -> Preview:
    """A part of the sheet behind row `after`, with what is wrong beside the cells."""
    rows = run.rows.filter(number__gt=after).order_by("number")
    if only_bad:
        rows = rows.filter(state__in=(State.BAD, State.FAILED))
    staged = list(rows[: SHOWN_ROWS + 1])
    names = [column["name"] for column in run.columns]
    shown = Preview([column["letter"] for column in run.columns], [column["label"] for column in run.columns])
    shown.rows = [_preview_row(one, names) for one in staged[:SHOWN_ROWS]]
    shown.after = staged[SHOWN_ROWS - 1].number if len(staged) > SHOWN_ROWS else 0
    return shown


def _preview_row(staged: ImportRow, names: list[str]) -> PreviewRow:
    cells, found = load(staged.cells)
    reasons = {error["name"]: error["reason"] for error in staged.errors}
    made = [PreviewCell(found.get(name) or cells.get(name, ""), reasons.get(name, "")) for name in names]
    reason, state, plan = reasons.get("", ""), staged.get_state_display(), plan_in(staged.cells)
    return PreviewRow(staged.number, made, reason, state, plan)


def changes(run: Import, after: int = 0) -> Changes:
    """What differs from what was there when the rows behind `after` were checked: column, before, after."""
    lines: list[ChangeLine] = []
    rows = run.rows.filter(number__gt=after).exclude(state=State.BAD).order_by("number")
    for staged in rows.iterator(chunk_size=100):
        text = staged.cells
        seen, cells = seen_in(text), load(text)[0]
        if not seen:
            continue
        if len(lines) >= SHOWN_CHANGES:
            return Changes(lines, lines[-1].number)
        lines += [
            ChangeLine(
                staged.number, plan_in(text), column["label"], seen[column["name"]],
                cells.get(column["name"], ""), column["secret"],
            )
            for column in run.columns
            if column["name"] in seen
        ]  # fmt: skip
    return Changes(lines)


def marked_rows(run: Import) -> Iterator[tuple[dict[str, str], list[Any]]]:
    """(cells, errors) of the rows that are not written, in order; read in chunks."""
    rows = run.rows.exclude(state=State.APPLIED).order_by("number")
    for staged in rows.iterator(chunk_size=500):
        cells, found = load(staged.cells)
        yield {**cells, **found}, staged.errors


def count_errors(run: Import) -> int:
    """How many errors the rows of an import have together."""
    listed = run.rows.filter(state__in=(State.BAD, State.FAILED)).values_list("errors", flat=True)
    return sum(len(errors) for errors in listed)
