"""Widgets in the house's look, and how Django's own are dressed in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class FastSelect(forms.Select):
    """A select drawn without one template per option: a thousand options cost 2 ms, not 60."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        chosen = "" if value is None else str(value)
        return format_html("<select{}>{}</select>", flatatt(final), self._options(chosen))

    def _options(self, chosen: str) -> SafeString:
        parts = []
        for label, options in self._grouped():
            drawn = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                ((v, _selected(v, chosen), text) for v, text in options),
            )
            parts.append(format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn)
        return format_html_join("", "{}", ((part,) for part in parts))

    def _grouped(self) -> Iterable[tuple[str, list[tuple[str, Any]]]]:
        loose: list[tuple[str, Any]] = []
        for value, label in self.choices:
            if isinstance(label, list | tuple):
                if loose:
                    yield "", loose
                    loose = []
                yield str(value), [(str(v), text) for v, text in label]
            else:
                loose.append(("" if value is None else str(value), label))
        if loose:
            yield "", loose


def _selected(value: str, chosen: str) -> SafeString:
    return SafeString(" selected" if value == chosen else "")


class Switch(forms.CheckboxInput):
    """On or off at once."""

    look = "switch"


class Code(forms.TextInput):
    """MACs, PINs, cards: mono, slashed zero, always left to right."""

    look = "code"


class Otp(Code):
    """A one-time code from an email or an app."""

    look = "code otp"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "numeric", "autocomplete": "one-time-code"}
        super().__init__({**usual, **(attrs or {})})


class SecretInput(forms.PasswordInput):
    """Something that is never shown again; what was typed wrongly is typed again."""

    look = "code"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})}, render_value=False)


class Tiles(forms.CheckboxSelectMultiple):
    """Short choices side by side: floors, week days."""

    look = "tiles"


class Choices(forms.CheckboxSelectMultiple):
    """Choices with room for a second line: what follows a line break in the label."""

    look = "choices"


class Radios(forms.RadioSelect):
    """One of a few, all shown."""

    look = "radios"


class Drop(forms.FileInput):
    """A file, chosen or dropped."""

    look = "drop"


class DateInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """Day and time in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


NATIVE: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.DateInput: DateInput,
    forms.TimeInput: TimeInput,
    forms.DateTimeInput: DateTimeInput,
    forms.Select: FastSelect,
}
"""Django's widgets that a better one of ours replaces, keeping attributes and choices."""

REFRESH = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-target": "#form",
    "hx-select": "#form",
    "hx-swap": "outerHTML show:none",
    "hx-include": "#form",
    "hx-vals": '{"_do": "refresh"}',
}
"""On a field others depend on: its change brings the form anew, with everything typed so far."""

AREA = (forms.Textarea,)
TYPED = (forms.TextInput, forms.DateInput, forms.TimeInput, forms.DateTimeInput, forms.PasswordInput)


def dress(field: forms.Field, refreshes: bool = False) -> None:
    """Give the widget of a field the classes of the look; `refreshes`: a change renders the form anew."""
    field.widget = better(field.widget)
    if isinstance(field.widget, forms.MultiWidget):
        field.widget.widgets = [better(widget) for widget in field.widget.widgets]
        for widget in field.widget.widgets:
            classify(widget)
    classify(field.widget)
    if refreshes:
        field.widget.attrs.update(REFRESH)


def classify(widget: forms.Widget) -> None:
    """The classes and attributes of the look for one widget."""
    look = getattr(widget, "look", "")
    if isinstance(widget, AREA):
        add_class(widget, "area")
        if widget.attrs.get("rows") == "10":
            widget.attrs["rows"] = "3"
    elif isinstance(widget, TYPED):
        add_class(widget, f"input {look}".strip())
    elif look == "switch":
        add_class(widget, "switch")
        widget.attrs["role"] = "switch"
    elif look == "drop":
        add_class(widget, "vh")


def better(old: Any) -> Any:
    """Our own widget in the place of Django's plain one; any other as it is."""
    kind = NATIVE.get(type(old))
    if kind is None:
        return old
    new: Any = kind(attrs=old.attrs)
    new.is_required, new.is_localized = old.is_required, old.is_localized
    if isinstance(old, forms.Select):
        new.choices = old.choices
    return new


def add_class(widget: forms.Widget, names: str) -> None:
    """Add classes to those a widget already has."""
    have = str(widget.attrs.get("class", ""))
    widget.attrs["class"] = f"{have} {names}".strip() if names not in have else have
