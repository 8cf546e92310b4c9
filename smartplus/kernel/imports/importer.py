"""What an app says about one template: its columns, its checks, the service that writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured

from ..scoping import Scope
from ..words import _, ngettext
from .rows import Row, RowForm


@dataclass(frozen=True)
class ImportColumn:
    """One column of a template.

    `required`: no cell may be empty; `optional`: the whole column may be missing from a sheet;
    `secret`: a PIN, a card: never part of a log or an error; `key`: tells which row is meant when an export
    comes back, not part of the empty template; `digits`: a number one does not count with, so that its zeros
    in front are kept; `separator`: several values in a cell, at most `most`; `also`: other headings it is
    known by, in any case and with any blanks and punctuation.
    """

    label: str
    name: str
    max_length: int = 255
    required: bool = False
    optional: bool = False
    help: str = ""
    example: str = ""
    secret: bool = False
    key: bool = False
    digits: bool = False
    separator: str = ""
    most: int | None = None
    also: Sequence[str] = ()

    def rule(self) -> str:
        """What the help sheet says."""
        parts = [str(self.help)] if self.help else []
        parts.append(str(_("Needed.") if self.required else _("May be empty.")))
        if self.separator and self.most:
            said = _("Several, separated by “{sign}”, at most {n}.")
            parts.append(said.format(sign=self.separator, n=self.most))
        elif self.separator:
            parts.append(_("Several, separated by “{sign}”.").format(sign=self.separator))
        if self.max_length < 255:
            said = ngettext("At most {n} character.", "At most {n} characters.", self.max_length)
            parts.append(said.format(n=self.max_length))
        if self.also:
            parts.append(_("Other headings that are read: {names}.").format(names=", ".join(self.also)))
        return " ".join(parts)


@dataclass(frozen=True)
class Fact:
    """A figure of the verdict: "Already here", 31, "blank cells change nothing"."""

    label: str
    value: int
    note: str = ""

    def stored(self) -> dict[str, Any]:
        """The figure as it is kept, its words in the language of now."""
        return {"label": str(self.label), "value": self.value, "note": str(self.note)}


_importers: dict[str, Importer] = {}


class Importer:
    """One kind of import. Subclasses are known by their `key`; they hold no state."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = _("Import")
    noun: ClassVar[tuple[str, str]] = (_("row"), _("rows"))
    needs: ClassVar[Any] = None
    template_name: ClassVar[str] = ""
    sheet_name: ClassVar[str] = "Import"
    columns: ClassVar[Sequence[ImportColumn]] = ()
    form_class: ClassVar[type[RowForm]] = RowForm
    max_rows: ClassVar[int] = 10_000
    chunk_size: ClassVar[int] = 500
    endings: ClassVar[tuple[str, ...]] = (".xlsx",)
    other_columns: ClassVar[bool] = False
    """Whether a table may have columns nobody knows; they are not read."""
    batched: ClassVar[bool] = False
    """Whether memory is not to grow with the file: `check_all` hears the rows in batches of `chunk_size` with
    the same `known`, `late` tells what is wrong with earlier ones, `facts` and `notices` hear no rows."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.key:
            return
        other = _importers.get(cls.key)
        if other is not None and type(other).__qualname__ != cls.__qualname__:
            raise ImproperlyConfigured(f"two importers are called {cls.key!r}")
        if cls.needs is None or not cls.columns:
            raise ImproperlyConfigured(f"{cls.__qualname__} needs a capability (needs) and columns")
        _importers[cls.key] = cls()

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Any:
        """All look-ups for all rows in a constant number of queries. Raises `Refused`: the place is gone."""
        return None

    def hold(self, scope: Scope, context: Mapping[str, Any]) -> None:
        """Lock what is written into, before it is read for the writing of a chunk."""

    def gather(self, rows: list[Row], known: Any) -> None:
        """More look-ups, for just these rows, before each of them is checked."""

    def same(self, row: Row, known: Any) -> bool:
        """Whether an unchecked row says nothing but what is there: then it is only counted."""
        return False

    def late(self, known: Any) -> Mapping[int, list[tuple[str, str]]]:
        """Errors (name, reason) of rows by number that only later ones showed; for `batched` importers."""
        return {}

    def check_all(self, rows: list[Row], known: Any) -> None:
        """What one row cannot know: doubles in the file. Called with all rows, before anything is written."""

    def facts(self, rows: list[Row], known: Any) -> list[Fact]:
        """More figures for the verdict."""
        return []

    def tally(self, tags: Mapping[str, int]) -> list[Fact]:
        """More figures for the verdict, from how many good rows have which tag."""
        return []

    def notices(self, rows: list[Row], known: Any) -> list[str]:
        """Sentences about the file as a whole, shown over the verdict."""
        return []

    def apply(self, rows: list[Row], known: Any, scope: Scope, context: Mapping[str, Any]) -> None:
        """Write a chunk of good rows by the plural service; called inside a transaction, `known` is fresh."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say which service it calls")

    def export(self, scope: Scope, context: Mapping[str, Any]) -> Iterable[Mapping[str, object]]:
        """What is there now, as rows of the template (column name to value), secrets left out."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what is there")

    @property
    def exports(self) -> bool:
        """Whether what is there now can be had as a filled-in template."""
        return type(self).export is not Importer.export

    def column(self, name: str) -> ImportColumn | None:
        """The column called `name`."""
        return next((column for column in self.columns if column.name == name), None)

    def no_doubles(self, rows: list[Row], name: str, what: str = _("This value"), fold: bool = True) -> None:
        """Mark cells of a column that stand in several rows: "This MAC is also in row 38."."""
        seen: dict[str, list[Row]] = {}
        for row in rows:
            for value in _values(row.cleaned.get(name)):
                seen.setdefault(value.casefold() if fold else value, []).append(row)
        for several in seen.values():
            if len(several) > 1:
                for row in several:
                    others = [str(other.number) for other in several if other is not row][:3]
                    said = ngettext(
                        "{what} is also in row {rows}.", "{what} is also in rows {rows}.", len(others)
                    )
                    row.error(name, said.format(what=what, rows=", ".join(others)))


def _values(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def importer_called(key: str) -> Importer:
    """The importer with this key. Raises `LookupError` when no app has one (any more)."""
    try:
        return _importers[key]
    except KeyError:
        raise LookupError(f"no importer is called {key!r}") from None
