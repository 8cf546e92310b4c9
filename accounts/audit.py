"""The audit trail: every service says here what it changed, in the transaction of the change.

    before = audit.snapshot(resident, FIELDS)
    ...
    audit.record(scope, "resident.change", resident, before=before, after=audit.snapshot(resident, FIELDS),
                 site_id=resident.site_id)

Of a change only the fields that differ are kept; of a secret only that it changed.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise

from smartplus.kernel.pouring import pour
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import speaking

from .models import AuditEntry, Organisation


class _Secret:
    """Stands for a value that must never be written down."""

    def __repr__(self) -> str:
        return "changed"


SECRET: Final = _Secret()
"""Pass this in the place of a secret's value; it is kept and shown as "changed"."""

GUARDED: Final = frozenset(
    {"password", "pin", "card", "rf_card", "face", "fingerprint", "token", "secret", "digest"}
)
"""Fields whose values are replaced by SECRET even when a caller forgets to."""

AS_THEY_ARE: Final = frozenset({str, int, bool, type(None)})
"""What JSON keeps as it is; their subclasses (an enum's member, a lazy text) are looked at more closely."""

NOBODY: Final = "SmartPlus"
"""The actor's name where the portal itself acts (a sweep, a set-up command)."""

Values = Mapping[str, Any]
Change = tuple[Model, Values | None, Values | None]
"""One entry of `record_many`: (row, before, after)."""


def record(
    scope: Scope | None,
    verb: str,
    row: Model,
    *,
    before: Values | None = None,
    after: Values | None = None,
    site_id: int | None = None,
    organisation_id: int | None = None,
) -> None:
    """Write down one change of one row; nothing when `before` and `after` are given and equal.

    `verb` is "noun.verb" ("pin.change"). `scope` None means the portal itself. The entry belongs
    to `organisation_id`, else to the row's organisation, else to the reader's.
    """
    record_many(scope, verb, [(row, before, after)], site_id=site_id, organisation_id=organisation_id)


def record_many(
    scope: Scope | None,
    verb: str,
    entries: Iterable[Change],
    *,
    site_id: int | None = None,
    organisation_id: int | None = None,
) -> None:
    """`record` for many rows at once: one INSERT for all entries."""
    common = {"at": timezone.now(), "verb": verb, "site_id": site_id, **_who(scope)}
    with speaking(settings.LANGUAGE_CODE):  # evidence reads the same whoever caused it
        made = [
            _entry(row, before, after, {**common, "organisation_id": organisation_id or _owner(row, scope)})
            for row, before, after in entries
        ]
    if written := [entry for entry in made if entry is not None]:
        pour(written, numbered=False)


def snapshot(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    """The values of `fields` as they are now: take it before the change and after it."""
    return {name: getattr(row, name) for name in fields}


def diff(
    before: Model | Values, after: Model | Values, fields: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of those `fields` that differ between two rows, or snapshots of one row."""
    names = list(fields)
    old = snapshot(before, names) if isinstance(before, Model) else dict(before)
    new = snapshot(after, names) if isinstance(after, Model) else dict(after)
    changed = [name for name in names if SECRET is new.get(name) or old.get(name) != new.get(name)]
    return {name: old.get(name) for name in changed}, {name: new.get(name) for name in changed}


def _entry(row: Model, before: Values | None, after: Values | None, common: Values) -> AuditEntry | None:
    old, new = before, after
    if before is not None and after is not None:
        old, new = diff(before, after, [*before, *(name for name in after if name not in before)])
        if not old:
            return None
    return AuditEntry(
        object_type=row._meta.label_lower,
        object_id=row.pk,
        object_label=str(row)[:200],
        fields=_names(tuple(old or ()), tuple(new or ())),
        before=None if old is None else _plain_values(old),
        after=None if new is None else _plain_values(new),
        **common,
    )


@lru_cache(maxsize=500)
def _names(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The names of both, each once, in order. One list for all entries with the same: `pour` asks once."""
    return [name[:60] for name in sorted({*old, *new})]


def _owner(row: Model, scope: Scope | None) -> int | None:
    if isinstance(row, Organisation):
        return row.pk
    own: int | None = getattr(row, "organisation_id", None)
    return own or (scope.org_id if scope else None)


def _who(scope: Scope | None) -> dict[str, Any]:
    """The columns that tell who acted, on whose behalf, from where."""
    if scope is None or not scope.user_id:
        return {"actor_name": NOBODY}
    return {
        "actor_id": scope.actor_id or scope.user_id,
        "actor_name": scope.actor_name,
        "on_behalf_of_id": scope.user_id if scope.acting else None,
        "on_behalf_of_name": scope.user_name if scope.acting else "",
        "request_id": scope.request_id,
        "address": scope.address or None,
    }


def _plain_values(values: Values) -> dict[str, Any]:
    return {name: plain(SECRET if _must_hide(name, value) else value) for name, value in values.items()}


def _must_hide(name: str, value: Any) -> bool:
    return name in GUARDED and value not in (None, "", [])


def plain(value: Any) -> Any:
    """`value` as JSON keeps it: times as ISO text, rows by their label, sets sorted, secrets as "changed"."""
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, int | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(inner) for inner in value), key=str)
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, list | tuple) or hasattr(value, "__iter__") and not isinstance(value, bytes | Model):
        return [plain(inner) for inner in value]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview | bytearray):
        return repr(SECRET)
    if isinstance(value, Decimal | float):
        return format(value, "g") if isinstance(value, float) else str(value)
    return str(value)
