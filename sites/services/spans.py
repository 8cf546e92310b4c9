"""From when until when: the lease of a person and the valid time of an apartment, judged alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

SPAN = ("valid_from", "valid_until")
"""The beginning belongs to a span, the end does not, None is open."""


def tidy_span(there: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The span's fields among `values` as they are kept; what is not given is taken from the row `there`.

    Raises `Refused` with the field for an end that is not after the beginning, `TypeError` for a moment
    without its zone: that is a mistake of the caller (see `sites.local_times.instant`).
    """
    given: dict[str, datetime | None] = {name: _moment(name, values[name]) for name in SPAN if name in values}
    if given:
        start, end = (given.get(name, getattr(there, name, None)) for name in SPAN)
        if start is not None and end is not None and end <= start:
            raise Refused(_("The end must be after the beginning."), field="valid_until", code="span")
    return given


def _moment(name: str, value: Any) -> datetime | None:
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        raise TypeError(f"{name} must be an instant, not {value!r}")
    return value
