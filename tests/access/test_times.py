"""When a door is open, judged by the wall clock of the site."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access.models import AccessGroup
from access.queries.people import may_open_now
from access.queries.times import days_in_words, hours_in_words, opens_at, within
from access.services.grants import add_people
from access.services.groups import GroupTo, change_group
from devices.models import Relay
from sites.models import Site

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def group(repeat: str, start: str = "", end: str = "", days: tuple[int, ...] = ()) -> AccessGroup:
    hours = {"start_time": time.fromisoformat(start), "end_time": time.fromisoformat(end)} if start else {}
    return AccessGroup(repeat=repeat, days=list(days), **hours)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-20T07:59:59", False),
        ("2026-11-20T08:00", True),
        ("2026-11-20T17:59:59", True),
        ("2026-11-20T18:00", False),
    ],
)
def test_the_start_belongs_to_it_the_end_does_not(moment: str, open_: bool) -> None:
    assert opens_at(group("daily", "08:00", "18:00"), BERLIN, at(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-20T21:59", False),  # a Friday
        ("2026-11-20T22:00", True),
        ("2026-11-21T05:59", True),
        ("2026-11-21T06:00", False),
        ("2026-11-21T22:30", False),
        ("2026-11-20T05:00", False),  # the morning after Thursday
    ],
)
def test_over_midnight_belongs_to_the_day_it_began(moment: str, open_: bool) -> None:
    assert opens_at(group("weekly", "22:00", "06:00", (4,)), BERLIN, at(moment)) is open_


def test_equal_ends_are_a_whole_day() -> None:
    whole = group("weekly", "12:00", "12:00", (5,))
    assert opens_at(whole, BERLIN, at("2026-11-21T12:00"))
    assert opens_at(whole, BERLIN, at("2026-11-22T11:59"))
    assert not opens_at(whole, BERLIN, at("2026-11-22T12:00"))
    assert not opens_at(whole, BERLIN, at("2026-11-21T11:59"))


def test_midnight_as_the_end() -> None:
    evening = group("daily", "18:00", "00:00")
    assert opens_at(evening, BERLIN, at("2026-11-20T23:59:59"))
    assert not opens_at(evening, BERLIN, at("2026-11-21T00:00"))


def test_the_hours_are_those_of_the_site() -> None:
    day = group("daily", "08:00", "18:00")
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert not opens_at(day, BERLIN, moment)
    assert opens_at(day, "Asia/Tokyo", moment)


def test_the_wall_clock_counts_when_clocks_change() -> None:
    night = group("daily", "01:00", "04:00")
    assert opens_at(night, BERLIN, datetime(2026, 10, 25, 2, 59, tzinfo=UTC))  # 03:59 winter time
    assert not opens_at(night, BERLIN, datetime(2026, 10, 25, 3, 0, tzinfo=UTC))
    assert opens_at(night, BERLIN, datetime(2026, 3, 29, 1, 59, tzinfo=UTC))  # 03:59 summer time
    assert not opens_at(night, BERLIN, datetime(2026, 3, 29, 2, 0, tzinfo=UTC))


def test_a_span_that_does_not_repeat() -> None:
    once = AccessGroup(repeat="never", starts_at=at("2026-11-20T08:00"), ends_at=at("2026-11-21T08:00"))
    assert opens_at(once, BERLIN, at("2026-11-20T08:00"))
    assert not opens_at(once, BERLIN, at("2026-11-21T08:00"))
    assert within(None, None, at("2026-11-21T08:00"))


def test_in_words() -> None:
    assert hours_in_words(group("always"), BERLIN) == "Always"
    assert hours_in_words(group("daily", "06:00", "22:00"), BERLIN) == "Daily 06:00–22:00"
    weekly = group("weekly", "08:00", "18:00", (0, 1, 2, 3, 4))
    assert hours_in_words(weekly, BERLIN) == "Mon–Fri 08:00–18:00"
    once = AccessGroup(repeat="never", starts_at=at("2026-11-20T08:00"), ends_at=at("2026-11-21T18:30"))
    assert hours_in_words(once, BERLIN) == "20 Nov 2026 08:00 – 21 Nov 2026 18:30"
    assert days_in_words((6, 0, 1, 3, 4, 5)) == "Mon, Tue, Thu–Sun"


def test_a_resident_opens_by_the_app_only_what_is_open_now(home: Any) -> None:
    relay, user = home.door.relays.get(number=1), home.person.user_id
    assert may_open_now(user_id=user, relay=relay) == home.subject
    stranger = home.village.person(home.village.unit(home.village.building()))
    assert may_open_now(user_id=stranger.user_id, relay=relay) is None
    Relay.objects.filter(pk=relay.pk).update(methods=["pin"])
    assert may_open_now(user_id=user, relay=relay) is None
    Relay.objects.filter(pk=relay.pk).update(methods=["home"], enabled=False)
    assert may_open_now(user_id=user, relay=relay) is None
    Relay.objects.filter(pk=relay.pk).update(enabled=True)
    to = GroupTo("Day", repeat="daily", start_time=time(8), end_time=time(18))
    change_group(scope=home.village.scope, group=home.default, to=to)
    assert may_open_now(user_id=user, relay=relay, at=at("2026-11-20T08:00")) == home.subject
    assert may_open_now(user_id=user, relay=relay, at=at("2026-11-20T18:00")) is None
    assert not home.subject.grants.get().ends_at


def test_doors_of_apartments_are_out_of_reach_where_only_the_public_area_is_open(home: Any) -> None:
    door = home.village.door(home.building, unit=home.unit, kind=1)
    flat = home.village.group("Flat", door.relays.all())
    add_people(scope=home.village.scope, group=flat, residencies=[home.person])
    assert may_open_now(user_id=home.person.user_id, relay=door.relays.get())
    Site.objects.filter(pk=home.village.site.pk).update(access_control="public")
    assert may_open_now(user_id=home.person.user_id, relay=door.relays.get()) is None
