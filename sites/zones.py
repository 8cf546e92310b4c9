"""Time zones: found by the city, as people look for theirs; and what a local day or time is as an instant."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from smartplus.kernel.words import _
from smartplus.kernel.zones import zone_names

REGIONS = {
    "Africa": _("Africa"), "America": _("America"), "Antarctica": _("Antarctica"), "Asia": _("Asia"),
    "Atlantic": _("Atlantic"), "Australia": _("Australia"), "Europe": _("Europe"), "Indian": _("Indian"),
    "Pacific": _("Pacific"),
}  # fmt: skip
"""What the first part of a zone's name is called in a list."""


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by region, each as (name, "Copenhagen, UTC+01:00"): a list searched by typing the city."""
    grouped: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in zone_names():
        region, _slash, city = name.partition("/")
        if region in REGIONS and city:
            grouped[region].append((name, f"{place(name)}, {offset(name)}"))
    listed = [
        (label, sorted(grouped[region], key=lambda choice: choice[1])) for region, label in REGIONS.items()
    ]
    return [(_("Universal time"), [("UTC", _("UTC, without summer time"))]), *listed]


def place(zone: str) -> str:
    """The city of a zone, outermost last: "Knox (Indiana)" of America/Indiana/Knox."""
    *above, city = zone.split("/")
    inner = [part.replace("_", " ") for part in above[1:]]
    return city.replace("_", " ") + (f" ({', '.join(inner)})" if inner else "")


def offset(zone: str) -> str:
    """The zone's distance from UTC outside summer time, as "UTC+05:30"."""
    info = ZoneInfo(zone)
    year = datetime.now(tz=UTC).year
    seen = (datetime(year, month, 1, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 7))
    minutes = int(min(away or timedelta(0) for away in seen).total_seconds() // 60)
    sign, minutes = ("−", -minutes) if minutes < 0 else ("+", minutes)
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def describe(zone: str) -> str:
    """A zone in words, as in the choices."""
    return f"{place(zone)}, {offset(zone)}" if "/" in zone else zone


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
