"""Apartments of a community with the Basic plan: each comes with its indoor monitor (S2)."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from devices.models import Device, DeviceKind
from sites.models import Building, Site, Unit

from .test_import import bring, counts, errors_of, flat


@pytest.fixture
def basic(alpha: Any) -> Any:
    """The world, its community with the Basic plan."""
    Site.objects.filter(pk=alpha.rows[Site].pk).update(feature_plan="basic")
    alpha.rows[Site].refresh_from_db()
    return alpha


def test_an_apartment_and_its_monitor_come_together_or_not_at_all(basic: Any) -> None:
    client = Client()
    client.force_login(basic.people[Role.INSTALLER])
    page = f"/devices/site/{basic.rows[Site].pk}/units/add/"
    typed = {
        "building": basic.rows[Building].pk, "number": "900", "call_type": "0", "language": "en",
        "monitor_mac": basic.mac(7), "monitor_name": "Hall", "network_group": "2",
    }  # fmt: skip
    before = counts()
    for wrong in ({"monitor_mac": "0C11FFFFFFFF"}, {"monitor_mac": basic.mac(0)}, {"monitor_mac": ""}):
        answer = client.post(page, {**typed, **wrong})
        assert answer.context["form"].errors["monitor_mac"], wrong
    assert client.post(page, {**typed, "monitor_name": ""}).context["form"].errors["monitor_name"]
    assert counts() == before
    assert client.post(page, typed).status_code == 302
    unit = Unit.objects.get(number="900")
    monitor = Device.objects.get(unit=unit)
    assert (monitor.kind, monitor.name, monitor.network_group) == (DeviceKind.INDOOR_MONITOR, "Hall", 2)


def test_the_list_leads_to_it_only_where_a_monitor_is_asked_for(basic: Any) -> None:
    client = Client()
    client.force_login(basic.people[Role.INSTALLER])
    site = basic.rows[Site]
    way, plain = f"/devices/site/{site.pk}/units/add/", f"/sites/{site.pk}/units/add/"
    page = client.get(f"/sites/{site.pk}/units/").content.decode()
    assert way in page and plain not in page
    assert client.get(plain).status_code == 403
    Site.objects.filter(pk=site.pk).update(feature_plan="premium")
    page = client.get(f"/sites/{site.pk}/units/").content.decode()
    assert way not in page and plain in page


def test_the_template_asks_for_a_monitor_in_each_apartment(basic: Any) -> None:
    before = counts()
    run = bring(basic, flat(basic), flat(basic, Apt="501", Device=f"Gate,0,{basic.mac(8)}"))
    found = errors_of(run)
    assert [(row, column) for row, column, _reason in found] == [(2, "Device"), (3, "Device")]
    assert all("indoor monitor" in reason for _row, _column, reason in found)
    assert counts() == before
    bring(basic, flat(basic, Device=f"Hall,2,{basic.mac(7)}"))
    assert Device.objects.get(mac=basic.mac(7)).unit == Unit.objects.get(number="500")
