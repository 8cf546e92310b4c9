"""What devices are told of themselves and of who can be called: for one as for many, in as many queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devices.models import AutopLine, Device, DeviceKind, Relay
from provisioning.protocol import Config, Contacts
from provisioning.rendering import RENDERERS, render_config, render_contacts
from sites.models import Residency, Site, Unit
from tests.access.village import Village

pytestmark = pytest.mark.django_db
KINDS = DeviceKind


@pytest.fixture
def village() -> Village:
    return Village()


def contacts(device: Device) -> dict[str, list[tuple[str, str]]]:
    """Apartment to targets, as the device reads them."""
    body = Contacts.read(render_contacts([device.pk])[device.pk])
    return {entry.apartment: list(entry.targets) for entry in body.entries}


def test_config_says_all_a_device_is(village: Village) -> None:
    door = village.door(relays=2)
    Relay.objects.filter(device=door, number=2).update(
        enabled=False, hold_seconds=9, dtmf="1", methods=["card"]
    )
    AutopLine.objects.create(device=door, key="Config.A.B", value="x y")
    Site.objects.filter(pk=village.site.pk).update(hours_24=False, pin_mode="apt_pin", date_format="M/D/Y")
    config = Config.read(render_config([door.pk])[door.pk])
    assert (config.name, config.site, config.zone) == (door.name, village.site.name, "Europe/Berlin")
    assert (config.time_format, config.pin_mode, config.date_format) == ("12", "apt_pin", "MM/DD/YYYY")
    second = config.relays[1]
    assert (second.number, second.enabled, second.hold, second.dtmf, second.methods) == (
        2,
        False,
        9,
        "1",
        ("card",),
    )
    assert config.autop == ("Config.A.B = x y",)


TARGETS = {
    0: ["app", "monitor"],
    1: ["phone", "monitor"],
    2: ["app", "monitor", "phone"],
    3: ["monitor", "app"],
    4: ["monitor", "phone"],
    5: ["monitor", "app", "phone"],
}


@pytest.mark.parametrize("call_type", Unit.CallType)
def test_who_rings_follows_the_call_type_of_the_apartment(village: Village, call_type: int) -> None:
    house = village.building()
    unit = village.unit(house, "1204")
    Unit.objects.filter(pk=unit.pk).update(call_type=call_type, phone_1="+4512345678")
    person = village.person(unit)
    monitor = village.door(house, unit, kind=KINDS.INDOOR_MONITOR)
    words = {"app": ("sip", person.sip), "monitor": ("sip", monitor.sip), "phone": ("phone", "+4512345678")}
    assert contacts(village.door(house)) == {"1204": [words[word] for word in TARGETS[call_type]]}


def test_a_door_lists_what_it_serves(village: Village) -> None:
    north, south = village.building("North"), village.building("South")
    units = [village.unit(north, "1"), village.unit(north, "2"), village.unit(south, "3")]
    own = village.door(north, units[1], kind=KINDS.UNIT_DOOR_PHONE)
    some = village.door()
    Device.objects.filter(pk=some.pk).update(serves_all=False)
    some.serves.set([south])
    assert set(contacts(village.door(north))) == {"1", "2"}
    assert set(contacts(village.door())) == {"1", "2", "3"}
    assert set(contacts(some)) == {"3"}
    assert set(contacts(own)) == {"2"}


def test_who_has_no_app_is_not_rung_there(village: Village) -> None:
    house = village.building()
    person = village.person(village.unit(house, "1"))
    Residency.objects.filter(pk=person.pk).update(account_state="expired")
    assert contacts(village.door(house)) == {"1": []}


def test_names_follow_the_display(village: Village) -> None:
    house = village.building("North")
    unit = village.unit(house, "1204")
    village.person(unit, "Ann")
    door, public = village.door(house), village.door()
    names = {}
    for display in Device.ContactsDisplay:
        Device.objects.filter(pk=door.pk).update(contacts_display=display)
        names[display.value] = render_contacts([door.pk])[door.pk]["entries"][0]["name"]
    assert names == {"apt": "1204", "people": "Ann", "apt_people": "1204 Ann"}
    assert render_contacts([public.pk])[public.pk]["entries"][0]["name"] == "North 1204"


def test_an_office_lists_people() -> None:
    office = Village(Site.Kind.OFFICE)
    sales, lab = office.building("Sales"), office.building("Lab")
    for name, place, more in (
        ("Ann", sales, {"unique_id": "A1"}),
        ("Bob", lab, {"unique_id": "B2", "call_type": 2, "phone": "+4511"}),
        ("Cid", lab, {"unique_id": "C3", "intercom": False}),
    ):
        staff(office, name, place, more)
    assert set(contacts(office.door())) == {"A1", "B2"}
    found = contacts(office.door(lab))
    assert list(found) == ["B2"]
    assert [kind for kind, _ in found["B2"]] == ["sip", "phone"]


def staff(office: Village, name: str, place: Any, more: dict[str, Any]) -> Residency:
    user = office.user("resident")
    return Residency.objects.create(
        site=office.site,
        building=place,
        user=user,
        kind="personnel",
        first_name=name,
        sip=f"s-{name}",
        **more,
    )


def test_a_monitor_lists_the_guards(village: Village) -> None:
    house = village.building()
    unit = village.unit(house, "1")
    guard = village.door(kind=KINDS.GUARD_PHONE)
    assert contacts(village.door(house, unit, kind=KINDS.INDOOR_MONITOR)) == {guard.sip: [("sip", guard.sip)]}


def test_a_device_that_hangs_nowhere_is_told_nothing(village: Village) -> None:
    door = village.door()
    Device.objects.filter(pk=door.pk).update(site=None)
    assert all(render([door.pk]) == {} for render in RENDERERS.values())


@pytest.mark.parametrize("part", list(RENDERERS))
def test_many_devices_cost_as_many_queries_as_one(village: Village, part: str) -> None:
    def queries(devices: list[Device]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert len(RENDERERS[part]([device.pk for device in devices])) == len(devices)
        return len(seen)

    doors: list[Device] = []
    counts = []
    for _ in range(2):
        for _ in range(len(doors) * 3 + 1):
            house = village.building()
            unit = village.unit(house)
            village.person(unit)
            doors += [
                village.door(house),
                village.door(),
                village.door(house, unit, kind=KINDS.INDOOR_MONITOR),
            ]
        counts.append(queries(doors))
    assert counts[0] == counts[1] <= 7
