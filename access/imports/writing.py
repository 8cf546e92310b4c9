"""A chunk of good rows, written by the plural services: people who come, and changes of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from access.services.credentials import give_keys
from access.services.grants import set_groups
from sites import services
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.imports import Row
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .cells import Known
from .edits import HOME, PERSON

COLUMN_OF = {
    **{field: column for column, field in {**PERSON, **HOME}.items()},
    "unit": "apt",
    "kind": "account_type",
    "card": "cards",
}
"""The column a refused field of a service stands in."""


class Chunk:
    """Rows on their way into the tables; `row_of` leads from somebody back to the row."""

    def __init__(self, rows: Sequence[Row], known: Known, scope: Scope) -> None:
        self.rows, self.known, self.scope, self.site = rows, known, scope, known.site
        self.new = [index for index, row in enumerate(rows) if known.line_of(row) is None]
        self.row_of = {line.pk: index for index, row in enumerate(rows) if (line := known.line_of(row))}

    def write(self) -> None:
        """Apartments' names and phones, people, then what they open with."""
        self._change_homes()
        self._change_people()
        self._add_people()
        self._give_keys()
        self._set_groups()

    def _changed(self, row: Row, name: str) -> bool:
        """Whether the row is to write this column: all of somebody new, else what differed when checked."""
        return name in row.seen if row.seen is not None else bool(row.cleaned.get(name))

    def _change_homes(self) -> None:
        """What the rows say of apartments; a later row wins."""
        changes: dict[int, dict[str, Any]] = {}
        rows: dict[int, int] = {}
        for index, row in enumerate(self.rows):
            given = {field: row.cleaned[name] for name, field in HOME.items() if self._changed(row, name)}
            if given:
                unit = self._unit(row)
                changes.setdefault(unit, {}).update(given)
                rows[unit] = index
        if changes:
            with at_rows([rows[unit] for unit in changes]):
                services.change_units(scope=self.scope, site=self.site, changes=changes)

    def _unit(self, row: Row) -> int:
        if line := self.known.line_of(row):
            return line.unit_id
        home = self.known.home_of(row)
        if home is None:
            raise Refused(_("This apartment is not there any more."), field="apt", code="gone")
        return home.pk

    def _change_people(self) -> None:
        changes = {}
        for pk, index in self.row_of.items():
            row = self.rows[index]
            given = {field: row.cleaned[name] for name, field in PERSON.items() if self._changed(row, name)}
            if given:
                changes[pk] = given
        if changes:
            with at_rows([self.row_of[pk] for pk in changes]):
                services.change_residents(scope=self.scope, site=self.site, changes=changes)

    def _add_people(self) -> None:
        if self.new:
            people = [self._person(self.rows[index]) for index in self.new]
            with at_rows(self.new):
                added = services.add_residents(scope=self.scope, site=self.site, rows=people)
            self.row_of |= {one.pk: index for one, index in zip(added, self.new, strict=True)}

    def _person(self, row: Row) -> services.NewResident:
        values = {field: row.cleaned[name] for name, field in PERSON.items()}
        return services.NewResident(kind=row.cleaned["account_type"], unit_id=self._unit(row), **values)

    def _wanted(self, name: str) -> dict[int, Any]:
        """Somebody's id to what the column says, where it is to be written."""
        rows = ((pk, self.rows[index]) for pk, index in self.row_of.items())
        return {pk: row.cleaned[name] for pk, row in rows if self._changed(row, name)}

    def _give_keys(self) -> None:
        pins, cards = self._wanted("pin"), self._wanted("cards")
        if pins or cards:
            with at_rows(self.row_of):
                give_keys(scope=self.scope, site=self.site, pins=pins, cards=cards)

    def _set_groups(self) -> None:
        if chosen := self._wanted("groups"):
            set_groups(scope=self.scope, site=self.site, rows=chosen)


@contextmanager
def at_rows(places: Sequence[int] | Mapping[int, int]) -> Iterator[None]:
    """Say the refusals of a service at the rows and columns they come from; `places`: its key to the row."""
    try:
        yield
    except RefusedMany as refusals:
        raise RefusedMany({places[key]: _in_columns(one) for key, one in refusals.rows.items()}) from refusals
    except Refused as refusal:
        raise _in_columns(refusal) from refusal


def _in_columns(refusal: Refused) -> Refused:
    return Refused(
        refusal.message, field=COLUMN_OF.get(refusal.field or "", refusal.field), code=refusal.code
    )
