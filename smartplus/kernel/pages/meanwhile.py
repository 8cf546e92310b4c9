"""What somebody else changed of a row while a form about it was open: told, never silently overwritten.

A form carries a signed word that holds a keyed digest of each value the row gave it. When it comes back and
the row says otherwise by then, nothing is written: `Meanwhile` names the fields with their new values. A
field into which the reader typed just the new value does not count, so the same form sent twice saves twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from ..look.times import clock, whole_day
from ..scoping import Scope
from ..tables import show
from ..words import _, pgettext

FIELD = "_known"
"""The hidden field with what the reader knew of the row."""

_LENGTH = 12
_LARGEST = 2**31


class Overtaken(Exception):
    """The row is not what the reader knew: nothing may be written."""

    def __init__(self, changed: list[str]) -> None:
        super().__init__(", ".join(changed))
        self.changed = changed


@dataclass(frozen=True)
class Meanwhile:
    """What a page says of it: (label, new value) of each field, and `who`, if the trail tells."""

    fields: list[tuple[str, Any]]
    who: str = ""


def word_of(row: Model, form: Any) -> str:
    """What the row gave to the fields of a form, as a signed word."""
    digests = {name: _digest(name, value) for name, value in _given(form).items()}
    return Signer(salt="known").sign_object([_place(row), digests], compress=True)


def changed_fields(word: str, row: Model, typed: Any, fresh: Mapping[str, Any]) -> list[str]:
    """The fields of the form `typed` whose value in `fresh` is neither the one in `word` nor what was typed.

    A word that is missing, was changed or belongs to another row knows nothing: then none.
    """
    try:
        place, digests = Signer(salt="known").unsign_object(word)
    except (BadSignature, ValueError):
        return []
    if place != _place(row):
        return []
    return [
        name
        for name, field in typed.fields.items()
        if name in digests
        and digests[name] != _digest(name, fresh.get(name))
        and field.has_changed(fresh.get(name), typed[name].data)
    ]


def told(names: Iterable[str], typed: Any, fresh: Mapping[str, Any], scope: Scope, row: Model) -> Meanwhile:
    """The news in words; who did it costs one query."""
    fields = [(str(typed[name].label), _in_words(typed.fields[name], fresh.get(name))) for name in names]
    return Meanwhile(fields, import_string(settings.LAST_CHANGE)(scope, row))


def wait_for_turn(row: Model) -> None:
    """Until nobody else saves a form about this row; held until the transaction ends.

    The first lock of a save: whoever waits here holds nothing that others wait for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [row._meta.label_lower, row.pk % _LARGEST]
        )


def _place(row: Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _given(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.initial.items() if not callable(value)}


def _digest(name: str, value: Any) -> str:
    return Signer(salt="known.value").signature(f"{name}\0{_plain(value)}")[:_LENGTH]


def _plain(value: Any) -> str:
    """The same text for the same value, however a row, a query or a form gives it."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet | list | tuple | set | frozenset):
        return "\0".join(sorted(_plain(one) for one in value))
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(UTC).isoformat()
    return str(value)


def _in_words(field: forms.Field, value: Any) -> Any:
    """The new value as a page shows it; None for what is never shown."""
    if isinstance(field.widget, forms.PasswordInput):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return show(_joined(_rows(field, value)))
    if isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list | tuple | set) else [value]
        keys = {str(one) for one in chosen if one is not None}
        choices: Any = field.choices
        return show(_joined(label for key, label in _flat(choices) if str(key) in keys))
    value = field.prepare_value(value) if isinstance(value, datetime) else value
    if isinstance(value, datetime) and timezone.is_naive(value):  # as it would stand in the field
        return show(_("{day}, {clock}").format(day=whole_day(value), clock=clock(value)))
    return show(_joined(value) if isinstance(value, list | tuple | set) else value)


def _rows(field: Any, value: Any) -> list[Any]:
    several = isinstance(value, QuerySet | list | tuple | set)
    keys = [field.prepare_value(one) for one in (value if several else [value]) if one not in (None, "")]
    return list(field.queryset.filter(**{f"{field.to_field_name or 'pk'}__in": keys})) if keys else []


def _flat(choices: Iterable[Any]) -> list[tuple[Any, str]]:
    """Choices without their groups, each by the first line of its label."""
    flat: list[tuple[Any, str]] = []
    for key, label in choices:
        inner = _flat(label) if isinstance(label, list | tuple) else [(key, str(label).partition("\n")[0])]
        flat += inner
    return flat


def _joined(things: Iterable[Any]) -> str:
    return str(pgettext("between things", ", ")).join(str(thing) for thing in things)
