"""What a person prefers, kept by the server: reading and writing of `Preference`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .models import Preference
from .scoping import Scope

DENSITIES = ("comfortable", "compact")
PAGE_SIZES = (25, 50, 100)
LISTS = "lists"


def read(scope: Scope, keys: Iterable[str]) -> dict[str, Any]:
    """The values of `keys` that this person has set, in one query."""
    rows = Preference.objects.visible_to(scope).filter(key__in=list(keys))
    return dict(rows.values_list("key", "value"))


def write(*, scope: Scope, key: str, value: Any) -> None:
    """Keep `value` under `key` for this person."""
    Preference.objects.update_or_create(user_id=scope.user_id, key=key, defaults={"value": value})
