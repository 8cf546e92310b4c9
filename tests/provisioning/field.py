"""The real tables and real simulated devices, with the wire between them in the test's hands.

Nothing is sent anywhere: what the portal publishes lies in `down`, what devices say in `up`, until
the test delivers, loses, doubles or swaps it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.db import connection

from access.models import AccessRight
from devices.models import Device, DevicePlace, DeviceState, DeviceSync
from provisioning.ingest.inbox import Raw
from provisioning.ingest.loop import Ingest
from provisioning.mqtt import Wire, publisher
from provisioning.protocol import Message, down, encode, read_topic, up
from provisioning.sending import send_all
from provisioning.services.accounts import open_accounts
from provisioning.simulator.device import Device as Simulated
from provisioning.simulator.surroundings import Spec
from tests.provisioning.simulator.house import House

# Time passes: every alarm rings, nothing is waited for any more.
_RING = """
UPDATE devices_devicesync SET due_at = now(), busy_until = NULL WHERE due_at IS NOT NULL
"""


@dataclass
class Field:
    """Devices by MAC, their house, and what lies on the wire in both directions."""

    rng: random.Random = field(default_factory=lambda: random.Random(1))
    house: House = field(default_factory=House)
    devices: dict[str, Simulated] = field(default_factory=dict)
    rows: dict[str, Device] = field(default_factory=dict)
    down: list[Wire] = field(default_factory=list)
    up: list[Raw] = field(default_factory=list)
    ingest: Ingest = field(default_factory=lambda: Ingest("mqtt://nobody"))

    # Devices

    def mount(self, row: Device, model: str = "R29") -> Simulated:
        """A simulated device for a row, switched on; what it says lies on the wire."""
        DevicePlace.objects.get_or_create(
            device=row, place=row.place, defaults={"site_id": row.site_id, "since": row.created_at}
        )
        DeviceState.objects.filter(device=row).update(store=0, store_place=0)
        open_accounts([row.pk])
        simulated = Simulated(Spec(row.mac, "secret", model), self.house)
        self.devices[row.mac], self.rows[row.mac] = simulated, row
        self.house.devices.append(simulated)
        simulated.start()
        self.collect()
        return simulated

    def collect(self) -> None:
        """Take what devices have said onto the wire."""
        self.house.turn()
        for mac, wire in self.house.wires.items():
            sent, wire.sent = wire.sent, []
            self.up += [Raw(up(mac, leaf), payload) for leaf, payload, _ in sent]

    # The portal

    def push(self) -> None:
        """Let the alarms ring and send what is due."""
        with connection.cursor() as cursor:
            cursor.execute(_RING)
        with self.published():
            send_all()

    @contextmanager
    def published(self) -> Iterator[None]:
        """Whatever is published within lies on the wire."""

        def carry(messages: Iterable[Wire], *, wait: bool = True) -> None:
            self.down += messages

        with (
            patch.object(publisher, "ready", lambda: None),
            patch.object(publisher, "publish", carry),
            patch.object(self.ingest.publisher, "publish", carry),
        ):
            yield

    def hear(self, raws: list[Raw]) -> None:
        """Give these to ingest, as one batch."""
        with self.published():
            self.ingest.take(raws)

    # The wire

    def deliver_down(self, message: Wire) -> None:
        """One message reaches its device, if that is connected."""
        topic = read_topic(message[0])
        if topic.mac in self.house.wires:
            self.devices[topic.mac].heard(topic.leaf, message[1])
        self.collect()

    def settle(self, rounds: int = 60) -> None:
        """The wire calms down: everything arrives, in any order, until nobody has anything to say."""
        self.collect()
        for _ in range(rounds):
            while self.down or self.up:
                if self.up and (not self.down or self.rng.random() < 0.5):
                    self.hear([self.any_of(self.up) for _ in range(min(3, len(self.up)))])
                else:
                    self.deliver_down(self.any_of(self.down))
            if self.settled():
                return
            self.house.wait(75)  # each device gives a sign of life
            self.collect()
            self.push()
        raise AssertionError(f"does not settle: {self.state()}")

    def any_of(self, waiting: list[Any]) -> Any:
        """One of them, taken out."""
        return waiting.pop(self.rng.randrange(len(waiting)))

    def settled(self) -> bool:
        """Nothing is owed, nothing runs, nothing is on the wire."""
        return not (self.down or self.up or self.state())

    def state(self) -> list[Any]:
        """What keeps the field from being settled."""
        ids = [row.pk for row in self.rows.values()]
        rights = [
            (right.device_id, right.subject, right.want, right.held)
            for right in AccessRight.objects.filter(device__in=ids)
            if right.held != right.want
        ]
        syncs = [
            (sync.device_id, sync.part, sync.desired_rev, sync.sent_rev, sync.acked_rev)
            for sync in DeviceSync.objects.filter(device__in=ids)
            if sync.acked_rev != sync.desired_rev
        ]
        reloads = [
            (state.device_id, state.reload_at)
            for state in DeviceState.objects.filter(device__in=ids, reload_at__isnull=False)
        ]
        return [*rights, *syncs, *reloads]

    def say(self, mac: str, message: Message) -> None:
        """Something arrives as if this device had said it."""
        self.hear([Raw(up(mac, message.leaf), encode(message))])

    def told(self, mac: str, leaf: str) -> list[bytes]:
        """What lies on the wire for a device."""
        return [payload for topic, payload in self.down if topic == down(mac, leaf)]

    def raw(self, mac: str, message: Message) -> Raw:
        """A message as the broker hands it to us."""
        return Raw(up(mac, message.leaf), encode(message))

    def send(self) -> None:
        """Send what is due just now; no alarm rings."""
        with self.published():
            send_all()

    def hear_all(self) -> None:
        """Everything devices said arrives, in order."""
        self.collect()
        said, self.up = self.up, []
        if said:
            self.hear(said)

    def deliver_all(self) -> None:
        """Everything that lies on the wire arrives, in order, in both directions."""
        self.collect()
        while self.down or self.up:
            for message in self.down[:]:
                self.down.remove(message)
                self.deliver_down(message)
            self.hear_all()
