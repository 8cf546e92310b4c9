"""Forms whose choices can only ever be the reader's own rows, and which call a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict

from .errors import Refused
from .scoping import Scope, ScopedQuerySet
from .widgets import dress
from .words import _

DASHES = "---------"  # Django's empty choice


@dataclass(frozen=True)
class Group:
    """A heading with its fields; `closed` folds it away until somebody opens it."""

    title: str
    fields: tuple[str, ...]
    help: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Section:
    """A group of a bound form, ready for a template."""

    title: str
    help: str
    closed: bool
    fields: list[BoundField]


def reached_by(rows: QuerySet[Any], places: Mapping[str, Model]) -> QuerySet[Any]:
    """`rows` that lie within `places` (name to row), as far as their model has a relation of that name."""
    for name, place in places.items():
        try:
            field = rows.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.is_relation and field.related_model is type(place):
            rows = rows.filter(**{name: place})
    return rows


def narrow(
    fields: Mapping[str, forms.Field], scope: Scope, places: Mapping[str, Model] | None = None
) -> None:
    """Restrict every choice of rows to what `scope` may see (and to `places`, name to row).

    Raises `ImproperlyConfigured` for a choice whose model has no scope.
    """
    for name, field in fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is None:
            continue
        if not isinstance(queryset, ScopedQuerySet):
            raise ImproperlyConfigured(f"field {name!r} offers rows of an unscoped model")
        visible = reached_by(queryset.visible_to(scope), places or {})
        field.queryset = visible  # type: ignore[attr-defined]


def name_the_empty_choices(fields: Iterable[forms.Field]) -> None:
    """Ask for a choice instead of showing dashes where one has to be made."""
    for field in fields:
        if field.required and getattr(field, "empty_label", None) == DASHES:
            field.empty_label = _("Choose…")  # type: ignore[attr-defined]


class ScopedFormMixin:
    """What both kinds of form know: who fills in, where, about which row; and how a section looks."""

    groups: ClassVar[tuple[Group, ...]] = ()
    refresh: ClassVar[tuple[str, ...]] = ()
    buttons: ClassVar[Mapping[str, tuple[tuple[str, str, str], ...]]] = {}

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def prepare(self, scope: Scope, within: Mapping[str, Model] | None, row: Any) -> None:
        """Narrow the choices, let `setup` adjust the fields, then dress the widgets."""
        self.scope = scope
        self.within: dict[str, Any] = dict(within or {})
        self.row = row
        narrow(self.fields, scope, self.within)
        name_the_empty_choices(self.fields.values())
        self.setup()
        for name, field in self.fields.items():
            dress(field, refreshes=name in self.refresh)

    def setup(self) -> None:
        """Adjust the fields once choices are narrowed: hide, disable, limit further."""

    def current(self, name: str) -> Any:
        """What a field holds now: as typed, else as it was at first. For choices that depend on it."""
        form: Any = self
        if form.is_bound:
            field = form.fields[name]
            return field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        return form.get_initial_for_field(form.fields[name], name)

    def quiet(self) -> None:
        """Show what was typed without judging it: a choice others depend on changed, a button was pressed."""
        form: Any = self
        form._errors = ErrorDict()
        form.cleaned_data = {}

    def press(self, verb: str, data: QueryDict) -> bool:
        """Let `do_<verb>` change the typed data; False when this form has no such button."""
        known = {button[0] for row in self.buttons.values() for button in row}
        handler = getattr(self, f"do_{verb}", None) if verb in known else None
        if handler is None:
            return False
        handler(data)
        return True

    def refuse(self, refusal: Refused) -> None:
        """Show a service's refusal at its field, or over the whole form when it has none."""
        form: Any = self
        form.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)

    def sections(self) -> list[Section]:
        """The visible fields by group, in the declared order; ungrouped ones come first."""
        form: Any = self
        grouped = {name for group in self.groups for name in group.fields}
        loose = [field for field in form.visible_fields() if field.name not in grouped]
        listed = [Section("", "", False, loose)] if loose else []
        for group in self.groups:
            shown = [form[name] for name in group.fields if name in form.fields and not form[name].is_hidden]
            if shown:
                folded = group.closed and not any(field.errors for field in shown)
                listed.append(Section(group.title, group.help, folded, shown))
        return listed

    def bad_fields(self) -> list[BoundField]:
        """The fields with an error, for the list on top."""
        form: Any = self
        return [field for field in form.visible_fields() if field.errors]

    def buttons_of(self, name: str) -> Iterable[tuple[str, str, str]]:
        """(verb, label, icon) of the buttons beside a field."""
        return self.buttons.get(name, ())

    @property
    def has_files(self) -> bool:
        """Whether the form takes files."""
        form: Any = self
        return bool(form.is_multipart())


class ScopedForm(ScopedFormMixin, forms.Form):
    """A form about no row in particular; `perform` calls a service and returns what came of it."""

    def __init__(
        self,
        *args: Any,
        scope: Scope,
        within: Mapping[str, Model] | None = None,
        row: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(scope, within, row)

    def perform(self) -> Any:
        """Call the service with `self.cleaned_data`."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say which service it calls")


class ScopedModelForm(ScopedFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A form of a model; validation only: `perform` calls the service that writes."""

    def __init__(
        self,
        *args: Any,
        scope: Scope,
        within: Mapping[str, Model] | None = None,
        row: Any = None,
        **kwargs: Any,
    ) -> None:
        if row is not None:
            kwargs["instance"] = row
        super().__init__(*args, **kwargs)
        self.prepare(scope, within, row)

    def perform(self) -> Any:
        """Call the service with `self.cleaned_data` (and `self.row`, None when it creates)."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say which service it calls")
