"""Filter sets whose choices are the reader's own rows, and what they say about what is filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.text import capfirst
from django_filters.filterset import filterset_factory

from .forms import narrow
from .scoping import Scope
from .widgets import dress
from .words import _

EMPTY_LABELS = ("---------", "", None)


@dataclass(frozen=True)
class Chip:
    """One filter that is on, in words, and the parameters that take it off."""

    name: str
    text: str
    query: str


class ScopedFilterSet(django_filters.FilterSet):
    """Filters of a list; every choice of rows is narrowed to the reader (and to the places of the page)."""

    def __init__(
        self,
        data: Any = None,
        queryset: Any = None,
        *,
        scope: Scope,
        places: Mapping[str, Model] | None = None,
        request: Any = None,
        prefix: str | None = None,
    ) -> None:
        self.scope = scope
        self.places = places or {}
        super().__init__(data, queryset, request=request, prefix=prefix)

    @cached_property
    def form(self) -> Any:
        """The form behind the filters, narrowed and dressed; built once."""
        form = self.get_form_class()(self.data if self.is_bound else None, prefix=self.form_prefix)
        narrow(form.fields, self.scope, self.places)
        self.setup(form)
        for name, field in form.fields.items():
            field.label = field.label or capfirst(name.replace("_", " "))
            name_the_empty_choice(field)
            dress(field)
            field.widget.attrs.setdefault("aria-label", str(field.label))
            if not isinstance(field.widget, forms.Select):
                field.widget.attrs.setdefault("placeholder", str(field.label))
        return form

    def setup(self, form: Any) -> None:
        """Adjust the fields once their choices are narrowed."""

    def chips(self, params: QueryDict) -> list[Chip]:
        """The filters that are on, each with the query string of the list without it."""
        form = self.form
        if not (form.is_bound and form.is_valid()):
            return []
        found = []
        for name, field in form.fields.items():
            value = form.cleaned_data.get(name)
            if value in (None, "", [], ()) or (hasattr(value, "exists") and not value):
                continue
            found.append(Chip(name, f"{field.label}: {said(field, value)}", without(params, name)))
        return found


def without(params: QueryDict, *names: str) -> str:
    """The query string less the parameters called `names` (also `name_min`), and less its place."""
    rest = params.copy()
    for key in list(rest):
        stem = key.rpartition("_")[0]
        if key in names or stem in names or key in ("after", "before", "all"):
            del rest[key]
    return rest.urlencode()


def said(field: forms.Field, value: Any) -> str:
    """The value of a filter in words."""
    if isinstance(value, slice):
        if value.start is None or value.stop is None:
            return str(value.stop if value.start is None else value.start)
        return _("{start} to {end}").format(start=value.start, end=value.stop)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Model):
        labelled = getattr(field, "label_from_instance", str)
        return str(labelled(value))
    if not isinstance(value, str | Model) and isinstance(value, Iterable):
        return ", ".join(said(field, one) for one in value)
    for code, label in getattr(field, "choices", ()):
        if str(code) == str(value):
            return str(label)
    return str(value)


def name_the_empty_choice(field: Any) -> None:
    """Say "Any type" instead of dashes in a drop-down."""
    words = _("Any {what}").format(what=str(field.label).lower())
    if getattr(field, "empty_label", "-") in EMPTY_LABELS and hasattr(field, "empty_label"):
        field.empty_label = words
        if hasattr(field, "queryset"):
            field.widget.choices = field.choices
        else:  # the copied list of choices still reads the empty label of the field it was copied from
            field.choices = getattr(field.choices, "choices", field.choices)
    if isinstance(field, forms.NullBooleanField):
        field.widget = forms.Select(choices=(("", words), ("true", _("Yes")), ("false", _("No"))))


def filters_of(model: type[Model], fields: Any) -> type[ScopedFilterSet]:
    """A filter set from names of fields (or a dict of lookups)."""
    made: type[ScopedFilterSet] = filterset_factory(model, filterset=ScopedFilterSet, fields=fields)
    return made
