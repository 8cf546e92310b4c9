"""Apartments by their manager: valid time, limits, two at once, hundreds at once, reset (S11, S9)."""

import re
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import User
from accounts.services import links
from sites import services
from sites.models import Residency, Site, Unit
from sites.services import NewUnit
from smartplus.kernel.pages.fresh import PROVEN
from tests.kernel.test_meanwhile import known_in, news_in
from tests.sites.makers import House

AHEAD = (now() + timedelta(days=40)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def signed_in(user: User) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(world: House) -> Client:
    """The property manager of the community, whose clocks are in Copenhagen."""
    Site.objects.filter(pk=world.community.pk).update(time_zone="Europe/Copenhagen")
    return signed_in(world.manager)


@pytest.fixture
def url(world: House) -> str:
    """The edit page of the flat."""
    return f"/sites/{world.community.pk}/units/{world.flat.pk}/edit/"


def typed(world: House, **more: Any) -> dict[str, Any]:
    """What one types for the flat as it is."""
    return {"number": world.flat.number, "name": "", "call_type": "0", **more}


def flat_of(world: House) -> Unit:
    """The flat as the database has it."""
    return Unit.objects.get(pk=world.flat.pk)


def test_valid_time_is_off_and_asks_when_it_is_on(world: House, manager: Client, url: str) -> None:
    html = manager.get(url).content.decode()
    assert 'name="valid_time"' in html and 'name="valid_until"' not in html
    asked = manager.post(url, typed(world, valid_time="on")).content.decode()
    assert 'name="valid_until"' in asked and "Say from when or until when." in asked

    times = {"valid_from": "2026-03-29T02:30", "valid_until": f"{AHEAD:%Y-%m-%dT%H:%M}"}
    saved = manager.post(url, typed(world, valid_time="on", auto_delete="on", member_limit="2", **times))
    assert saved.status_code == 302
    flat = flat_of(world)
    assert flat.valid_from == datetime(2026, 3, 29, 1, tzinfo=UTC), "the first instant after the gap"
    assert (flat.auto_delete, flat.member_limit) == (True, 2)
    page = manager.get(f"/sites/{world.community.pk}/units/{flat.pk}/").content.decode()
    assert "then the accounts are deleted" in page and "Family member limit" in page

    manager.post(url, typed(world))
    flat = flat_of(world)
    assert (flat.valid_from, flat.valid_until, flat.auto_delete, flat.member_limit) == (
        None, None, False, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_from": "2027-02-01T00:00", "valid_until": "2027-01-01T00:00"}, "valid_until"),
        ({"valid_until": "2020-01-01T00:00", "auto_delete": "on"}, "valid_until"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"valid_until": "2027-01-01T00:00", "member_limit": "100"}, "member_limit"),
        ({"valid_until": "2027-01-01T00:00", "member_limit": "-1"}, "member_limit"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    world: House, manager: Client, url: str, wrong: dict[str, str], field: str
) -> None:
    html = manager.post(url, typed(world, valid_time="on", **wrong)).content.decode()
    assert f'id="id_{field}_error"' in html
    assert flat_of(world).valid_until is None


def test_what_the_installer_keeps_is_not_on_the_page(world: House, manager: Client, url: str) -> None:
    Site.objects.filter(pk=world.community.pk).update(managers_delete_people=False, feature_plan="basic")
    asked = typed(world, valid_time="on", valid_until=f"{AHEAD:%Y-%m-%dT%H:%M}")
    html = manager.post(url, {**asked, "_do": "refresh"}).content.decode()
    assert 'name="valid_until"' in html
    assert 'name="auto_delete"' not in html and 'name="member_limit"' not in html
    manager.post(url, {**asked, "auto_delete": "on", "member_limit": "1"})
    flat = flat_of(world)
    assert flat.valid_until is not None
    assert (flat.auto_delete, flat.member_limit) == (False, None)
    assert manager.get(f"/sites/{world.community.pk}/units/{flat.pk}/reset/").status_code == 403


def test_the_second_manager_is_told(world: House, manager: Client, url: str) -> None:
    opened = known_in(manager.get(url))
    until = f"{AHEAD:%Y-%m-%dT%H:%M}"
    assert (
        signed_in(world.boss).post(url, typed(world, valid_time="on", valid_until=until)).status_code == 302
    )
    mine = typed(world, name="Roof", _known=opened)
    told = manager.post(url, mine)
    assert news_in(told) == ("Boss (boss)", ["Set valid time: Yes"])
    assert (flat_of(world).name, flat_of(world).valid_until is None) == ("", False)
    assert manager.post(url, {**mine, "_known": known_in(told)}).status_code == 302
    assert (flat_of(world).name, flat_of(world).valid_until) == ("Roof", None)


def flats(world: House, first: int, count: int) -> list[Unit]:
    """So many more apartments."""
    rows = [NewUnit(world.north.pk, str(number)) for number in range(first, first + count)]
    return services.add_units(scope=world.scope, site=world.community, rows=rows)


def test_three_hundred_are_edited_at_once(world: House, manager: Client) -> None:
    url = f"/sites/{world.community.pk}/units/edit/"

    def cost(units: list[Unit]) -> int:
        picks = {"pick": [str(unit.pk) for unit in units]}
        asked = manager.post(url, picks).content.decode()
        assert f"is changed in {len(units)} apartments at once" in asked
        chosen = {
            "call_type": "3",
            "valid_time": "set",
            "valid_until": "2031-07-01T00:00",
            "auto_delete": "set",
        }
        with CaptureQueriesContext(connection) as queries:
            saved = manager.post(
                url, {**picks, **chosen, "limit": "set", "member_limit": "4", "confirmed": "1"}
            )
        assert saved.status_code == 302
        return len(queries)

    few, many = flats(world, 1000, 7), flats(world, 2000, 300)
    cost(flats(world, 3000, 2))
    assert cost(many) == cost(few)
    changed = Unit.objects.filter(
        call_type=3, valid_until=datetime(2031, 6, 30, 22, tzinfo=UTC), auto_delete=True, member_limit=4
    )
    assert changed.count() == 309
    assert flat_of(world).call_type == 0


def test_all_that_match_are_edited_and_the_rest_stays(world: House, manager: Client) -> None:
    flats(world, 5000, 60)
    Unit.objects.filter(number="5001").update(member_limit=3)
    page = manager.get(f"/sites/{world.community.pk}/units/?q=50&all=1").content.decode()
    word = re.search(r'name="all" value="([^"]*)"', page)
    assert word is not None
    manager.post(
        f"/sites/{world.community.pk}/units/edit/", {"all": word[1], "confirmed": "1", "call_type": "1"}
    )
    assert Unit.objects.filter(call_type=1).count() == 60
    assert Unit.objects.get(number="5001").member_limit == 3


def test_a_batch_is_all_or_nothing(world: House, manager: Client) -> None:
    one, two = flats(world, 10, 2)
    services.change_unit(scope=world.scope, unit=one, valid_until=datetime(2031, 1, 1, tzinfo=UTC))
    url = f"/sites/{world.community.pk}/units/edit/"
    picks = {"pick": [str(one.pk), str(two.pk)], "confirmed": "1"}
    for chosen, words in (
        (
            {"call_type": "2", "auto_delete": "set"},
            "North House 11: Say until when first. Nothing was changed.",
        ),
        ({}, "Choose at least one change."),
        ({"valid_until": "2031-01-01T00:00"}, "Choose here that what is typed below counts"),
        ({"valid_time": "set"}, "Say from when or until when."),
        ({"limit": "set"}, "Say how many."),
    ):
        assert words in manager.post(url, {**picks, **chosen}).content.decode()
    assert not Unit.objects.filter(pk__in=[one.pk, two.pk], call_type=2).exists()


def prove(client: Client) -> None:
    """The password was given a moment ago."""
    session = client.session
    session[PROVEN] = int(time())
    session.save()


def test_a_reset_says_what_goes_and_shows_the_code_once(world: House, manager: Client) -> None:
    anna = world.master(email="anna@example.net")
    world.member()
    url = f"/sites/{world.community.pk}/units/{world.flat.pk}/reset/"
    asked = manager.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "1 family member with the account" in asked
    assert "This stays as it is:" in asked and "The audit log" in asked
    done = manager.post(url, {"confirmed": "1"}, headers={"HX-Request": "true"})
    html = done.content.decode()
    assert done["Cache-Control"] == "no-store"
    token = re.search(r"token=([\w-]+)", html)
    assert "data:image/png" in html and token is not None
    link = links.find(token[1])
    assert link is not None and link.user_id == anna.user_id
    assert manager.get(url, headers={"HX-Request": "true"}).content.decode().count("token=") == 0
    assert Residency.objects.get(unit=world.flat).email == ""


def test_many_are_reset_and_their_codes_stand_on_one_sheet(world: House, manager: Client) -> None:
    prove(manager)
    units = [world.flat, *flats(world, 10, 2)]
    world.master()
    services.add_resident(
        scope=world.scope, site=world.community, row=services.NewResident("master", "Bo", unit_id=units[1].pk)
    )
    url = f"/sites/{world.community.pk}/units/reset/"
    html = manager.post(url, {"pick": [str(unit.pk) for unit in units], "confirmed": "1"}).content.decode()
    assert "2 registration QR codes" in html and html.count("data:image/png") == 2


def test_a_person_is_reset_but_never_a_family_member(world: House, manager: Client) -> None:
    anna, otto = world.master(email="anna@example.net"), world.member()
    at = f"/sites/{world.community.pk}/residents"
    assert "reset it instead" not in manager.get(f"{at}/{otto.pk}/remove/").content.decode()
    assert manager.get(f"{at}/{otto.pk}/reset/").status_code == 404
    assert (
        "registration QR code" in manager.post(f"{at}/{anna.pk}/reset/", {"confirmed": "1"}).content.decode()
    )
    assert not Residency.objects.filter(pk=otto.pk).exists()
    assert "reset it instead" in manager.get(f"{at}/{anna.pk}/remove/").content.decode()
