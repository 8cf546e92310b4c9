"""The feature plan (S2) and what property managers set themselves (S16)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import Role
from accounts.permissions import scope_for
from sites import services
from sites.models import Site, Unit
from sites.services import NewUnit
from sites.services.codes import make_code
from smartplus.kernel.errors import Refused, RefusedMany

from .makers import House, everything, make_user
from .test_pages import CLOCK, browser, url

SETTINGS = {**CLOCK, "name": "Lindenhof", "pin_mode": "pin"}


def basic(house: House, name: str = "Basic Court", kind: str = "community") -> Site:
    """A site with the Basic plan that the manager runs."""
    site = services.add_site(scope=house.scope, kind=kind, name=name, feature_plan="basic")
    services.set_managers(scope=house.scope, site=site, user_ids=[house.manager.pk])
    return site


def ended(house: House) -> Site:
    """The community, its Premium plan over since a minute."""
    Site.objects.filter(pk=house.community.pk).update(premium_until=now() - timedelta(minutes=1))
    house.community.refresh_from_db()
    return house.community


def test_the_plan_is_chosen_once_and_never_changed(world: House) -> None:
    site = basic(world)
    before = everything()
    for scope in (world.scope, world.manager_scope):
        with pytest.raises(Refused, match="feature plan stays") as no:
            services.change_site(scope=scope, site=site, feature_plan="premium")
        assert no.value.field == "feature_plan"
    assert everything() == before
    client = browser(world.boss)
    page = client.get(url("edit", site.pk)).content.decode()
    assert 'value="basic"' in page and "stays as it was chosen" in page
    typed = {**SETTINGS, "name": "Basic Court", "access_control": "all", "feature_plan": "premium"}
    assert client.post(url("edit", site.pk), typed).status_code == 302
    assert Site.objects.get(pk=site.pk).feature_plan == "basic"


def test_premium_ends_at_its_moment_and_its_settings_stay(world: House) -> None:
    site = world.community
    assert site.is_premium()
    site.premium_until = now() + timedelta(hours=1)
    assert site.is_premium()
    assert not site.is_premium(site.premium_until)
    site.feature_plan = Site.FeaturePlan.BASIC
    assert not site.is_premium()
    services.change_unit(scope=world.manager_scope, unit=world.flat, member_limit=2)
    ended(world)
    with pytest.raises(RefusedMany) as no:
        services.change_unit(scope=world.manager_scope, unit=world.flat, member_limit=5)
    assert (no.value.rows[0].field, no.value.rows[0].code) == ("member_limit", "plan")
    assert Unit.objects.get(pk=world.flat.pk).member_limit == 2
    assert "Premium, ended" in browser(world.boss).get(url("detail", site.pk)).content.decode()
    services.change_unit(scope=world.manager_scope, unit=world.flat, member_limit=2, name="Berg")
    services.change_unit(scope=world.scope, unit=world.flat, member_limit=3)
    assert Unit.objects.get(pk=world.flat.pk).member_limit == 3


def test_an_apartment_of_a_basic_community_needs_a_monitor(world: House) -> None:
    site = basic(world)
    house = services.add_building(scope=world.scope, site=site, name="A")
    with pytest.raises(RefusedMany, match="indoor monitor"):
        services.add_units(scope=world.scope, site=site, rows=[NewUnit(house.pk, "1")])
    assert not Unit.objects.filter(site=site).exists()
    services.add_units(scope=world.scope, site=site, rows=[NewUnit(house.pk, "1", monitored=True)])
    boss = browser(world.boss)
    assert boss.get(url("unit_add", site.pk)).status_code == 403
    listed = boss.get(url("units", site.pk)).content.decode()
    assert f"/devices/site/{site.pk}/units/add/" in listed and url("unit_add", site.pk) not in listed


def test_registration_codes_are_made_in_every_plan(world: House) -> None:
    """What the Basic plan keeps from managers is the QR code as a way to open a door."""
    vera = services.add_resident(
        scope=world.scope,
        site=(office := basic(world, "Basic Office", "office")),
        row=services.NewResident(
            "staff",
            "Vera",
            unique_id="V1",
            building_id=services.add_building(scope=world.scope, site=office, name="Sales").pk,
        ),
    )
    anna = world.master()
    ended(world)
    for person in (vera, anna):
        person.refresh_from_db()
        assert make_code(scope=world.manager_scope, person=person).person == person


def test_the_number_of_apartments_is_said_beside_those_there_are(world: House) -> None:
    services.change_site(scope=world.scope, site=world.community, apartments_planned=1200)
    boss = browser(world.boss)
    assert "of 1,200" in boss.get(url("detail", world.community.pk)).content.decode()
    assert "1 of 1200" in boss.get(url("list")).content.decode().replace("1,200", "1200")
    for wrong in (0, "many", 100_001):
        with pytest.raises(Refused) as no:
            services.change_site(scope=world.scope, site=world.community, apartments_planned=wrong)
        assert no.value.field == "apartments_planned"


def test_a_manager_sets_name_address_clock_and_pin_mode(world: House) -> None:
    client, page = browser(world.manager), url("settings", world.community.pk)
    assert client.get(page).status_code == 200
    typed = {**SETTINGS, "name": "Linden Court", "city": "Aarhus", "hours_24": "False", "pin_mode": "apt_pin"}
    assert client.post(page, {**typed, "managers_see_logs": ""}).url == page
    site = Site.objects.get(pk=world.community.pk)
    assert (site.name, site.city, site.hours_24, site.pin_mode) == (
        "Linden Court",
        "Aarhus",
        False,
        "apt_pin",
    )
    assert site.managers_see_logs
    with pytest.raises(Refused, match="Only your installer"):
        services.change_site(scope=world.manager_scope, site=site, managers_see_logs=False)
    assert Site.objects.get(pk=site.pk).managers_see_logs


def test_settings_are_the_managers_of_the_site_only(world: House) -> None:
    page = url("settings", world.community.pk)
    assert browser(world.boss).get(page).status_code == 403
    other = make_user(Role.PROPERTY_MANAGER, world.installer, "other")
    assert browser(other).post(page, SETTINGS).status_code == 404
    with pytest.raises(Refused):
        services.change_site(scope=scope_for(other), site=world.community, name="Mine")
    assert Site.objects.get(pk=world.community.pk).name == "Lindenhof"


def test_the_basic_plan_keeps_the_pin_mode_from_managers_and_says_so(world: House) -> None:
    site = basic(world)
    client: Client = browser(world.manager)
    page = client.get(url("settings", site.pk)).content.decode()
    assert "has the Basic plan" in page and 'name="pin_mode"' not in page
    client.post(url("settings", site.pk), {**SETTINGS, "name": "Basic Court", "pin_mode": "apt_pin"})
    assert Site.objects.get(pk=site.pk).pin_mode == "pin"
    for there in (site, ended(world)):
        with pytest.raises(Refused) as no:
            services.change_site(scope=world.manager_scope, site=there, pin_mode="apt_pin")
        assert (no.value.field, no.value.code) == ("pin_mode", "plan")
    services.change_site(scope=world.scope, site=site, pin_mode="apt_pin")
