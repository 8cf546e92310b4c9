"""Apartments of a community with the Basic plan: each comes with its indoor monitor (S2)."""

from typing import Any

import pytest
from django.test import Client

from access.models import GroupDoor
from accounts.models import AuditEntry, Role
from accounts.permissions import scope_for
from devices import services
from devices.models import Device, DeviceKind
from provisioning.rendering.config import render_config
from sites.models import Building, Site, Unit
from sites.services import remove_units
from smartplus.kernel.errors import Refused

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


def apartment(basic: Any, number: int, **more: str) -> Unit:
    """An apartment with its monitor, added by the form."""
    client = Client()
    client.force_login(basic.people[Role.INSTALLER])
    typed = {
        "building": basic.rows[Building].pk, "number": f"90{number}", "call_type": "0", "language": "en",
        "monitor_mac": basic.mac(number), "monitor_name": "Hall", "network_group": "1", **more,
    }  # fmt: skip
    assert client.post(f"/devices/site/{basic.rows[Site].pk}/units/add/", typed).status_code == 302
    return Unit.objects.get(number=f"90{number}")


def boss_of(world: Any) -> Any:
    return scope_for(world.people[Role.INSTALLER])


def test_the_relays_of_the_monitor_are_named_with_it(basic: Any) -> None:
    """The second alone too; a monitor's relay is no door, and the monitor is told of it."""
    monitor = apartment(basic, 7, relay_2="Garden light").devices.get()
    relay = monitor.relays.get()
    assert (relay.number, relay.name, relay.enabled) == (2, "Garden light", True)
    told = render_config([monitor.pk])[monitor.pk]["relays"]
    assert [(each["number"], each["name"]) for each in told] == [(2, "Garden light")]
    assert not GroupDoor.objects.filter(relay=relay).exists()


def test_the_last_monitor_of_an_apartment_stays(basic: Any) -> None:
    scope, unit, other = boss_of(basic), apartment(basic, 7), apartment(basic, 8)
    monitors = list(Device.objects.filter(unit__in=[unit, other]))
    before = counts()
    for devices, said in ((monitors[:1], "907"), (monitors, "907, .* 908")):
        with pytest.raises(Refused, match=said) as no:
            services.remove_devices(scope=scope, devices=devices)
        assert no.value.code == "last_monitor"
    with pytest.raises(Refused):
        services.change_device(scope=scope, device=monitors[0], changes={"unit_id": other.pk})
    assert counts() == before and Device.objects.get(pk=monitors[0].pk).unit == unit
    services.change_device(scope=scope, device=monitors[0], changes={"name": "Kitchen", "unit_id": unit.pk})
    new = services.NewDevice(basic.mac(9), DeviceKind.INDOOR_MONITOR, "New", unit.building_id, unit.pk)
    services.add_devices(scope=scope, site=basic.rows[Site], rows=[new])
    services.remove_devices(scope=scope, devices=monitors[:1])
    assert unit.devices.get().name == "New"
    Site.objects.update(feature_plan="premium")
    services.remove_devices(scope=scope, devices=list(unit.devices.all()))
    assert not unit.devices.exists()


def test_a_monitor_leaves_with_its_apartment(basic: Any) -> None:
    scope, unit = boss_of(basic), apartment(basic, 7)
    client = Client()
    client.force_login(basic.people[Role.INSTALLER])
    page = f"/sites/{basic.rows[Site].pk}/units/{unit.pk}/remove/"
    assert "indoor monitors there" in client.get(page).content.decode()
    remove_units(scope=scope, site=basic.rows[Site], unit_ids=[unit.pk])
    monitor = Device.objects.get(mac=basic.mac(7))
    assert (monitor.site, monitor.unit, monitor.place) == (None, None, 2)
    assert AuditEntry.objects.get(verb="device.remove").actor_id == scope.user_id
