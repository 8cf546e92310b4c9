"""The .xlsx files of an import: the template to fill in, the filled-in one, the one with errors marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..words import _
from .heads import ERRORS_LABEL
from .writer import Digits, Marked, Sheet

HELP = "Help"


class TemplateColumn(Protocol):
    """What a template tells about a column."""

    @property
    def label(self) -> str:
        """The heading."""

    @property
    def name(self) -> str:
        """The key of its cells."""

    @property
    def example(self) -> str:
        """A value that would be taken."""

    @property
    def key(self) -> bool:
        """Whether it tells which row is meant when an export comes back."""

    @property
    def digits(self) -> bool:
        """Whether zeros in front of its numbers count."""

    def rule(self) -> str:
        """What may stand there."""


def template(
    name: str,
    columns: Sequence[TemplateColumn],
    rows: Iterable[Mapping[str, Any]] = (),
    *,
    whole: bool = False,
) -> list[Sheet]:
    """The sheet to fill in (all cells as text, so that 007 stays 007), and a help sheet about its columns.

    `whole`: with the column that tells which row is meant when the file comes back.
    """
    columns = [column for column in columns if whole or not column.key]
    labels = [column.label for column in columns]
    filled = ([_cell(column, row.get(column.name)) for column in columns] for row in rows)
    help_rows = [(column.label, column.rule(), column.example) for column in columns]
    return [
        Sheet(name, labels, filled, as_text=True),
        Sheet(HELP, (_("Column"), _("Rule"), _("Example")), help_rows, widths=(22, 70, 40)),
    ]


def _cell(column: TemplateColumn, value: Any) -> Any:
    text = _said(value)
    return Digits(text) if text and column.digits else text


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ";".join(str(one) for one in value)
    return "" if value is None else str(value)


def marked(name: str, columns: Sequence[Mapping[str, Any]], rows: Iterable[tuple[Any, ...]]) -> list[Sheet]:
    """The sheet as it came, wrong cells coloured, the reasons in a last column, which a new import ignores.

    `columns` are dicts with name and label; `rows` are (cells, errors), errors dicts of name, column, reason.
    """
    labels = [*(str(column["label"]) for column in columns), ERRORS_LABEL]
    return [
        Sheet(name, labels, (_marked_row(columns, cells, errors) for cells, errors in rows), as_text=True)
    ]


def _marked_row(
    columns: Sequence[Mapping[str, Any]], cells: Mapping[str, str], errors: Sequence[Any]
) -> list[Any]:
    wrong = {error["name"] for error in errors}
    row: list[Any] = []
    for column in columns:
        value = cells.get(column["name"], "")
        row.append(Marked(value) if column["name"] in wrong else value)
    row.append(
        " ".join(
            f"{error['column']}: {error['reason']}" if error["column"] else error["reason"]
            for error in errors
        )
    )
    return row
