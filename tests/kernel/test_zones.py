"""A time zone is chosen by its city; one under an old name is not lost by saving a form."""

from django import forms

from smartplus.kernel.zones import TimeZoneField, zone_names


class Clock(forms.Form):
    """Any form with a time zone."""

    zone = TimeZoneField()


def test_a_zone_under_an_old_name_stays_on_offer() -> None:
    assert "US/Alaska" in zone_names()
    assert Clock({"zone": "US/Alaska"}, initial={"zone": "US/Alaska"}).is_valid()
    assert "US/Alaska" in str(Clock(initial={"zone": "US/Alaska"}))


def test_nobody_else_is_offered_it() -> None:
    assert not Clock({"zone": "US/Alaska"}, initial={"zone": "Europe/Berlin"}).is_valid()
    assert "US/Alaska" not in str(Clock(initial={"zone": "Europe/Berlin"}))


def test_a_city_says_how_far_its_clocks_are() -> None:
    assert "Copenhagen, UTC+01:00" in str(Clock())
    assert "UTC, without summer time" in str(Clock())
