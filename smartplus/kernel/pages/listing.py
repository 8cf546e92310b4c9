"""Which rows a list shows, in which order and columns: everything but how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.module_loading import import_string

from .. import preferences
from ..filters import Chip, ScopedFilterSet, filters_of
from ..paging import Slice, page_of
from ..tables import Column, View, chosen_columns
from .base import Page

WORDS = 6
"""More words of a search than this are not looked for."""


class Listing(Page):
    """The rows of a list as the reader wants them: tab, search, filters, order, page, columns."""

    abstract = True
    columns: ClassVar[Sequence[Column]] = ()
    order: ClassVar[Sequence[str]] = ("pk",)
    search: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[str] = ""
    filter_class: ClassVar[type[ScopedFilterSet] | None] = None
    filters: ClassVar[Any] = ()
    views: ClassVar[Sequence[View]] = ()
    per_page: ClassVar[int] = 50

    given_params: QueryDict | None = None
    """Parameters in the place of those of the address, for an action over all rows of a list."""

    @classmethod
    def complete(cls) -> None:
        if cls.abstract:
            return
        if cls.model is None or not cls.columns:
            raise ImproperlyConfigured(f"{cls.__qualname__} is a list without model or columns")
        if cls.filter_class is None and cls.filters:
            cls.filter_class = filters_of(cls.model, cls.filters)

    # --- What this person likes -------------------------------------------------------------

    @property
    def columns_key(self) -> str:
        """Under which key the column choice is kept."""
        return f"columns:{type(self).__module__}.{type(self).__qualname__}"

    @cached_property
    def liked(self) -> dict[str, Any]:
        """The preferences that concern this list, by key."""
        return preferences.read(self.scope, (preferences.LISTS, self.columns_key))

    @property
    def density(self) -> str:
        """How close the rows stand."""
        return str(self.liked.get(preferences.LISTS, {}).get("density", preferences.DENSITIES[0]))

    @property
    def page_size(self) -> int:
        """How many rows a page has."""
        return int(self.liked.get(preferences.LISTS, {}).get("per_page", self.per_page))

    @property
    def page_sizes(self) -> list[int]:
        """How many rows a page may have."""
        return sorted({*preferences.PAGE_SIZES, self.per_page})

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns of this reader, in order."""
        return chosen_columns(self.columns, self.liked.get(self.columns_key), self.scope)

    @property
    def column_choice(self) -> list[tuple[Column, str, bool]]:
        """(column, label, chosen) of the columns that may be hidden."""
        assert self.model is not None
        shown = set(self.shown_columns)
        allowed = [one for one in self.columns if one.needs is None or self.scope.can(one.needs)]
        return [(one, one.named(self.model), one in shown) for one in allowed[1:] if not one.fixed]

    def _keep_preferences(self, data: QueryDict) -> None:
        general = dict(self.liked.get(preferences.LISTS, {}))
        if data.get("density") in preferences.DENSITIES:
            general["density"] = data["density"]
        if (size := data.get("per_page", "")).isdigit() and int(size) in self.page_sizes:
            general["per_page"] = int(size)
        if general != self.liked.get(preferences.LISTS):
            preferences.write(scope=self.scope, key=preferences.LISTS, value=general)
        if "columns" in data:
            offered = {column.name for column in self.columns}
            picked = [name for name in data.getlist("columns") if name in offered]
            preferences.write(scope=self.scope, key=self.columns_key, value=picked)

    # --- Which rows -------------------------------------------------------------------------

    @property
    def params(self) -> QueryDict:
        """The parameters of the list: those of the address."""
        return self.request.GET if self.given_params is None else self.given_params

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.params.get("q", "").replace("\0", "").strip()[:100]

    @cached_property
    def view(self) -> View | None:
        """The chosen tab."""
        wanted = self.params.get("view", "")
        return next(
            (view for view in self.views if view.name == wanted), self.views[0] if self.views else None
        )

    @cached_property
    def filterset(self) -> ScopedFilterSet | None:
        """The bound filters, None for a list without."""
        if self.filter_class is None:
            return None
        return self.filter_class(
            self.params, self.model.objects.none() if self.model else None,
            scope=self.scope, places=self.places, request=self.request,
        )  # fmt: skip

    def search_rows(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """`rows` in which each word of `text` is found in one of the searched columns."""
        for word in text.split()[:WORDS]:
            found = Q()
            for path in self.search:
                found |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(found)
        return rows

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """The rows that search and filters let through, in every tab."""
        rows = self.search_rows(self.rows, self.text) if self.text else self.rows
        if self.filterset is None:
            return rows
        if not self.filterset.form.is_valid():
            return rows.none()
        kept: QuerySet[Any] = self.filterset.filter_queryset(rows)
        return kept

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """The rows of the chosen tab that search and filters let through."""
        return self.filtered.filter(self.view.condition(self)) if self.view else self.filtered

    @cached_property
    def slice(self) -> Slice:
        """The rows on this page."""
        cursor = self.params.get("after") or self.params.get("before") or ""
        return page_of(self.matching, self.sort_order, cursor, self.page_size)

    # --- Order ------------------------------------------------------------------------------

    @cached_property
    def sorted_by(self) -> tuple[Column, bool] | None:
        """(column, downwards) that the reader sorts by; None in the order of the house."""
        wanted = self.params.get("sort", "")
        for column in self.columns:
            if column.name == wanted.removeprefix("-") and column.sort_paths():
                return column, wanted.startswith("-")
        return None

    @property
    def sort_order(self) -> list[str]:
        """ORM paths the rows are sorted by."""
        if self.sorted_by is None:
            return list(self.order)
        column, down = self.sorted_by
        return [_turned(path) if down else path for path in column.sort_paths()]

    def _direction(self, column: Column) -> str:
        if self.sorted_by is not None:
            chosen, down = self.sorted_by
            return ("descending" if down else "ascending") if chosen is column else ""
        paths = column.sort_paths()
        if paths and self.order and self.order[0].removeprefix("-") == paths[0].removeprefix("-"):
            return "ascending" if self.order[0] == paths[0] else "descending"
        return ""

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are on."""
        return self.filterset.chips(self.params) if self.filterset is not None else []

    @property
    def is_filtered(self) -> bool:
        """Whether search or a filter is on."""
        return bool(self.text or self.chips)


def selection(page: Listing, query: str) -> str:
    """All rows of a list as a signed word, for an action over them."""
    where = [f"{type(page).__module__}.{type(page).__qualname__}", dict(page.kwargs), query]
    return Signer(salt="selection").sign_object(where, compress=True)


def selected(page: Page, word: str) -> QuerySet[Any] | None:
    """The rows behind a `selection` as the reader of `page` sees them; None when the word was changed."""
    try:
        path, kwargs, query = Signer(salt="selection").unsign_object(word)
    except (BadSignature, ValueError):
        return None
    source: Listing = import_string(path)()
    source.setup(page.request, **kwargs)
    source.scope = page.scope
    source._enter()
    if not (page.scope.can(source.needs) and source.allowed()):
        return None
    source.given_params = QueryDict(query)
    return source.matching


def _turned(path: str) -> str:
    return path.removeprefix("-") if path.startswith("-") else f"-{path}"
