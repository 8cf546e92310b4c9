"""Local days and times of a site as instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant(when: date | datetime, zone: str) -> datetime:
    """The instant at which a local day begins, or clocks of `zone` show a local time; in UTC.

    Clocks that go forward never show some times: then it is the first instant after the gap. Clocks that go
    back show some twice: then it is the first of the two.
    """
    local = when if isinstance(when, datetime) else datetime.combine(when, time())
    if local.tzinfo is not None:
        raise TypeError(f"{local!r} is an instant already")
    info = ZoneInfo(zone)
    found = local.replace(tzinfo=info).astimezone(UTC)
    if found.astimezone(info).replace(tzinfo=None) == local:
        return found
    return _change_between(local.replace(tzinfo=info, fold=1).astimezone(UTC), found, info)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a local day is over: "until" a whole day is midnight after it."""
    return instant(day + timedelta(days=1), zone)


def _change_between(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    """The second at which the clocks of a zone are changed, somewhere after `before`, not after `after`."""
    offset_before = before.astimezone(info).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(info).utcoffset() == offset_before:
            low = middle
        else:
            high = middle
    return (before + timedelta(seconds=high)).replace(microsecond=0)
