"""Removing much at once asks who it is first; removing one row does not."""

from time import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from devices.models import Device, DeviceKind
from devices.services import NewDevice, add_devices
from sites.models import Building, Residency, Site, Unit
from sites.services import NewUnit, add_units
from smartplus.kernel.pages.fresh import PROVEN

from .makers import House

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def prove(client: Client) -> None:
    session = client.session
    session[PROVEN] = int(time())
    session.save()


def is_asked(client: Client, url: str, **data: Any) -> str:
    """Where the proof leads back to."""
    answer = client.post(url, {"confirmed": "1", **data})
    assert answer.status_code == 302
    page, _, onward = answer["Location"].partition("?next=")
    assert page == "/accounts/confirm/"
    return onward


def test_people_and_apartments_in_bulk(world: House) -> None:
    site = world.community
    people = [world.master().pk, world.member().pk, world.member(first_name="Ida").pk]
    units = add_units(
        scope=world.scope, site=site, rows=[NewUnit(world.north.pk, "1"), NewUnit(world.north.pk, "2")]
    )
    client = browser(world.boss)
    url = reverse("sites:residents_remove", args=[site.pk])
    listed = reverse("sites:residents", args=[site.pk])
    back = is_asked(client, url, pick=people[1:], back=f"http://testserver{listed}?q=a")
    assert back == "%2Fsites%2F1%2Fresidents%2F%3Fq%3Da".replace("1", str(site.pk)), "to the list as it was"
    answer = client.post(url, {"pick": people[1:]}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"].partition("?")[0]) == (204, "/accounts/confirm/")
    assert Residency.objects.filter(pk__in=people).count() == 3
    client.post(url, {"pick": people[1:2], "confirmed": "1"})
    assert Residency.objects.filter(pk__in=people).count() == 2, "one by one nobody asks"
    is_asked(client, reverse("sites:units_remove", args=[site.pk]), pick=[unit.pk for unit in units])
    assert Unit.objects.filter(pk__in=[unit.pk for unit in units]).count() == 2
    prove(client)
    client.post(url, {"pick": [people[0], people[2]], "confirmed": "1"})
    client.post(
        reverse("sites:units_remove", args=[site.pk]), {"pick": [u.pk for u in units], "confirmed": "1"}
    )
    assert not Residency.objects.filter(pk__in=people).exists()
    assert not Unit.objects.filter(pk__in=[unit.pk for unit in units]).exists()


def test_a_building_with_people_and_a_house(world: House, stranger: Any) -> None:
    client, site = browser(world.boss), world.community
    empty = reverse("sites:building_remove", args=[world.office.pk, world.sales.pk])
    assert client.get(empty).status_code == 200
    lived_in = reverse("sites:building_remove", args=[site.pk, world.north.pk])
    world.master()
    assert is_asked(client, lived_in, typed_name="North House") == lived_in.replace("/", "%2F")
    assert client.get(lived_in)["Location"].startswith("/accounts/confirm/")
    villa = world.villa()
    is_asked(client, reverse("sites:remove", args=[villa.pk]))
    assert client.get(reverse("sites:remove", args=[site.pk])).status_code == 200
    assert Building.objects.filter(pk=world.north.pk).exists() and Site.objects.filter(pk=villa.pk).exists()
    foreign = browser(User.objects.get(pk=stranger.user_id))
    for url in (lived_in, reverse("sites:remove", args=[villa.pk])):
        assert foreign.post(url).status_code == 404, "a foreign row is not there, and asks nothing"
    prove(client)
    client.post(lived_in, {"typed_name": "North House"})
    client.post(reverse("sites:remove", args=[villa.pk]))
    assert not Building.objects.filter(pk=world.north.pk).exists()
    assert not Site.objects.filter(pk=villa.pk).exists()


def test_devices_in_bulk(alpha: Any) -> None:
    rows = [NewDevice(alpha.mac(n), DeviceKind.DOOR_PHONE, f"Gate {n}") for n in (7, 8)]
    devices = add_devices(scope=alpha.scope(Role.INSTALLER), site=alpha.rows[Site], rows=rows)
    picks = [device.pk for device in devices]
    client, url = browser(alpha.people[Role.INSTALLER]), reverse("devices:remove_many")
    is_asked(client, url, pick=picks)
    assert Device.objects.filter(pk__in=picks, site__isnull=False).count() == 2
    client.post(url, {"pick": picks[:1], "confirmed": "1"})
    assert Device.objects.filter(pk__in=picks, site__isnull=False).count() == 1
