"""What may stand in a field, as forms, imports and services share it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from sites import fields
from sites.countries import calling_code_choices, calling_codes, country_choices
from sites.models import Residency, Unit
from sites.services.labels import place_key, place_label
from sites.templatetags.sites import capped
from smartplus.kernel.paging import COUNT_LIMIT
from smartplus.kernel.zones import describe, zone_choices, zone_names


@pytest.mark.parametrize(
    ("clean", "typed", "kept"),
    [
        (fields.clean_name, "  Anna   Maria ", "Anna Maria"),
        (fields.clean_name, "Zoe\u0308", "Zoë"),
        (fields.clean_name, "👩\u200d👧", "👩\u200d👧"),
        (fields.clean_apartment, " 2#123A ", "2#123A"),
        (fields.clean_email, "anna@example.net ", "anna@example.net"),
        (fields.clean_email, "", ""),
        (fields.clean_calling_code, "+45", "45"),
        (fields.clean_calling_code, "0045", "45"),
        (fields.clean_calling_code, "+1-264", "1264"),
        (fields.clean_calling_code, None, ""),
        (fields.clean_phone, "+45 20-12 (34) 56", "+4520123456"),
        (fields.clean_phone, "117", "117"),
        (fields.clean_language, "zh_Hant", "zh-hant"),
        (fields.clean_language, "", "en"),
        (fields.clean_country, "dk", "DK"),
        (fields.clean_identity, "Staff", "staff"),
        (fields.clean_account_type, 1, "member"),
        (fields.clean_account_type, "0", "master"),
        (fields.clean_account_type, "family Member", "member"),
    ],
)
def test_what_is_typed_is_kept_tidily(clean: Callable[[Any], str], typed: Any, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("clean", "typed"),
    [
        (fields.clean_name, "x" * 65),
        (fields.clean_name, "a\tb"),
        (fields.clean_name, "a\u2028b"),
        (fields.clean_name, "a\ud800"),
        (fields.clean_name, "a\u2066b"),
        (fields.clean_name, " \u200d "),
        (fields.clean_apartment, "é1"),
        (fields.clean_email, "a@b"),
        (fields.clean_email, "a b@example.net"),
        (fields.clean_calling_code, "999"),
        (fields.clean_calling_code, "Denmark"),
        (fields.clean_phone, "+"),
        (fields.clean_phone, "12"),
        (fields.clean_language, "xx"),
        (fields.clean_country, "ZZ"),
        (fields.clean_identity, "boss"),
        (fields.clean_account_type, "2"),
        (fields.clean_time_zone, ""),
    ],
)
def test_what_cannot_be_is_refused(clean: Callable[[Any], str], typed: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        clean(typed)
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize(
    ("typed", "code", "kept"),
    [
        ("20 12 34 56", "45", "20123456"),
        ("+45 20123456", "45", "20123456"),
        ("07700 900123", "44", "7700900123"),
        ("06 12345678", "39", "0612345678"),
        ("4761234", "1264", "4761234"),
        ("", "", ""),
    ],
)
def test_mobiles_are_kept_behind_their_code(typed: str, code: str, kept: str) -> None:
    assert fields.clean_mobile(typed, code) == kept


@pytest.mark.parametrize("typed", ["0", 0, "", None])
def test_a_blank_call_type_is_the_first(typed: Any) -> None:
    assert fields.clean_number_choice(typed, Unit.CallType) == 0


def test_words_of_a_sheet_are_read_in_the_readers_language_and_in_english() -> None:
    """As the lists show and export them."""
    with override("zh-hans"):
        shown, member = str(Unit.CallType(4).label), str(Residency.Kind.MEMBER.label)
        assert member != "Family member"
        for typed in (shown, "Indoor monitors with phone as backup", "4"):
            assert fields.clean_number_choice(typed, Unit.CallType) == 4
        for typed in (member, "Family member", "1"):
            assert fields.clean_account_type(typed) == "member"
        assert fields.clean_identity(str(Residency.Kind.STAFF.label)) == "staff"
    with pytest.raises(ValidationError):
        fields.clean_account_type(member)


@pytest.mark.parametrize("typed", ["6", "-1", "1.5", "²", "one", "99999999999"])
def test_unknown_call_types_list_the_known(typed: str) -> None:
    with pytest.raises(ValidationError, match="5 Indoor monitors"):
        fields.clean_number_choice(typed, Unit.CallType)


def test_every_country_code_is_offered_once() -> None:
    offered = [code for code, _ in calling_code_choices()]
    assert len(offered) == len(set(offered)) == len(calling_codes())
    assert ("45", "Denmark +45") in calling_code_choices()
    assert dict(calling_code_choices())["44"].startswith("United Kingdom")
    assert len(country_choices()) == 249


def test_zones_are_found_by_their_city() -> None:
    europe = dict(next(zones for region, zones in zone_choices() if region == "Europe"))
    assert europe["Europe/Copenhagen"] == "Copenhagen, UTC+01:00"
    assert describe("America/Indiana/Knox") == "Knox (Indiana), UTC−06:00"
    assert describe("Asia/Kolkata").endswith("UTC+05:30")
    assert {name for _, zones in zone_choices() for name, _ in zones} <= zone_names()


def test_labels_sort_as_people_count() -> None:
    numbers = ["10", "9", "2#1", "101", "A"]
    assert sorted(numbers, key=lambda number: place_key("North", number)) == ["9", "A", "10", "101", "2#1"]
    assert place_label("North House", "9") == "North House 9"
    assert place_key("B", "1") < place_key("b", "2") < place_key("C", "1")


def test_figures_are_capped() -> None:
    assert capped(COUNT_LIMIT) == "10,000"
    assert capped(COUNT_LIMIT + 7) == "10,000+"
