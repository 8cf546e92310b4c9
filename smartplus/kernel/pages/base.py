"""What all pages share: who may open them, which rows they are about, where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst
from django.views import View as DjangoView

from ..forms import reached_by
from ..scoping import Scope, ScopeBy, ScopedModel
from ..words import _
from .fresh import is_fresh, lead_to_proof
from .links import Button, Link, buttons, shared_out


@dataclass(frozen=True)
class Within:
    """What a page lies within: a row named by a kwarg of the address, visible to the reader or a 404.

    `path` leads from the rows of the page to it ("" leaves the rows alone). `by_row`: it comes with the one
    row the page is about, by the same query; only for rows that are reached by that site or a unit of it and
    in no other way, so that nobody comes by the row to a site they have nothing to do with.
    """

    model: type[ScopedModel]
    path: str = ""
    related: tuple[str, ...] = ()
    by_row: bool = False


def _only_by(scope_by: ScopeBy, path: str) -> bool:
    """Whether rows are reached by the site at `path` or a unit of it, and in no other way."""
    return scope_by == ScopeBy(site=path, unit=scope_by.unit)


class Page(DjangoView):
    """A page that somebody must be allowed to open (`needs`), about rows they may see (`rows`)."""

    abstract: ClassVar[bool] = True
    acts: ClassVar[bool] = False
    fresh: ClassVar[bool] = False
    needs: ClassVar[Any] = None
    model: ClassVar[type[ScopedModel] | None] = None
    within: ClassVar[Mapping[str, Within]] = {}
    related: ClassVar[tuple[str, ...]] = ()
    prefetch: ClassVar[tuple[Any, ...]] = ()
    actions: ClassVar[Sequence[Link]] = ()
    template: ClassVar[str] = ""
    meta_template: ClassVar[str] = ""
    width: ClassVar[str] = ""
    noun: ClassVar[tuple[str, str] | None] = None
    title: Any = ""

    scope: Scope

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.abstract = bool(cls.__dict__.get("abstract", False))
        cls.complete()
        if not cls.abstract and cls.needs is None:
            raise ImproperlyConfigured(f"{cls.__qualname__} does not say which capability it needs")
        for within in cls.within.values():
            if within.by_row and (cls.model is None or not _only_by(cls.model.scope_by, within.path)):
                raise ImproperlyConfigured(f"{cls.__qualname__}: its rows are reached in other ways, too")

    @classmethod
    def complete(cls) -> None:
        """Fill in what a kind of page can tell by itself, once, when the class is made."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scope: Scope | None = getattr(request, "scope", None)
        if scope is None:
            return redirect_to_login(request.get_full_path())
        if not scope.can(self.needs):
            raise PermissionDenied
        self.scope = scope
        self._enter()
        if not self.allowed():
            raise PermissionDenied
        if self.asks_proof() and not is_fresh(request):
            self.row  # noqa: B018 - a foreign row is a 404 before anything is asked
            return lead_to_proof(request, self.after_proof, fragment=self.wants_fragment)
        return super().dispatch(request, *args, **kwargs)

    def _enter(self) -> None:
        """Find what the page lies within, outermost first; each as an attribute of its name."""
        self.places: dict[str, Model] = {}
        for name, within in self.within.items():
            if name not in self.kwargs:
                setattr(self, name, None)
                continue
            if within.by_row:
                place = attrgetter(within.path.replace("__", "."))(self.row)
            else:
                rows = within.model.objects.visible_to(self.scope).select_related(*within.related)
                place = get_object_or_404(reached_by(rows, self.places), pk=self.kwargs[name])
            self.places[name] = place
            setattr(self, name, place)

    def asks_proof(self) -> bool:
        """Whether it opens only shortly after a password or a factor was given (`fresh.py`)."""
        return self.fresh

    @property
    def after_proof(self) -> str:
        """Where the proof leads back to."""
        return self.request.get_full_path()

    def allowed(self) -> bool:
        """A further condition than the capability: a switch of the site, a plan. False gives 403."""
        return True

    def refine(self, rows: Any) -> Any:
        """Narrow or annotate the rows of the page. They are already the reader's own."""
        return rows

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows of `model` this reader may see here; a page never asks for others."""
        if self.model is None:
            raise ImproperlyConfigured(f"{type(self).__qualname__} has no model")
        rows: QuerySet[Any] = self.model.objects.visible_to(self.scope)
        for name, place in self.places.items():
            if path := self.within[name].path:
                rows = rows.filter(**{path: place.pk})
        for name, within in self.within.items():
            if within.by_row:
                rows = rows.filter(**{within.path: self.kwargs[name]}).select_related(within.path)
        rows = rows.select_related(*self.related) if self.related else rows
        rows = rows.prefetch_related(*self.prefetch) if self.prefetch else rows
        refined: QuerySet[Any] = self.refine(rows)
        return refined

    @cached_property
    def row(self) -> Any:
        """The one row the address names; somebody else's is a 404. None without `pk` in the address."""
        return get_object_or_404(self.rows, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    @property
    def heading(self) -> str:
        """The title of the page, given as text or made by a method."""
        return str(self.title() if callable(self.title) else self.title)

    def lead(self) -> str:
        """One sentence under the title."""
        return ""

    def crumbs(self) -> list[tuple[str, str]]:
        """(label, url) of what lies above this page; the shell adds the title."""
        return []

    @property
    def up(self) -> str:
        """The address of the nearest crumb above, "/" when there is none."""
        above = self.crumbs()
        return above[-1][1] if above else "/"

    def head_row(self) -> Any:
        """The row that the buttons in the head are about; None where there is none."""
        return None

    @property
    def head_buttons(self) -> list[Button]:
        """The buttons beside the title that this reader may use."""
        return buttons(self, self.actions, self.head_row())

    @property
    def head_parts(self) -> tuple[list[Button], list[Button]]:
        """Those of them that stand in sight, and those in the menu behind."""
        return shared_out(self.head_buttons)

    def context(self) -> dict[str, Any]:
        """More values for the template."""
        return {}

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page (and not for the whole, to restore its history)."""
        headers = self.request.headers
        asked = headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true"
        return asked and headers.get("HX-History-Restore-Request") != "true"

    def render(self, template: str, status: int = 200, **values: Any) -> HttpResponse:
        """The template with `page`, `scope` and what `context` adds; never kept by anybody else's cache."""
        merged = {"page": self, "scope": self.scope, **self.context(), **values}
        response = render(self.request, template, merged, status=status)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("HX-Request", "Cookie"))
        return response

    @classmethod
    def names(cls) -> tuple[str, str]:
        """What one row and several rows are called in a sentence: `noun`, else the model's words."""
        if cls.noun is not None:
            return (str(cls.noun[0]), str(cls.noun[1]))
        if cls.model is None:
            return (str(_("row")), str(_("rows")))
        meta = cls.model._meta
        return (str(meta.verbose_name), str(meta.verbose_name_plural))

    @classmethod
    def noun_title(cls) -> str:
        """What one row is called, capitalised."""
        return str(capfirst(cls.names()[0]))
