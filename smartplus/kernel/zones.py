"""The time zones this installation can compute with."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Their IANA names. Found once: the library looks through hundreds of files for them."""
    return frozenset(available_timezones())
