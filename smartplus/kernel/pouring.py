"""Many new rows as one stream.

`bulk_create` writes each value into the text of a statement and reads that text again; a COPY of a
thousand rows costs a third of it. What a row is does not change: defaults, `auto_now_add`,
encryption and constraints are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import AutoField, Field, Model
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=Model)
PLAIN: dict[type, type] = {
    models.CharField: str, models.EmailField: str, models.TextField: str, models.BooleanField: bool,
    models.AutoField: int, models.BigAutoField: int, models.BigIntegerField: int, models.IntegerField: int,
    models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.SmallIntegerField: int,
    models.ForeignKey: int,
}  # fmt: skip
"""Fields that change nothing of a value of this type (no subclass of them counts)."""
FEW = 20  # fewer are cheaper in one INSERT


def pour(rows: Sequence[M], *, numbered: bool = True) -> list[M]:
    """Write new rows of one model, in this order; all or none. Their primary keys are set.

    Without `numbered` the database draws the keys and nobody learns them: one query less.
    Raises `IntegrityError` as an INSERT would.
    """
    made = list(rows)
    if not made:
        return made
    model = type(made[0])
    if len(made) < FEW:
        return model._default_manager.bulk_create(made)
    if numbered:
        _number(model, made)
    fields = [field for field in model._meta.local_concrete_fields if _is_told(field, made)]
    columns = [_column(field, made) for field in fields]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(field.column or field.name) for field in fields)
    text = f"COPY {quoted(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        copy: Any = cursor.copy(text)
        with copy as stream:
            for values in zip(*columns, strict=True):
                stream.write_row(values)
    for row in made:
        row._state.adding, row._state.db = False, connection.alias
    return made


def _number(model: type[Model], rows: Sequence[Model]) -> None:
    """Draw the keys of those that have none."""
    key = model._meta.pk
    waiting = [row for row in rows if row.pk is None]
    if not waiting or not isinstance(key, AutoField):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, len(waiting)],
        )
        for row, (number,) in zip(waiting, cursor.fetchall(), strict=True):
            row.pk = number


def _is_told(field: Field[Any, Any], rows: Sequence[Model]) -> bool:
    """Whether the column is written: neither made by the database nor left to its default."""
    if field.generated or (isinstance(field, AutoField) and rows[0].pk is None):
        return False
    if not field.has_db_default():
        return True
    left = sum(isinstance(getattr(row, field.attname), DatabaseDefault) for row in rows)
    if left not in (0, len(rows)):
        raise ValueError(f"{field.name} is left to the database in some rows only")
    return not left


def _column(field: Field[Any, Any], rows: Sequence[Model]) -> list[object]:
    """The values of one column as the database takes them."""
    quick = _as_they_are(field, rows)
    return list(_asked(field, rows)) if quick is None else quick


def _asked(field: Field[Any, Any], rows: Sequence[Model]) -> Iterator[object]:
    """The values of a column as its field makes them; of one that all rows share it is asked once."""
    before: object = rows  # which no row holds
    made: object = None
    for row in rows:
        value = field.pre_save(row, add=True)
        if value is not before:
            before, made = value, field.get_db_prep_save(value, connection)
        yield made.value if isinstance(made, Enum) else made


def _as_they_are(field: Field[Any, Any], rows: Sequence[Model]) -> list[object] | None:
    """The values of a column of plain texts or numbers, which the field would hand on as they are; else None.

    To ask the field for each of them was half of an import.
    """
    kind = PLAIN.get(type(field))
    if kind is None:
        return None
    values: list[object] = []
    for row in rows:
        value = getattr(row, field.attname)
        if isinstance(value, Enum):
            value = value.value
        if value is not None and type(value) is not kind:
            return None
        values.append(value)
    return values
