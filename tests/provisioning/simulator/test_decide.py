"""Who may open, when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.protocol import Config, Opening, Person, RelayConfig, Schedule
from provisioning.simulator.decide import ORDER, Attempt, Book, Situation, Verdict, decide
from provisioning.simulator.hours import within_hours, zone_known

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 42, tzinfo=BERLIN)  # a Friday
CONFIG = Config(
    "Door",
    "Site",
    "Europe/Berlin",
    relays=(
        RelayConfig(1, "Main door", methods=("pin", "card")),
        RelayConfig(2, "Garage", methods=("card",)),
        RelayConfig(3, "Old gate", methods=("pin", "card"), enabled=False),
    ),
)
OFFICE = Schedule(90, 1, "weekly", "Europe/Berlin", days=(0, 1, 2, 3, 4), start="08:00", end="18:00")


def person(*opens: Opening, **more: object) -> Person:
    return replace(Person(7, 1, "Ann", pins=("381042",), cards=("00F29107",), opens=opens), **more)  # type: ignore[arg-type]


def attempt(
    who: Person, method: str = "pin", now: datetime = NOW, apt: str | None = None, **more: object
) -> Verdict:
    value = "381042" if method == "pin" else "00f29107"
    situation = replace(Situation(CONFIG, now), **more)  # type: ignore[arg-type]
    return decide(Book.of([who, OFFICE]), Attempt(method, value, apt), situation)


MAIN, GARAGE, OLD = Opening((1,)), Opening((2,)), Opening((3,))


def test_a_pin_opens_the_relays_it_is_for() -> None:
    verdict = attempt(person(MAIN))
    assert verdict.relays == (1,) and verdict.person is not None and verdict.person.name == "Ann"


def test_a_card_opens_whatever_its_case() -> None:
    assert attempt(person(Opening((1, 2))), "card").relays == (1, 2)


def test_strangers() -> None:
    assert decide(Book(), Attempt("pin", "1111"), Situation(CONFIG, NOW)) == Verdict(reason="unknown_pin")
    assert decide(Book(), Attempt("card", "AB"), Situation(CONFIG, NOW)) == Verdict(reason="unknown_card")


@pytest.mark.parametrize(
    ("opens", "reason"),
    [
        ((), "no_right"),
        ((Opening((1,), schedule=91),), "no_right"),  # a schedule it does not hold is never "always"
        ((Opening((1,), since=NOW + timedelta(seconds=1)),), "not_yet"),
        ((Opening((1,), until=NOW),), "expired"),
        ((GARAGE,), "method_off"),
        ((OLD,), "relay_off"),
        ((Opening((16,)),), "relay_off"),
        ((Opening((1,), until=NOW), GARAGE), "method_off"),  # the reason nearest to opening
    ],
)
def test_why_not(opens: tuple[Opening, ...], reason: str) -> None:
    verdict = attempt(person(*opens))
    assert (verdict.relays, verdict.reason) == ((), reason)
    assert verdict.person is not None


def test_one_of_several_openings_is_enough() -> None:
    assert attempt(person(Opening((1,), until=NOW), GARAGE, MAIN)).relays == (1,)


def test_from_is_in_and_until_is_out() -> None:
    span = Opening((1,), since=NOW, until=NOW + timedelta(seconds=1))
    assert attempt(person(span)).relays == (1,)
    assert attempt(person(span), now=NOW + timedelta(seconds=1)).reason == "expired"


def test_the_hours_of_a_schedule() -> None:
    who = person(Opening((1,), schedule=90))
    assert attempt(who).relays == (1,)
    assert attempt(who, now=NOW.replace(hour=7, minute=59)).reason == "schedule"
    assert attempt(who, now=NOW.replace(hour=18, minute=0)).reason == "schedule"
    assert attempt(who, now=NOW + timedelta(days=1)).reason == "schedule"


def test_no_config_opens_nothing() -> None:
    assert attempt(person(MAIN), config=None).reason == "relay_off"


def test_lockdown() -> None:
    assert attempt(person(MAIN), locked=frozenset({1})).reason == "locked"
    assert attempt(person(MAIN), locked=frozenset({2})).relays == (1,)


def test_uses() -> None:
    assert attempt(person(MAIN, uses=2), used={7: 1}).relays == (1,)
    assert attempt(person(MAIN, uses=2), used={7: 2}).reason == "used_up"
    assert attempt(person(MAIN, uses=0)).reason == "used_up"


def test_without_a_trusted_clock_nobody_with_an_end_is_admitted() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert attempt(person(MAIN), trusted=False).relays == (1,)
    assert attempt(person(Opening((1,), until=tomorrow)), trusted=False).reason == "clock"
    book = Book.of([person(Opening((1,), schedule=90)), replace(OFFICE, until=tomorrow)])
    assert decide(book, Attempt("pin", "381042"), Situation(CONFIG, NOW, trusted=False)).reason == "clock"


def test_apartment_and_pin() -> None:
    config = replace(CONFIG, pin_mode="apt_pin")
    who = person(MAIN, apartment="12A")
    assert attempt(who, config=config, apt="12a").relays == (1,)
    assert attempt(who, config=config, apt="13").reason == "unknown_pin"
    assert attempt(who, config=config).reason == "unknown_pin"
    assert attempt(who, "card", config=config).relays == (1,)
    assert attempt(who, apt="13").relays == (1,)  # in PIN mode nobody asks


def test_two_people_with_one_pin() -> None:
    late = replace(person(Opening((1,), until=NOW)), subject=8)
    book = Book.of([late, person(MAIN)])
    verdict = decide(book, Attempt("pin", "381042"), Situation(CONFIG, NOW))
    assert verdict.relays == (1,) and verdict.person is not None and verdict.person.subject == 7


def test_every_reason_has_its_rank() -> None:
    assert len(set(ORDER)) == len(ORDER) == 11


# Hours


def hours(start: str, end: str, *days: int, zone: str = "Europe/Berlin") -> Schedule:
    repeat = "weekly" if days else "daily"
    return Schedule(90, 1, repeat, zone, days=days, start=start, end=end)


@pytest.mark.parametrize(
    ("schedule", "local", "open_"),
    [
        (hours("22:00", "06:00"), "2026-11-20 22:00", True),
        (hours("22:00", "06:00"), "2026-11-20 05:59", True),
        (hours("22:00", "06:00"), "2026-11-20 06:00", False),
        (hours("22:00", "06:00", 4), "2026-11-21 05:59", True),  # Friday's night
        (hours("22:00", "06:00", 4), "2026-11-20 05:59", False),  # Thursday's
        (hours("22:00", "06:00", 6), "2026-11-23 01:00", True),  # Sunday's night into Monday
        (hours("08:00", "00:00", 4), "2026-11-20 23:59", True),
        (hours("08:00", "00:00", 4), "2026-11-21 00:00", False),
        (hours("08:00", "08:00", 4), "2026-11-21 07:59", True),  # 24 hours
        (hours("08:00", "08:00", 4), "2026-11-21 08:00", False),
        (hours("00:00", "00:00"), "2026-11-20 12:00", True),
        (hours("01:30", "03:30"), "2026-03-29 01:59", True),  # the hour from 2 to 3 is not there
        (hours("01:30", "03:30"), "2026-03-29 03:29", True),
        (hours("01:30", "03:30"), "2026-03-29 03:30", False),
        (hours("02:00", "02:30"), "2026-03-29 03:00", False),
    ],
)
def test_windows(schedule: Schedule, local: str, open_: bool) -> None:
    assert within_hours(schedule, datetime.fromisoformat(local).replace(tzinfo=BERLIN)) is open_


def test_when_clocks_go_back_both_hours_count() -> None:
    schedule = hours("02:00", "02:30")
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)  # 02:15 summer time
    assert within_hours(schedule, first)
    assert within_hours(schedule, first + timedelta(hours=1))  # 02:15 again
    assert not within_hours(schedule, first + timedelta(hours=2))


def test_the_zone_is_the_schedule_s_own() -> None:
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert within_hours(hours("08:00", "09:00", zone="Asia/Tokyo"), moment)
    assert not within_hours(hours("08:00", "09:00"), moment)


@settings(deadline=None)
@given(
    st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
)
def test_a_window_and_the_rest_of_the_day_are_the_whole_day(
    start: object, end: object, moment: datetime
) -> None:
    """Each minute of each day lies in [start, end) or in [end, start), never in both."""
    one, other = f"{start:%H:%M}", f"{end:%H:%M}"
    inside = within_hours(hours(one, other), moment)
    outside = within_hours(hours(other, one), moment)
    assert (inside and outside) if one == other else (inside is not outside)


@settings(deadline=None)
@given(
    st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
)
def test_daily_is_weekly_on_all_days(start: object, end: object, moment: datetime) -> None:
    one, other = f"{start:%H:%M}", f"{end:%H:%M}"
    daily, weekly = hours(one, other), hours(one, other, 0, 1, 2, 3, 4, 5, 6)
    assert within_hours(daily, moment) == within_hours(weekly, moment)


def test_zones() -> None:
    assert zone_known("Europe/Berlin")
    for name in ("Mars/Olympus", "../../etc/passwd", "", "Europe"):
        assert not zone_known(name)
