"""Tables: which columns a reader sees, in which order, and what stands in a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from .look.times import exact, local, short, whole_day
from .words import _

WRAPPERS = {
    "who": '<span class="row-link">{}</span>',
    "code": "<code>{}</code>",
    "quiet": '<span class="quiet">{}</span>',
}
"""What stands round the value, by kind of column."""


@dataclass(frozen=True)
class Column:
    """One column of a list: what it is called, what it shows, how it sorts.

    `name` is an attribute path with dots. `value(row)` or a template `cell` replace the plain value;
    `export` prints another value into sheets (False: not in sheets). `sort` is True (by `name`), an ORM
    path or several. `drop` (1 to 3) leaves on narrow screens, `shown=False` waits to be chosen,
    `fixed` cannot be hidden. `kind`: "", "who", "num", "code", "quiet", "where" (a place, broken late).
    """

    name: str
    label: str = ""
    sort: bool | str | tuple[str, ...] = False
    cell: str = ""
    value: Callable[[Any], Any] | None = None
    export: Callable[[Any], Any] | bool = True
    drop: int = 0
    shown: bool = True
    fixed: bool = False
    kind: str = ""
    help: str = ""
    needs: Any = None

    def read(self, row: Any) -> Any:
        """What this column is about in one row, before it is put into words."""
        if self.value is not None:
            return self.value(row)
        return follow(row, self.name)

    def words(self, row: Any) -> Any:
        """The value in words where the model has words for it."""
        return self.read(row) if self.value is not None else in_words(row, self.name)

    def exported(self, row: Any) -> Any:
        """The value for a sheet: numbers and times stay what they are."""
        return self.export(row) if callable(self.export) else self.words(row)

    def sort_paths(self) -> tuple[str, ...]:
        """The ORM paths this column sorts by; empty when it does not."""
        if self.sort is True:
            return (self.name.replace(".", "__"),)
        if not self.sort:
            return ()
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)

    def named(self, model: type[Model]) -> str:
        """The label, else what the model calls the field."""
        return self.label or label_of(model, self.name)


@dataclass(frozen=True)
class View:
    """A tab over a list: a name, a condition (or a callable of the page that makes one), a figure."""

    name: str
    label: str
    q: Q | Callable[[Any], Q] | None = None
    tone: str = ""
    count: bool = True

    def condition(self, page: Any) -> Q:
        """The condition as of now; the empty one lets every row through."""
        if self.q is None:
            return Q()
        return self.q(page) if callable(self.q) else self.q


def follow(row: Any, name: str) -> Any:
    """The attribute at the end of a path with dots; None where it breaks off. Methods are called."""
    for step in name.split("."):
        row = getattr(row, step, None)
        if row is None:
            return None
        if callable(row) and not isinstance(row, type):
            row = row()
    return row


def in_words(row: Any, name: str) -> Any:
    """Like `follow`, with the label of a choice instead of its code."""
    *path, last = name.split(".")
    owner = follow(row, ".".join(path)) if path else row
    display = getattr(owner, f"get_{last}_display", None)
    return display() if display is not None else follow(row, name)


def label_of(model: type[Model], name: str) -> str:
    """What the model calls a field, capitalised; else the name itself, readable."""
    steps = name.replace(".", "__").split("__")
    current: Any = model
    label = ""
    for step in steps:
        try:
            field = current._meta.get_field(step)
        except FieldDoesNotExist:
            return str(capfirst(steps[-1].replace("_", " ")))
        label, current = str(getattr(field, "verbose_name", step)), field.related_model
    return str(capfirst(label))


def show(value: Any) -> Any:
    """A value as it stands in a cell: never None, times in the reader's zone, names kept apart."""
    if value is None or value == "":
        return SafeString('<span class="quiet">–</span>')
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Enum):
        return getattr(value, "label", value.name)
    if isinstance(value, datetime):
        return show_time(value)
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), whole_day(value))
    if isinstance(value, int | float):
        return f"{value:,}"
    return value if isinstance(value, SafeString) else format_html("<bdi>{}</bdi>", value)


def show_time(value: datetime) -> SafeString:
    """A moment, short, with all of it in the tooltip."""
    moment = local(value)
    now = local(datetime.now(tz=moment.tzinfo))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact(moment), short(moment, now)
    )


@dataclass
class Head:
    """The head of a column as the reader sees it; `url` sorts by it."""

    column: Column
    label: str
    url: str = ""
    direction: str = ""
    first: bool = False

    @property
    def kind(self) -> str:
        """The kind of its cells; those of the plain first column tell which row it is."""
        return "who" if self.first and not self.column.cell else self.column.kind

    @cached_property
    def attributes(self) -> SafeString:
        """The attributes of its cells, the same in all rows."""
        css = format_html(' class="{}"', self.kind) if self.kind in ("who", "num", "where") else ""
        label = "" if self.kind == "who" else format_html(' data-label="{}"', self.label)
        drop = format_html(' data-drop="{}"', self.column.drop) if self.column.drop else ""
        return format_html(' role="cell"{}{}{}', css, label, drop)

    @property
    def icon(self) -> str:
        """The arrow beside the label of the column that sorts."""
        return {"ascending": "arrow-up", "descending": "arrow-down"}.get(self.direction, "")


@dataclass(frozen=True)
class Cell:
    """One cell; a template when the column has one, else the value put into words."""

    head: Head
    row: Any
    url: str = ""

    @property
    def column(self) -> Column:
        """The column it stands in."""
        return self.head.column

    @property
    def value(self) -> Any:
        """The value before it is put into words."""
        return self.column.read(self.row)

    @property
    def text(self) -> Any:
        """The value in words, safe for a page."""
        words = self.column.words(self.row)
        return show(str(words) if self.column.kind == "code" and words is not None else words)

    @property
    def html(self) -> Any:
        """The inside of a cell without a template of its own."""
        if self.head.first and self.url:
            return format_html('<span><a class="row-link" href="{}">{}</a></span>', self.url, self.text)
        wrapper = WRAPPERS.get(self.head.kind)
        return format_html(wrapper, self.text) if wrapper else self.text


def chosen_columns(columns: Sequence[Column], picked: Iterable[str] | None, scope: Any) -> list[Column]:
    """The columns this reader sees: of those allowed the fixed ones and the `picked` (None: the default)."""
    allowed = [column for column in columns if column.needs is None or scope.can(column.needs)]
    if picked is None:
        return [column for column in allowed if column.shown or column.fixed]
    names = set(picked)
    first = allowed[0].name if allowed else ""
    return [column for column in allowed if column.fixed or column.name == first or column.name in names]
