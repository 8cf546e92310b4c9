"""ActionPage: something to do with one row or many, asked before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from ..errors import Refused
from ..words import _, ngettext
from .base import Page
from .listing import selected

MOST = 10_000
"""One action takes no more rows than this."""


class ActionPage(Page):
    """GET asks and says what will be lost, POST acts. With `many`, also over rows picked in a list."""

    abstract = True
    acts = True
    template = "pages/action.html"
    fragment: ClassVar[str] = "parts/dialog.html"
    width = "read"
    label: Any = _("Go on")
    keep: ClassVar[str] = _("Cancel")
    tone: ClassVar[str] = ""
    form_class: ClassVar[Any] = None
    many: ClassVar[bool] = False
    confirm: ClassVar[bool] = True
    fresh_for_many: ClassVar[bool] = False

    # --- What an app declares ---------------------------------------------------------------

    def title(self) -> str:
        """The question; `{0}` is the row, or how many of them."""
        return f"{self.button_label}: {{0}}"

    def explain(self, row: Any) -> list[str]:
        """What goes with it, as sentences."""
        return []

    def explain_many(self, rows: list[Any]) -> list[str]:
        """What goes with several, as sentences."""
        return self.explain(rows[0]) if len(rows) == 1 else []

    def spares(self) -> list[str]:
        """What stays as it is, as sentences: where somebody may fear for it."""
        return []

    def asks_proof(self) -> bool:
        """Also for several rows at once, where the page says so."""
        return self.fresh or (self.fresh_for_many and self.is_over_many and len(self.picked) > 1)

    @property
    def after_proof(self) -> str:
        """Rows that were picked in a list are picked there anew."""
        return self.cancel if self.is_over_many else super().after_proof

    def act(self, row: Any) -> None:
        """Call the service for one row (None for an action without a row)."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say which service it calls")

    def act_many(self, rows: list[Any]) -> None:
        """Call the plural service for several rows."""
        for row in rows:
            self.act(row)

    def done(self, rows: list[Any]) -> str:
        """The sentence of the toast."""
        return f"{self.button_label}: {self.object_words}" if rows else self.button_label

    def success(self, rows: list[Any]) -> str:
        """Where to go: back to where the question was asked, unless that was the page of a row now gone."""
        row = rows[0] if len(rows) == 1 else None
        gone = (
            row is not None and f"/{row.pk}/" in self.came_from and not self.rows.filter(pk=row.pk).exists()
        )
        return self.up if gone else self.came_from or self.up

    def initial(self) -> dict[str, Any]:
        """What the form of the question starts with."""
        return {}

    def form_places(self) -> Mapping[str, Any]:
        """Where the choices of the form must lie, by name; by default where the page lies."""
        return self.places

    # --- Which rows -------------------------------------------------------------------------

    @cached_property
    def picked(self) -> list[Any]:
        """The rows it is about. Raises 404 when none of those named is there for this reader."""
        if "pk" in self.kwargs:
            return [self.row]
        if not self.many:
            return []
        data = self.request.POST
        named = [pk for pk in data.getlist("pick") if pk.isdigit() and len(pk) < 19]
        rows = self.rows
        if word := data.get("all"):
            chosen = selected(self, word)
            if chosen is None:
                raise Http404
            rows = rows.filter(pk__in=chosen.order_by().values("pk"))
        else:
            rows = rows.filter(pk__in=named)
        found = list(rows[: MOST + 1])
        if not found and (named or word):
            raise Http404
        self.gone = 0 if word else len(set(named)) - len(found)
        return found

    gone = 0

    @property
    def is_over_many(self) -> bool:
        """Whether this address is about rows picked in a list."""
        return self.many and "pk" not in self.kwargs

    # --- Words ------------------------------------------------------------------------------

    @property
    def button_label(self) -> str:
        """The verb with its object."""
        return str(self.label() if callable(self.label) else self.label)

    @property
    def object_words(self) -> str:
        """The row by its name, several by their number."""
        rows = self.picked
        if len(rows) == 1:
            return str(rows[0]) if rows[0] is not None else ""
        return ngettext("{n} {what}", "{n} {what}", len(rows)).format(
            n=f"{len(rows):,}", what=self.names()[1]
        )

    @property
    def heading(self) -> str:
        return super().heading.replace("{0}", self.object_words)

    @property
    def losses(self) -> list[str]:
        """What goes with it."""
        if self.is_over_many:
            return self.explain_many(self.picked)
        return self.explain(self.row)

    @property
    def came_from(self) -> str:
        """The page of ours that the question was asked on, to return to; "" when nobody knows."""
        request = self.request
        headers = request.headers
        given = request.POST.get("back") or headers.get("HX-Current-URL") or headers.get("Referer") or ""
        if not url_has_allowed_host_and_scheme(
            given, {request.get_host()}, require_https=request.is_secure()
        ):
            return ""
        parts = urlsplit(given)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return "" if parts.path == request.path else address

    @property
    def cancel(self) -> str:
        """Where the safe answer leads."""
        return self.came_from or self.up

    # --- Requests ---------------------------------------------------------------------------

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The form of the question, None when nothing is asked."""
        if self.form_class is None:
            return None
        row = self.row if "pk" in self.kwargs else None
        return self.form_class(
            data, files, initial=self.initial(), scope=self.scope, within=self.form_places(), row=row
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.is_over_many:
            messages.info(request, _("Choose {what} first.").format(what=self.names()[1]))
            return HttpResponseRedirect(self.cancel)
        self.picked  # noqa: B018 - a foreign row is a 404 before anything is asked
        return self.ask(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        rows = self.picked
        if self.is_over_many and not rows:
            messages.info(request, _("Choose {what} first.").format(what=self.names()[1]))
            return self.leave(rows)
        if self.is_over_many and self.confirm and "confirmed" not in request.POST:
            return self.ask(self.make_form())
        self.form = self.make_form(request.POST, request.FILES)
        if self.form is not None and not self.form.is_valid():
            return self.ask(self.form)
        try:
            self._act(rows)
        except Refused as refusal:
            return self._refused(refusal)
        messages.success(request, self.done(rows))
        return self.leave(rows)

    def _act(self, rows: list[Any]) -> None:
        if len(rows) > MOST:
            raise Refused(_("At most {n} at a time. Narrow the list first.").format(n=f"{MOST:,}"))
        if not self.is_over_many:
            self.act(self.row)  # one service, which is atomic by itself
            return
        with transaction.atomic():
            self.act_many(rows)

    def _refused(self, refusal: Refused) -> HttpResponseBase:
        if self.form is not None:
            self.form.refuse(refusal)
            return self.ask(self.form)
        if self.confirm:
            return self.ask(None, refusal=refusal.message)
        messages.error(self.request, refusal.message)
        return self.leave(self.picked)

    def ask(self, form: Any, refusal: str = "") -> HttpResponse:
        """The question, as a dialog over the page or as a page of its own."""
        picks = [] if "all" in self.request.POST else self.request.POST.getlist("pick")
        return self.render(
            self.fragment if self.wants_fragment else self.template,
            form=form, refusal=refusal, object=self.row if "pk" in self.kwargs else None,
            picks=picks if self.is_over_many else [], all_word=self.request.POST.get("all", ""),
        )  # fmt: skip

    def leave(self, rows: list[Any]) -> HttpResponseBase:
        """On to the next page; a dialog tells htmx where."""
        url = self.success(rows)
        if self.wants_fragment:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
