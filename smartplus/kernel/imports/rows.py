"""One row of an import: its cells, what they mean, what is wrong with them; and the form that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured

from ..scoping import Scope
from ..words import _, ngettext

EMPTY = _("Empty, but needed.")


@dataclass
class Row:
    """A row on its way: `cells` as text by column, `cleaned` after the form, errors as (name, reason).

    `cleaned` of a row with errors holds only what was good of it.
    """

    number: int
    cells: dict[str, str]
    sheet: str = ""
    cleaned: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    """What stood in a cell that could not be taken (a formula), by column name."""
    seen: dict[str, str] | None = None
    """What differs from what is there: column to what was there when it was compared. None: not compared."""
    idle: bool = False
    """The row says what is there already: it is counted, neither shown nor written."""
    tag: str = ""
    """As what it counts in the figures of the verdict (`Importer.tally`)."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Cells that held no text but a number or a date; known while the sheet is read only."""
    plan: str = ""
    """What will be done with the row, in words for the preview; "" where all rows are new ones."""

    def error(self, name: str, reason: str) -> None:
        """Say what is wrong with a cell ("" for the row as a whole); the first word on a cell stays."""
        if not any(known == name for known, _reason in self.errors if name):
            self.errors.append((name, str(reason)))

    def warn(self, name: str, reason: str) -> None:
        """Say something about a cell that does not keep the row from being written."""
        self.warnings.append((name, str(reason)))

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors


class ListedField(forms.CharField):
    """Several values in one cell; cleaned as a list of stripped texts without doubles."""

    def __init__(self, *, separator: str = ";", most: int | None = None, **kwargs: Any) -> None:
        self.separator = separator
        self.most = most
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        parts = [part.strip() for part in str(value or "").split(self.separator)]
        return list(dict.fromkeys(part for part in parts if part))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.most is not None and len(value) > self.most:
            said = ngettext("{n} entry; at most {most}.", "{n} entries; at most {most}.", len(value))
            raise forms.ValidationError(said.format(n=len(value), most=self.most))

    def run_validators(self, value: Any) -> None:
        for part in value:
            super().run_validators(part)


class RowForm(forms.Form):
    """The checks of one row. Made once for all rows and bound to each in turn, so it makes no queries.

    `known` is what the importer's `prepare` found, `scope` and `context` tell who imports where.
    """

    known: Any
    scope: Scope
    context: Mapping[str, Any]

    def take(self, row: Row) -> None:
        """Check one row: its errors and its cleaned values are put into it."""
        self.row = row
        self.data = self.cells_of(row)
        self.is_bound = True
        self._errors = None
        self.is_valid()
        row.cleaned = self.cleaned_data
        for name, errors in self.errors.items():
            for message in errors:
                row.error("" if name == NON_FIELD_ERRORS else name, str(message))

    def cells_of(self, row: Row) -> dict[str, str]:
        """What is checked of a row: its cells; of a row that changes something also what it leaves blank."""
        return row.cells

    def warn(self, name: str, reason: str) -> None:
        """Say something about a cell that does not keep the row from being written."""
        self.row.warn(name, reason)


def ready_form(
    form_class: type[RowForm], columns: Sequence[Any], known: Any, scope: Scope, context: Mapping[str, Any]
) -> RowForm:
    """The form of an importer, made once: a field for each column, none that would ask the database.

    Raises `ImproperlyConfigured` for a field that offers rows of a model.
    """
    form = form_class({})
    form.known, form.scope, form.context = known, scope, context
    for column in columns:
        form.fields[column.name] = _field_of(form.fields.get(column.name), column)
    for name, given in form.fields.items():
        if hasattr(given, "queryset"):
            raise ImproperlyConfigured(
                f"{form_class.__qualname__}.{name} would ask the database for each row"
            )
        given.error_messages["required"] = EMPTY
    return form


def _field_of(declared: forms.Field | None, column: Any) -> forms.Field:
    if column.separator and (declared is None or type(declared) is forms.CharField):
        required = column.required or bool(declared and declared.required and declared is not None)
        return ListedField(separator=column.separator, most=column.most, required=required)
    if declared is None:
        return forms.CharField(required=column.required)
    declared.required = column.required or declared.required
    return declared
