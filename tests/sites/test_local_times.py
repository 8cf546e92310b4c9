"""A local day or time as an instant, at the boundaries of summer time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sites.local_times import end_of, instant


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Berlin", "2027-01-01T00:00", "2026-12-31T23:00"),
        ("Europe/Berlin", "2027-03-28T01:59:59", "2027-03-28T00:59:59"),
        ("Europe/Berlin", "2027-03-28T02:00", "2027-03-28T01:00"),  # the hour that is left out
        ("Europe/Berlin", "2027-03-28T02:30:15.5", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-03-28T02:59:59", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-10-31T02:00", "2027-10-31T00:00"),  # the doubled hour: the first one
        ("Europe/Berlin", "2027-10-31T02:59", "2027-10-31T00:59"),
        ("Europe/Berlin", "2027-10-31T03:00", "2027-10-31T02:00"),
        ("America/New_York", "2027-03-14T02:30", "2027-03-14T07:00"),
        ("America/New_York", "2027-03-14T03:00", "2027-03-14T07:00"),
        ("America/New_York", "2027-11-07T01:00", "2027-11-07T05:00"),
        ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30"),
        ("America/New_York", "2027-11-07T02:00", "2027-11-07T07:00"),
        ("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00"),  # a day that begins at one
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # a day that never was
        ("UTC", "2027-06-01T00:00", "2027-06-01T00:00"),
    ],
)
def test_a_local_time_is_one_instant(zone: str, local: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(local), zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "day", "expected", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), "2027-03-28T22:00", 23),
        ("Europe/Berlin", date(2027, 10, 31), "2027-10-31T23:00", 25),
        ("America/New_York", date(2027, 3, 14), "2027-03-15T04:00", 23),
        ("America/New_York", date(2027, 11, 7), "2027-11-08T05:00", 25),
        ("America/New_York", date(2027, 12, 31), "2028-01-01T05:00", 24),
    ],
)
def test_a_whole_day_ends_at_the_midnight_after_it(zone: str, day: date, expected: str, hours: int) -> None:
    assert end_of(day, zone) == utc(expected)
    assert end_of(day, zone) - instant(day, zone) == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Beirut"])
def test_later_on_the_clock_is_never_earlier(zone: str) -> None:
    """Each quarter of an hour of two months in order; what clocks show at it comes back, save in a gap."""
    starts = (datetime(2026, 3, 1), datetime(2026, 10, 20))
    times = [start + timedelta(minutes=15 * n) for start in starts for n in range(30 * 96)]
    found = [instant(each, zone) for each in times]
    assert all(one <= two for one, two in pairwise(found))
    shown = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in found]
    wrong = [each for each, back in zip(times, shown, strict=True) if back != each]
    assert 0 < len(wrong) <= 4
    assert all(back > each for each, back in zip(times, shown, strict=True) if back != each)


def test_an_instant_has_its_zone_already() -> None:
    with pytest.raises(TypeError):
        instant(datetime(2027, 1, 1, tzinfo=UTC), "Europe/Berlin")
