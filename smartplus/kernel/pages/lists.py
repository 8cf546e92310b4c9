"""ListPage: a table with tabs, search, filters, sorting, paging by key, bulk actions and a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from ..filters import without
from ..paging import Count, counts, ordered
from ..planning import planned_anew
from ..sheets.writer import sheet_response
from ..tables import Cell, Head
from ..words import ngettext
from .links import Bulk, Button, Empty, Link, buttons
from .listing import Listing, selection


class ListPage(Listing):
    """Rows in a table. Columns, search, filters, tabs and actions are declared."""

    abstract = True
    template = "pages/list.html"
    fragment: ClassVar[str] = "pages/list_fragment.html"
    row_link: ClassVar[str | Link | None] = None
    row_actions: ClassVar[Sequence[Link]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    empty: ClassVar[Empty | None] = None
    export: ClassVar[bool] = True
    live: ClassVar[bool] = False
    counts: ClassVar[bool] = True
    table_class: ClassVar[str] = ""

    def title(self) -> str:
        """The plural of what is listed, unless the class says otherwise."""
        return self.several.capitalize()

    @property
    def several(self) -> str:
        """What several rows are called."""
        return self.names()[1]

    # --- Requests ---------------------------------------------------------------------------

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "export" in request.GET and self.export:
            return self.export_response()
        with planned_anew(when=self.is_filtered):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The table, or "not modified" to a live list of which nothing changed."""
        version = self._version_tag() if self.live and self.wants_fragment else ""
        if version and request.headers.get("If-None-Match") == version:
            return HttpResponse(status=304, headers={"ETag": version})
        response = self.render(self.fragment if self.wants_fragment else self.template)
        if version:
            response["ETag"] = version
        return response

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Keep how this person likes the list; the rows themselves are changed by other pages."""
        self._keep_preferences(request.POST)
        if self.wants_fragment:
            self.__dict__.pop("liked", None)
            return self.render(self.fragment)
        return HttpResponseRedirect(request.get_full_path())

    # --- What the template shows ------------------------------------------------------------

    @cached_property
    def figures(self) -> dict[str, Count]:
        """How many rows: per tab ("view:name"), on this list ("match"), and of all ("all"). One query."""
        if not self.counts:
            return {}
        sets = {
            f"view:{view.name}": self.filtered.filter(view.condition(self))
            for view in self.views
            if view.count
        }
        if self.view is None or not self.view.count:
            sets["match"] = self.matching
        if self.is_filtered:
            sets["all"] = self.rows
        return counts(sets)

    @property
    def match_count(self) -> Count | None:
        """How many rows this list has in all its pages; None when nobody counts."""
        name = f"view:{self.view.name}" if self.view and self.view.count else "match"
        return self.figures.get(name)

    @property
    def filter_fields(self) -> list[Any]:
        """The bound fields of the filters."""
        return list(self.filterset.form) if self.filterset is not None else []

    @property
    def filter_errors(self) -> list[str]:
        """What is wrong with the filters, by field."""
        if self.filterset is None or not self.filterset.form.errors:
            return []
        form = self.filterset.form
        return [
            f"{form.fields[name].label}: {errors[0]}"
            for name, errors in form.errors.items()
            if name in form.fields
        ]

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """Parameters that the filter form carries along as they are."""
        return [(name, str(self.params[name])) for name in ("view", "sort") if self.params.get(name)]

    @property
    def tabs(self) -> list[Button]:
        """The tabs over the list."""
        made = []
        for view in self.views:
            figure = self.figures.get(f"view:{view.name}")
            tone = view.tone if figure is not None and figure.rows else ""
            url = f"?{_joined(without(self.params, 'view'), f'view={view.name}')}"
            text = "" if figure is None else str(figure)
            made.append(Button(view.label, url, kind=tone, current=view is self.view, count=text))
        return made

    @cached_property
    def heads(self) -> list[Head]:
        """The heads of the shown columns."""
        assert self.model is not None
        made: list[Head] = []
        for column in self.shown_columns:
            direction = self._direction(column)
            url = ""
            if column.sort_paths():
                wanted = f"-{column.name}" if direction == "ascending" else column.name
                url = f"?{_joined(without(self.params, 'sort'), f'sort={wanted}')}"
            made.append(Head(column, column.named(self.model), url, direction, first=not made))
        return made

    def lines(self) -> list[dict[str, Any]]:
        """One dict a row: the row, its cells, its address, its menu."""
        return [self._line(row) for row in self.slice.rows]

    def _line(self, row: Any) -> dict[str, Any]:
        url = self.row_url(row)
        cells = [Cell(head, row, url) for head in self.heads]
        return {"row": row, "cells": cells, "url": url, "menu": buttons(self, self.row_actions, row)}

    def row_url(self, row: Any) -> str:
        """Where the name of a row leads; "" when it leads nowhere for this reader."""
        if self.row_link == "":
            return ""
        if self.row_link is not None:
            link = self.row_link if isinstance(self.row_link, Link) else Link(self.row_link, "")
            button = link.button(self, row)
            return button.url if button else ""
        return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""

    @property
    def pager(self) -> dict[str, str]:
        """The query strings of the neighbouring pages, "" where there is none."""
        rest = without(self.params)
        return {
            "previous": _joined(rest, f"before={self.slice.before}") if self.slice.before else "",
            "next": _joined(rest, f"after={self.slice.after}") if self.slice.after else "",
        }

    @property
    def same_query(self) -> str:
        """The query string of this very list, from its first page."""
        return without(self.params)

    @property
    def here(self) -> str:
        """The query string of this very page."""
        return self.params.urlencode()

    @property
    def export_query(self) -> str:
        """The query string of the download."""
        return _joined(self.same_query, "export")

    @property
    def all_query(self) -> str:
        """The query string of this list with all rows that match picked."""
        return _joined(self.same_query, "all")

    @property
    def bare_query(self) -> str:
        """The query string without search and filters."""
        names = [field.name for field in self.filter_fields]
        return without(self.params, "q", *names)

    @property
    def is_narrowed(self) -> bool:
        """Whether there might be rows without the search, the filters or the tab."""
        first = self.view is None or self.view is self.views[0]
        return self.is_filtered or bool(self.filter_errors) or not first

    @property
    def offers_export(self) -> bool:
        """Whether there is something to download."""
        return self.export and bool(self.slice.rows)

    @property
    def renews_toolbar(self) -> bool:
        """Whether a fragment brings the toolbar along: not while somebody types into it."""
        return self.request.headers.get("HX-Trigger") not in ("toolbar", "preferences", "list")

    @property
    def polls(self) -> bool:
        """Whether the table renews itself: a live list on its first page, with no picks to lose."""
        paged = self.params.get("after") or self.params.get("before")
        return self.live and not paged and not self.bulk_buttons

    @property
    def empty_buttons(self) -> list[Button]:
        """What to do next when there is nothing."""
        return buttons(self, self.empty.links) if self.empty else []

    # --- Over many rows ---------------------------------------------------------------------

    @cached_property
    def bulk_buttons(self) -> list[Button]:
        """The actions over picked rows that this reader may use."""
        return [button for bulk in self.bulk if (button := bulk.button(self)) is not None]

    @property
    def all_picked(self) -> bool:
        """Whether all that match are picked, not only those on this page."""
        return "all" in self.params

    @property
    def selection(self) -> str:
        """All rows of this list as a signed word, for an action over them."""
        return selection(self, self.same_query)

    # --- Sheets and live --------------------------------------------------------------------

    def export_name(self) -> str:
        """The name of the sheet, without its ending."""
        return self.heading

    def export_response(self) -> HttpResponseBase:
        """All rows that match as .xlsx, read by a server-side cursor."""
        limit = getattr(settings, "EXPORT_MAX_ROWS", 50_000)
        if self.matching.order_by().values("pk")[limit:][:1].exists():
            said = ngettext(
                "More than {n} row does not fit into one sheet. Narrow the list first.",
                "More than {n} rows do not fit into one sheet. Narrow the list first.",
                limit,
            )
            messages.warning(self.request, said.format(n=f"{limit:,}"))
            return HttpResponseRedirect(f"{self.request.path}?{without(self.params, 'export')}")
        columns = [column for column in self.shown_columns if column.export is not False]
        assert self.model is not None
        labels = [column.named(self.model) for column in columns]
        rows = ordered(self.matching, self.sort_order).iterator(chunk_size=2000)
        return sheet_response(
            self.export_name(), labels, ([one.exported(row) for one in columns] for row in rows)
        )

    def version(self) -> str:
        """One cheap query whose answer changes when the list does; for live lists."""
        newest = self.matching.order_by("-pk").values_list("pk", flat=True).first()
        return str(newest)

    def _version_tag(self) -> str:
        return f'W/"{hash_of(self.version(), self.params.urlencode(), self.scope.user_id)}"'


def hash_of(*parts: Any) -> str:
    """A short tag that changes when one of its parts does, or the language or the clock of the reader."""
    reader = (get_language(), timezone.get_current_timezone_name())
    return Signer(salt="etag").signature("\0".join(str(part) for part in (*parts, *reader)))[:22]


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
