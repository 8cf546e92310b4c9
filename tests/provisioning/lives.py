"""Random worlds: people come and go, the wire loses, doubles and swaps, devices forget everything."""

from __future__ import annotations

import random
from datetime import time

from access.models import AccessRight, Grant
from access.services import listeners
from access.services.credentials import set_pins
from access.services.grants import add_people, remove_people
from access.services.groups import GroupTo, change_group
from devices.models import DeviceKind, DeviceState, Relay
from provisioning.protocol import Person, Schedule
from provisioning.sending import access as sending
from sites.events import ResidentsRemoved
from sites.models import Residency
from tests.access.village import Village, naive
from tests.provisioning.field import Field


class World:
    """A village with two doors, and what can happen to it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.field = Field(self.rng)
        self.village = Village()
        house = self.village.building()
        self.unit = self.village.unit(house)
        self.doors = [
            self.village.door(house, relays=2),
            self.village.door(house, kind=DeviceKind.ACCESS_CONTROL),
        ]
        relays = list(Relay.objects.filter(device__in=self.doors))
        self.groups = [
            self.village.group(relays=relays),
            self.village.group(relays=relays[:1], repeat="daily", start_time=time(8), end_time=time(18)),
        ]
        self.village.people(self.unit, 6)
        for door in self.doors:
            self.field.mount(door)

    @property
    def people(self) -> list[Residency]:
        return list(Residency.objects.filter(unit=self.unit).order_by("pk"))

    # What people do

    def change(self) -> None:
        """One change of somebody's access, by the services."""
        self.rng.choice([self.join, self.leave, self.pin, self.hours, self.arrive, self.depart])()

    def join(self) -> None:
        if people := self.people:
            some = self.rng.sample(people, min(2, len(people)))
            add_people(scope=self.village.scope, group=self.rng.choice(self.groups), residencies=some)

    def leave(self) -> None:
        if grants := list(Grant.objects.filter(group__in=self.groups).order_by("pk")):
            remove_people(scope=self.village.scope, grants=[self.rng.choice(grants)])

    def pin(self) -> None:
        if people := self.people:
            pins = {self.rng.choice(people).pk: f"{self.rng.randrange(10**5, 8 * 10**5)}"}
            set_pins(scope=self.village.scope, site=self.village.site, pins=pins)

    def hours(self) -> None:
        group = self.groups[1]
        group.refresh_from_db()
        to = GroupTo(
            group.name, relays=tuple(group.relays.values_list("pk", flat=True)), repeat="daily",
            start_time=time(self.rng.randrange(12)), end_time=time(18),
        )  # fmt: skip
        change_group(scope=self.village.scope, group=group, to=to)

    def arrive(self) -> None:
        self.village.person(self.unit)

    def depart(self) -> None:
        if people := self.people:
            person = self.rng.choice(people)
            site_id = self.village.site.pk
            listeners.residents_removed(ResidentsRemoved(site_id, (person.pk,)))
            person.delete()

    # What devices do

    def forget(self) -> None:
        """A device loses its memory."""
        self.rng.choice(list(self.field.devices.values())).forget()
        self.field.collect()

    def hello(self) -> None:
        """A device says what it holds, for no reason."""
        self.rng.choice(list(self.field.devices.values())).voice.hello_soon()
        self.field.collect()

    def reconnect(self) -> None:
        """A connection breaks; what was on it is lost."""
        device = self.rng.choice(list(self.field.devices.values()))
        mac = device.spec.mac
        self.field.down = [message for message in self.field.down if mac not in message[0]]
        self.field.house.unplug(device)
        device.disconnected("cut")
        self.field.house.plug(device)
        self.field.collect()

    # What the wire does

    def carry_down(self) -> None:
        field, rng = self.field, self.rng
        if not field.down:
            return
        index = rng.randrange(len(field.down))
        message = field.down[index]
        if rng.random() > 0.25:  # else it arrives once more, later
            field.down.pop(index)
        if rng.random() > 0.25:
            field.deliver_down(message)

    def carry_up(self) -> None:
        field, rng = self.field, self.rng
        batch = []
        for _ in range(min(rng.randint(1, 4), len(field.up))):
            index = rng.randrange(len(field.up))
            raw = field.up[index]
            if rng.random() > 0.25:
                field.up.pop(index)
            if rng.random() > 0.25:
                batch.append(raw)
        if batch:
            field.hear(batch)

    # What must be true

    def check(self) -> None:
        """What the portal takes for held, the device of the same store holds so."""
        rights = AccessRight.objects.filter(device__in=self.doors, held__isnull=False)
        stores = dict(DeviceState.objects.filter(device__in=self.doors).values_list("device_id", "store"))
        for right in rights:
            device = self.field.devices[next(d.mac for d in self.doors if d.pk == right.device_id)]
            if right.held != right.want or stores[right.device_id] != device.memory.store:
                continue
            held = device.memory.held(right.subject)
            if right.gone:
                assert held is None or not held[2], f"{right.subject} is said to be forgotten"
            else:
                assert held == (right.subject, right.want, True), (
                    f"{right.subject} is said to be held: {held}"
                )

    def check_same(self) -> None:
        """Both sides agree, to the last PIN and the last hour."""
        wanted = naive(self.village.site)
        for door in self.doors:
            items = self.field.devices[door.mac].memory.items()
            people = {item.subject: item for item in items if isinstance(item, Person)}
            schedules = {item.subject for item in items if isinstance(item, Schedule)}
            mine = {key[2:]: value for key, value in wanted.items() if key[0] == door.pk}
            assert set(people) == {subject for kind, subject in mine if kind == "person"}
            assert schedules == {subject for kind, subject in mine if kind == "schedule"}
            for (kind, subject), value in mine.items():
                if kind == "person":
                    pins = tuple(secret for sort, secret in value[2] if sort == "pin")
                    assert people[subject].pins == pins
                    opens = {
                        (each.schedule, relay) for each in people[subject].opens for relay in each.relays
                    }
                    assert opens == {(schedule, relay) for schedule, relay, *_ in value[3]}


STEPS = {
    "change": 20, "push": 25, "carry_down": 25, "carry_up": 25, "forget": 1, "hello": 2, "reconnect": 2,
}  # fmt: skip


def live(seed: int, steps: int) -> None:
    """One world from its beginning to the end of all storms."""
    world = World(seed)
    before = sending.PER_MESSAGE
    sending.PER_MESSAGE = 3
    try:
        for _ in range(steps):
            step = world.rng.choices(list(STEPS), list(STEPS.values()))[0]
            world.field.push() if step == "push" else getattr(world, step)()
            world.check()
        world.field.settle()
        world.check()
        world.check_same()
    finally:
        sending.PER_MESSAGE = before
