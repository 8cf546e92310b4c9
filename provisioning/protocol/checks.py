"""What a value on the wire may be. Everything here raises `ProtocolError` for what it may not."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

MAX_BYTES = 512 * 1024
MAX_ITEMS = 1000
MAX_NUMBER = 2**63 - 1
MAX_DEPTH = 8

Json = dict[str, Any]
T = TypeVar("T")


class ProtocolError(ValueError):
    """A message that is not one of ours: not JSON, too large, of an unknown kind, or with a wrong field."""


def must(right: bool, what: str) -> None:
    """Raise `ProtocolError(what)` unless right."""
    if not right:
        raise ProtocolError(what)


def text(value: object, name: str, limit: int = 255, least: int = 0) -> None:
    """A string of `least` to `limit` characters that every store can hold (no NUL, no half of a pair)."""
    if type(value) is not str:
        raise ProtocolError(f"{name} must be text")
    if not least <= len(value) <= limit:
        raise ProtocolError(f"{name} must have {least} to {limit} characters")
    if "\x00" in value or (not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise ProtocolError(f"{name} holds a character that is none")


def one_of(value: object, name: str, choices: frozenset[str]) -> None:
    """One word of a fixed list."""
    if type(value) is not str or value not in choices:
        raise ProtocolError(f"{name} must be one of {', '.join(sorted(choices))}")


def whole(value: object, name: str, low: int = 0, high: int = MAX_NUMBER) -> None:
    """A whole number within its bounds (both included); true and false are none."""
    if type(value) is not int or not low <= value <= high:
        raise ProtocolError(f"{name} must be a whole number from {low} to {high}")


def number(value: object, name: str, low: float, high: float) -> None:
    """A finite number within its bounds (both included)."""
    if type(value) not in (int, float) or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
        raise ProtocolError(f"{name} must be a number from {low:g} to {high:g}")


def flag(value: object, name: str) -> None:
    """True or false."""
    if type(value) is not bool:
        raise ProtocolError(f"{name} must be true or false")


def instant(value: object, name: str) -> None:
    """A moment that knows its offset."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ProtocolError(f"{name} must be a time with its offset")


def maybe(check: Callable[..., None], value: object, name: str, *bounds: Any) -> None:
    """Nothing, or what `check` wants."""
    if value is not None:
        check(value, name, *bounds)


def plain(value: object, name: str, depth: int = 0) -> None:
    """Any JSON value, not nested deeper than anybody needs."""
    must(depth <= MAX_DEPTH, f"{name} is nested too deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            text(key, name)
            plain(inner, name, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            plain(inner, name, depth + 1)
    elif isinstance(value, str):
        text(value, name, 64 * 1024)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number(value, name, -1e300, 1e300)
    else:
        must(value is None or isinstance(value, bool), f"{name} holds something that is not JSON")


def when(moment: datetime | None) -> str | None:
    """A moment as it goes over the wire: ISO 8601, UTC, `Z`."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def field(raw: Mapping[str, Any], key: str) -> Any:
    """A field that must be there."""
    try:
        return raw[key]
    except KeyError:
        raise ProtocolError(f"{key} is missing") from None


def mapping(value: object, name: str) -> Json:
    """A JSON object."""
    if type(value) is not dict:
        raise ProtocolError(f"{name} must be an object")
    return value


def each(value: object, name: str, make: Callable[[Any], T], limit: int = MAX_ITEMS) -> tuple[T, ...]:
    """A JSON list, each entry made into something; at most `limit` of them."""
    if type(value) is not list or len(value) > limit:
        raise ProtocolError(f"{name} must be a list of at most {limit} entries")
    return tuple(make(entry) for entry in value)


def same(value: T) -> T:
    """For lists whose entries are taken as they are (and checked where they are kept)."""
    return value


def moment(value: object, name: str) -> datetime | None:
    """Read a moment (or nothing) from its text."""
    if value is None:
        return None
    if type(value) is not str or len(value) > 40:
        raise ProtocolError(f"{name} must be a time as ISO 8601")
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.utcoffset() is not None else found
    except (ValueError, OverflowError):
        raise ProtocolError(f"{name} must be a time as ISO 8601") from None
