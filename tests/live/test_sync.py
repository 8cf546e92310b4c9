"""A change in the portal is in the door's memory, whatever happens on the way: the memory is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from access.models import AccessRight
from accounts.models import Role
from devices.models import Command, DeviceKind
from devices.services import NewDevice, add_devices, order_command, remove_devices
from logs.models import DoorLog
from provisioning.services.accounts import rotate_secret
from sites.models import Site
from sites.services import add_site
from smartplus.run.stack import Stack
from tests.live.ground import PATIENCE, Ground, make_ground
from tests.waiting import stays, until


@pytest.fixture
def ground(inside: Stack) -> Ground:
    return make_ground(inside)


def test_a_pin_is_in_the_doors_memory_opens_it_and_is_logged(ground: Ground) -> None:
    mac, began = ground.door.mac, now()
    ground.set_pin("246813")
    until(lambda: ground.pins(mac) == {"246813"}, PATIENCE, "the door does not know the PIN")
    until(
        lambda: ground.right().held == ground.right().want, PATIENCE, "the portal does not know that it does"
    )
    assert ground.simulator.pin(mac, "246813")["relays"] == [1]
    assert ground.simulator.pin(mac, "135790")["reason"] == "unknown_pin"
    logged = DoorLog.objects.filter(device=ground.door, method="pin", received_at__gte=began)
    until(lambda: logged.count() == 2, PATIENCE, "the door log does not show it")
    assert {(row.method, row.response, row.reason) for row in logged} == {
        ("pin", "success", ""),
        ("pin", "failed", "unknown_pin"),
    }
    until(lambda: ground.simulator.memory(mac)["waiting"] == 0, PATIENCE, "the door may not forget")


def test_a_door_that_was_off_line_catches_up_when_it_returns(ground: Ground) -> None:
    mac = ground.door.mac
    ground.go(online=False)
    ground.set_pin("112244")
    assert not ground.in_sync() and ground.right().held != ground.right().want
    assert ground.pins(mac) == {"135790"}
    ground.go(online=True)
    until(lambda: ground.pins(mac) == {"112244"}, PATIENCE, "the door did not catch up")
    ground.settle()


def test_a_door_that_lies_is_found_out_and_healed(ground: Ground) -> None:
    mac = ground.door.mac
    ground.simulator.fault(mac, lie=True)
    ground.set_pin("778899")
    until(lambda: ground.right().held == ground.right().want, PATIENCE, "it did not lie")
    assert ground.pins(mac) == {"135790"}
    ground.simulator.clear(mac)
    ground.go(online=False)
    ground.go(online=True)  # each connection begins with a digest
    until(lambda: ground.pins(mac) == {"778899"}, PATIENCE, "the drift did not heal")
    ground.settle()


def test_a_door_that_lost_its_memory_is_filled_again(ground: Ground) -> None:
    mac = ground.door.mac
    before = ground.simulator.memory(mac)
    ground.simulator.forget(mac)
    until(lambda: ground.pins(mac) == {"135790"}, PATIENCE, "the door was not filled again")
    ground.settle()
    after = ground.simulator.memory(mac)
    assert after["store"] > before["store"] and set(after["parts"]) == set(before["parts"])


def test_a_lossy_and_doubling_line_only_takes_longer(ground: Ground) -> None:
    mac = ground.door.mac
    ground.simulator.fault(mac, drop=0.3, duplicate=0.5)
    ground.set_pin("314159")
    until(lambda: ground.pins(mac) == {"314159"}, 60, "the PIN did not get through")
    ground.simulator.clear(mac)
    until(ground.in_sync, 60, "the answer did not get through")


def test_an_unlock_opens_the_door_and_nothing_late_does(ground: Ground) -> None:
    mac = ground.door.mac
    scope, args = ground.scope(), {"relay": 1}
    command = order_command(scope=scope, device=ground.door, verb=Command.Verb.UNLOCK, args=args)
    until(lambda: _state(command) == "done", PATIENCE, "the door did not open")
    relay = ground.simulator.state(mac)["relays"][0]
    until(lambda: not ground.simulator.state(mac)["relays"][0]["open"], relay["hold"] + 5)
    ground.go(online=False)
    late = order_command(scope=scope, device=ground.door, verb=Command.Verb.UNLOCK, args=args)
    Command.objects.filter(pk=late.pk).update(
        expires_at=now() + timedelta(seconds=1)
    )  # not ten: nobody waits
    until(lambda: _state(late) == "expired", 20, "the order does not expire")
    ground.go(online=True)
    ground.settle()
    stays(lambda: not ground.simulator.state(mac)["relays"][0]["open"], 1.5, "a late order opened the door")


def _state(command: Command) -> str:
    command.refresh_from_db()
    return command.state


def test_a_device_that_was_taken_out_is_shut_out(ground: Ground) -> None:
    door = ground.add_doors(1)[0]
    ground.settle(door)
    remove_devices(scope=ground.scope(Role.INSTALLER), devices=[door])
    until(lambda: not ground.state(door).online, PATIENCE, "it is still connected")


def test_a_new_password_shuts_the_old_one_out(ground: Ground) -> None:
    conn = ground.state().conn
    rotate_secret(scope=ground.scope(Role.INSTALLER), device=ground.door)
    until(lambda: ground.state().online and ground.state().conn != conn, PATIENCE, "it did not come back")
    ground.set_pin("505050")
    until(lambda: ground.pins(ground.door.mac) == {"505050"}, PATIENCE)


def test_a_device_hung_elsewhere_forgets_and_its_old_news_stay_where_they_happened(ground: Ground) -> None:
    door = ground.add_doors(1)[0]
    mac = door.mac
    ground.settle(door)
    until(lambda: ground.pins(mac) == {"135790"}, PATIENCE, "the new door does not know the PIN")
    ground.go(online=False, device=door)
    assert ground.simulator.pin(mac, "135790")["relays"] == [1]
    remove_devices(scope=ground.scope(Role.INSTALLER), devices=[door])
    until(lambda: mac not in _mounted(ground), PATIENCE, "it is still mounted")
    elsewhere = add_site(scope=ground.scope(Role.INSTALLER), kind=Site.Kind.COMMUNITY, name=f"Site of {mac}")
    row = NewDevice(mac, DeviceKind.DOOR_PHONE, "Elsewhere")
    add_devices(scope=ground.scope(Role.INSTALLER), site=elsewhere, rows=[row])
    until(lambda: mac in _mounted(ground), PATIENCE, "it is not mounted again")
    ground.simulator.clear(mac)
    ground.settle(door)
    memory = ground.simulator.memory(mac)
    assert memory["place"] == 2 and memory["parts"]["config"]["body"]["site"] == elsewhere.name
    assert ground.pins(mac) == set(), "somebody of the old site could still come in"
    until(lambda: ground.simulator.memory(mac)["waiting"] == 0, PATIENCE)
    (logged,) = DoorLog.objects.filter(device=door, method="pin")
    assert (logged.site_id, logged.place) == (ground.site.pk, 1)
    old = AccessRight.objects.filter(device=door, place=1)
    assert old.exists() and all(right.gone and right.held == right.want for right in old)


def _mounted(ground: Ground) -> set[str]:
    return {device["mac"] for device in ground.simulator.devices()}
