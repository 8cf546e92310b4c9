"""Paging by key: the next page begins after the last row, not at a row number.

Nothing is skipped or doubled when rows come and go, and page 1,000 costs what page 1 costs: with
all keys in one direction the database compares whole rows, `(name, id) > ('Gate', 7)`, along an
index. A cursor is signed, so nobody can put values of the wrong kind into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db import connection, models
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

COUNT_LIMIT = 10_000
"""Rows are counted up to here; beyond, "10,000+" is said."""

_KINDS: dict[str, tuple[type, Any]] = {
    "dt": (datetime, datetime.fromisoformat),
    "d": (date, date.fromisoformat),
    "t": (time, time.fromisoformat),
    "n": (Decimal, Decimal),
    "u": (UUID, UUID),
}


@dataclass(frozen=True)
class Key:
    """One column to sort by: an ORM path of a value that is never NULL, and its direction."""

    path: str
    down: bool = False

    @classmethod
    def of(cls, text: str) -> Key:
        """From "name" or "-name"."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def turned(self) -> Key:
        """The same column, the other way."""
        return Key(self.path, not self.down)

    def order(self) -> Any:
        """What `order_by` wants."""
        return F(self.path).desc() if self.down else F(self.path).asc()

    def value(self, row: Any) -> Any:
        """The value of this key in a row that was read."""
        for step in self.path.split("__"):
            row = getattr(row, step, None)
        return row


def keys_of(order: Iterable[str]) -> tuple[Key, ...]:
    """Sort keys from ORM paths; `pk` is added at the end so that no two rows are equal."""
    keys = tuple(Key.of(text) for text in order)
    if any(key.path in ("pk", "id") for key in keys):
        return keys
    return (*keys, Key("pk", keys[-1].down if keys else False))


@dataclass(frozen=True)
class Cursor:
    """Where a page begins or ends: values of the sort keys, and how many rows lie before."""

    values: tuple[Any, ...]
    backwards: bool = False
    before: int = 0


@dataclass
class Slice:
    """One page of rows with its neighbours; `first` is the number of its first row, from 1."""

    rows: list[Any] = field(default_factory=list)
    first: int = 1
    after: str = ""
    before: str = ""

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1


class _Row(Func):
    """`(a, b, c)` in SQL, compared as a whole."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


def _signer(keys: Sequence[Key]) -> Signer:
    order = ",".join(f"{'-' if key.down else ''}{key.path}" for key in keys)
    return Signer(salt=f"page:{order}")


def pack(cursor: Cursor, keys: Sequence[Key]) -> str:
    """A cursor as text for an address; good for this order only."""
    values = [_plain(value) for value in cursor.values]
    return _signer(keys).sign_object([values, cursor.backwards, cursor.before], compress=True)


def unpack(text: str, keys: Sequence[Key]) -> Cursor | None:
    """The cursor behind the text; None when it was changed, is of another order, or empty."""
    if not text:
        return None
    try:
        values, backwards, before = _signer(keys).unsign_object(text)
    except (BadSignature, ValueError):
        return None
    return Cursor(tuple(_lively(value) for value in values), bool(backwards), int(before))


def _plain(value: Any) -> Any:
    for kind, (cls, _) in _KINDS.items():
        if isinstance(value, cls):
            return [kind, value.isoformat() if hasattr(value, "isoformat") else str(value)]
    return value if isinstance(value, int | float | bool | str) else str(value)


def _lively(value: Any) -> Any:
    return _KINDS[value[0]][1](value[1]) if isinstance(value, list) else value


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> Any:
    """The condition "sorted behind `values`" for rows in the order of `keys`."""
    if len({key.down for key in keys}) == 1:
        lookup = LessThan if keys[0].down else GreaterThan
        return lookup(_Row(*(F(key.path) for key in keys)), _Row(*(Value(value) for value in values)))
    condition = Q()
    for number, key in enumerate(keys):
        equal = {earlier.path: value for earlier, value in zip(keys[:number], values, strict=False)}
        further = {f"{key.path}__{'lt' if key.down else 'gt'}": values[number]}
        condition |= Q(**equal, **further)
    return condition


_LOWEST: tuple[tuple[tuple[type[models.Field[Any, Any]], ...], Any], ...] = (
    ((models.CharField, models.TextField), ""),
    ((models.BooleanField,), False),
    ((models.DateTimeField,), datetime(1, 1, 2, tzinfo=UTC)),
    ((models.DateField,), date.min),
    ((models.TimeField,), time.min),
    ((models.IntegerField, models.FloatField, models.DecimalField), -(2**31)),
)
"""What NULL counts as when somebody sorts by such a column: the lowest of its kind."""


def never_null(rows: QuerySet[Any], keys: Sequence[Key]) -> tuple[QuerySet[Any], tuple[Key, ...]]:
    """`rows` and `keys` with each key that may be NULL replaced by one that counts NULL as lowest.

    Raises `ImproperlyConfigured` for a nullable column of a kind that has no lowest value.
    """
    made = []
    for number, key in enumerate(keys):
        column = _nullable(rows.model, key.path)
        if column is not None:
            lowest = next((value for kinds, value in _LOWEST if isinstance(column, kinds)), None)
            if lowest is None:
                raise ImproperlyConfigured(
                    f"{rows.model.__name__}: cannot sort by {key.path}, it may be NULL"
                )
            alias = f"sort_key_{number}"
            rows = rows.annotate(**{alias: Coalesce(F(key.path), Value(lowest, output_field=column))})
            key = Key(alias, key.down)
        made.append(key)
    return rows, tuple(made)


def _nullable(model: Any, path: str) -> models.Field[Any, Any] | None:
    """The column behind `path` when it may be NULL; None when it cannot, or is an annotation."""
    nullable = False
    column: Any = None
    for step in path.split("__"):
        try:
            column = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        nullable = nullable or column.null or (column.auto_created and not column.concrete)
        model = column.related_model
    return column if nullable else None


def ordered(rows: QuerySet[Any], order: Iterable[str]) -> QuerySet[Any]:
    """All of `rows` in the order that their pages have."""
    rows, keys = never_null(rows, keys_of(order))
    return rows.order_by(*(key.order() for key in keys))


def page_of(rows: QuerySet[Any], order: Iterable[str], cursor_text: str, size: int) -> Slice:
    """One page of `rows`; a cursor that fits no longer gives the first page. Runs one query.

    Stepping back to fewer than `size` rows gives the full first page instead (then two queries).
    """
    rows, keys = never_null(rows, keys_of(order))
    cursor = unpack(cursor_text, keys)
    if cursor is not None and cursor.backwards:
        page = _backwards(rows, keys, cursor, size)
        if page is not None:
            return page
        cursor = None
    return _forwards(rows, keys, cursor, size)


def _forwards(rows: QuerySet[Any], keys: Sequence[Key], cursor: Cursor | None, size: int) -> Slice:
    found = rows.order_by(*(key.order() for key in keys))
    if cursor is not None:
        found = found.filter(beyond(keys, cursor.values))
    listed = list(found[: size + 1])
    shown, skipped = listed[:size], cursor.before if cursor else 0
    page = Slice(shown, skipped + 1)
    if len(listed) > size:
        page.after = pack(Cursor(_values(shown[-1], keys), before=skipped + size), keys)
    if cursor is not None and shown:
        page.before = pack(Cursor(_values(shown[0], keys), backwards=True, before=skipped), keys)
    return page


def _backwards(rows: QuerySet[Any], keys: Sequence[Key], cursor: Cursor, size: int) -> Slice | None:
    """The page that ends before the cursor, or None when there are too few rows for a full one."""
    turned = [key.turned() for key in keys]
    found = rows.order_by(*(key.order() for key in turned)).filter(beyond(turned, cursor.values))
    listed = list(found[: size + 1])
    if len(listed) < size:
        return None
    shown = listed[:size][::-1]
    more = len(listed) > size
    skipped = max(cursor.before - size, 1) if more else 0
    page = Slice(shown, skipped + 1)
    page.after = pack(Cursor(_values(shown[-1], keys), before=skipped + size), keys)
    if more:
        page.before = pack(Cursor(_values(shown[0], keys), backwards=True, before=skipped), keys)
    return page


def _values(row: Any, keys: Sequence[Key]) -> tuple[Any, ...]:
    return tuple(key.value(row) for key in keys)


@dataclass(frozen=True)
class Count:
    """A number of rows, counted no further than `COUNT_LIMIT`."""

    rows: int

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.rows > COUNT_LIMIT

    def __str__(self) -> str:
        return f"{COUNT_LIMIT:,}+" if self.is_more else f"{self.rows:,}"


def counts(sets: Mapping[str, QuerySet[Any]]) -> dict[str, Count]:
    """How many rows each of `sets` has, each counted to just over `COUNT_LIMIT`, all in one query."""
    known: dict[str, Count] = {}
    asked: list[str] = []
    selects: list[str] = []
    params: list[Any] = []
    for name, rows in sets.items():
        limited = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        try:
            sql, values = limited.query.sql_with_params()
        except EmptyResultSet:
            known[name] = Count(0)
            continue
        asked.append(name)
        selects.append(f"(SELECT count(*) FROM ({sql}) counted)")
        params.extend(values)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(selects)}", params)
            figures: Any = cursor.fetchone()
        known.update({name: Count(int(figure)) for name, figure in zip(asked, figures, strict=True)})
    return known
