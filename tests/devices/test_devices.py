"""Hanging up, changing and taking out devices (D2, D3, D16)."""

from typing import Any

import pytest

from accounts.models import Role
from devices.models import Command, Device, DeviceKind, DevicePlace, DeviceSync, MacEntry, Part
from devices.services import (
    NewDevice,
    add_devices,
    adjust_device,
    change_device,
    mark_changed,
    order_command,
    remove_devices,
)
from sites.models import Building, Site, Unit
from smartplus.kernel.errors import Refused, RefusedMany


def hang_up(world: Any, *rows: NewDevice) -> list[Device]:
    return add_devices(scope=world.scope(Role.INSTALLER), site=world.rows[Site], rows=rows)


def desired(device: Device, part: Part) -> int:
    return DeviceSync.objects.get(device=device, part=part).desired_rev


def test_a_new_device_has_a_door_a_number_and_owed_parts(alpha: Any) -> None:
    (device,) = hang_up(alpha, NewDevice(alpha.mac(7), DeviceKind.DOOR_PHONE, "Gate"))
    assert device.place_label == "Public area"
    assert device.relays.get().name == "Gate"
    assert device.sip and device.secret
    assert {sync.part for sync in device.syncs.all()} >= {Part.CONFIG, Part.CONTACTS}
    assert DevicePlace.objects.get(device=device).place == 1


def test_monitors_hang_in_apartments_and_gates_do_not(alpha: Any) -> None:
    building, unit = alpha.rows[Building], alpha.rows[Unit]
    before = Device.objects.count()
    with pytest.raises(RefusedMany) as refused:
        hang_up(
            alpha,
            NewDevice(alpha.mac(7), DeviceKind.INDOOR_MONITOR, "Hall"),
            NewDevice(alpha.mac(8), DeviceKind.DOOR_PHONE, "Gate", building.pk, unit.pk),
            NewDevice("0C11FFFFFFFF", DeviceKind.DOOR_PHONE, "Not ours"),
            NewDevice(alpha.mac(0), DeviceKind.DOOR_PHONE, "In use"),
            NewDevice(alpha.mac(9), DeviceKind.DOOR_PHONE, "x" * 65),
        )
    codes = {index: refusal.code for index, refusal in refused.value.rows.items()}
    assert codes == {0: "needs-unit", 1: "no-unit", 2: "not-in-library", 3: "in-use", 4: "name"}
    assert Device.objects.count() == before
    (monitor,) = hang_up(
        alpha, NewDevice(alpha.mac(7), DeviceKind.INDOOR_MONITOR, "Hall", building.pk, unit.pk)
    )
    assert monitor.place_label == f"{building.name} {unit.number}"
    assert not monitor.relays.exists()


def test_a_mac_of_others_reads_not_in_your_library(alpha: Any, bravo: Any) -> None:
    with pytest.raises(RefusedMany) as refused:
        hang_up(alpha, NewDevice(bravo.mac(3), DeviceKind.DOOR_PHONE, "Gate"))
    assert refused.value.rows[0].message == f"{bravo.mac(3)} is not in your library."


def test_buildings_of_others_are_not_there(alpha: Any, bravo: Any) -> None:
    with pytest.raises(RefusedMany) as refused:
        hang_up(alpha, NewDevice(alpha.mac(7), DeviceKind.DOOR_PHONE, "Gate", bravo.rows[Building].pk))
    assert refused.value.rows[0].code == "no-building"


def test_taken_out_and_hung_up_again_begins_a_new_place(alpha: Any) -> None:
    device = alpha.rows[Device]
    secret, place = device.secret, device.place
    remove_devices(scope=alpha.scope(Role.INSTALLER), devices=[device])
    device.refresh_from_db()
    assert (device.site, device.place) == (None, place + 1)
    assert device.secret != secret
    assert MacEntry.objects.filter(mac=device.mac).exists()
    assert not Command.objects.filter(device=device, state=Command.State.QUEUED).exists()
    (again,) = hang_up(alpha, NewDevice(device.mac, DeviceKind.DOOR_PHONE, "Elsewhere"))
    assert again.pk == device.pk
    assert list(DevicePlace.objects.filter(device=device).values_list("place", flat=True)) == [
        place + 1,
        place,
    ]


def test_a_change_is_owed_once_more(alpha: Any) -> None:
    device = alpha.rows[Device]
    before = desired(device, Part.CONFIG)
    change_device(scope=alpha.scope(Role.INSTALLER), device=device, changes={"name": "ALPHA new name"})
    assert desired(device, Part.CONFIG) == before + 1


def test_a_manager_changes_no_mac_type_or_place(alpha: Any) -> None:
    device = alpha.rows[Device]
    for changes in ({"mac": alpha.mac(9)}, {"kind": 2}, {"building_id": alpha.rows[Building].pk}):
        with pytest.raises(Refused):
            adjust_device(scope=alpha.scope(Role.PROPERTY_MANAGER), device=device, changes=changes)
    adjust_device(scope=alpha.scope(Role.PROPERTY_MANAGER), device=device, changes={"monitor_allowed": False})
    device.refresh_from_db()
    assert not device.monitor_allowed


def test_an_order_names_a_relay_that_is_there(alpha: Any) -> None:
    device = alpha.rows[Device]
    with pytest.raises(Refused):
        order_command(
            scope=alpha.scope(Role.PROPERTY_MANAGER), device=device, verb="unlock", args={"relay": 4}
        )


def test_a_reset_drops_the_one_time_autop_that_waits(alpha: Any) -> None:
    device, scope = alpha.rows[Device], alpha.scope(Role.INSTALLER)
    waiting = order_command(scope=scope, device=device, verb="autop", args={"lines": ["Config.A.B = 1"]})
    order_command(scope=scope, device=device, verb="reset", args={"scope": "config"})
    waiting.refresh_from_db()
    assert waiting.state == Command.State.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_marking_is_refused() -> None:
    with pytest.raises(RuntimeError):
        mark_changed([1], Part.CONFIG)
