"""A site on the running product, with a resident who has a PIN, and a line to the simulated devices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from access.models import AccessRight, Subject
from access.services.credentials import set_pins
from accounts.models import Role
from devices.models import Device, DeviceKind, DeviceState, DeviceSync
from devices.services import NewDevice, add_devices
from provisioning.simulator.client import Simulator
from sites.models import Residency, Site
from smartplus.run.stack import Stack
from tests.waiting import until
from tests.world import World, build

_made: dict[int, Ground] = {}
PATIENCE = 30.0
FIRST_PIN = "135790"


@dataclass
class Ground:
    """What a test needs: the world, its devices by the simulator's own word."""

    stack: Stack
    world: World
    _macs: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def simulator(self) -> Simulator:
        return Simulator(self.stack.env["SIMULATOR_URL"], os.environ["SIMULATOR_TOKEN"], timeout=20)

    @property
    def door(self) -> Device:
        return self.world.rows[Device]

    @property
    def site(self) -> Site:
        return self.world.rows[Site]

    @property
    def person(self) -> Residency:
        return self.world.rows[Residency]

    def scope(self, role: Role = Role.PROPERTY_MANAGER) -> Any:
        return self.world.scope(role)

    def add_doors(self, how_many: int) -> list[Device]:
        """More doors of the public area, not used before."""
        macs = [self.world.mac(next(self._macs)) for _ in range(how_many)]
        rows = [NewDevice(mac, DeviceKind.DOOR_PHONE, f"Door {mac}") for mac in macs]
        return add_devices(scope=self.scope(Role.INSTALLER), site=self.site, rows=rows)

    def set_pin(self, pin: str) -> None:
        """The resident gets a PIN, as the property manager gives it."""
        set_pins(scope=self.scope(), site=self.site, pins={self.person.pk: pin})

    def pins(self, mac: str) -> set[str]:
        """The PINs a device really knows."""
        items = self.simulator.memory(mac)["items"]
        return {pin for item in items if item["on"] and item["kind"] == "person" for pin in item["pins"]}

    def state(self, device: Device | None = None) -> DeviceState:
        return DeviceState.objects.get(device=device or self.door)

    def right(self, device: Device | None = None) -> AccessRight:
        subject = Subject.objects.get(residency=self.person)
        return AccessRight.objects.get(device=device or self.door, subject=subject.pk)

    def in_sync(self, device: Device | None = None) -> bool:
        """The portal takes every part of the device for confirmed."""
        syncs = list(DeviceSync.objects.filter(device=device or self.door))
        return bool(syncs) and all(sync.acked_rev == sync.desired_rev for sync in syncs)

    def settle(self, device: Device | None = None) -> None:
        """Wait until it is on line and all is confirmed."""
        until(lambda: self.state(device).online, PATIENCE, "the device does not connect")
        until(lambda: self.in_sync(device), PATIENCE, "the device is not in sync")

    def go(self, online: bool, device: Device | None = None) -> None:
        """Cut or mend the connection, and wait until the portal knows."""
        mac = (device or self.door).mac
        self.simulator.fault(mac, offline=not online)
        until(lambda: self.state(device).online == online, PATIENCE, f"not seen that it is {online=}")


def make_ground(stack: Stack) -> Ground:
    """The world of all live tests, made once: the door behaves, is settled, and knows the PIN 135790 only."""
    if id(stack) not in _made:
        _made[id(stack)] = Ground(stack, build("LIVE", 100))
    ground = _made[id(stack)]
    mac = ground.door.mac
    until(lambda: mac in {device["mac"] for device in ground.simulator.devices()}, PATIENCE, "not mounted")
    ground.simulator.clear(mac)
    if ground.pins(mac) != {FIRST_PIN}:
        ground.set_pin(FIRST_PIN)
    ground.settle()
    return ground
