"""A site with one door phone that is connected and in sync."""

from dataclasses import dataclass

from django.db import transaction

from access.models import AccessRight, Subject
from access.services.credentials import set_pins
from devices.models import Device, DeviceState, DeviceSync, Part, Relay
from devices.services import mark_changed
from provisioning.simulator.device import Device as Simulated
from sites.models import Residency
from tests.access.village import Village
from tests.ground import ground
from tests.provisioning.field import Field


@dataclass
class House:
    """One door with one person who may open it, all told and confirmed."""

    village: Village
    field: Field
    door: Device
    simulated: Simulated
    person: Residency

    @property
    def mac(self) -> str:
        return self.door.mac

    @property
    def state(self) -> DeviceState:
        return DeviceState.objects.get(device=self.door)

    @property
    def store(self) -> int:
        return self.simulated.memory.store

    @property
    def subject(self) -> int:
        return Subject.objects.get(residency=self.person).pk

    @property
    def right(self) -> AccessRight:
        return AccessRight.objects.get(device=self.door, subject=self.subject)

    def sync(self, part: str = Part.CONFIG) -> DeviceSync:
        return DeviceSync.objects.get(device=self.door, part=part)

    def mark(self, part: str = Part.CONFIG) -> None:
        """Something of a part changed."""
        with transaction.atomic():
            mark_changed([self.door.pk], part)

    def pin(self, pin: str) -> None:
        """The person gets a PIN."""
        set_pins(scope=self.village.scope, site=self.village.site, pins={self.person.pk: pin})


def _someone_at_a_door() -> tuple[Village, Device, Residency]:
    village = Village()
    building = village.building()
    door = village.door(building, relays=2)
    village.group(relays=Relay.objects.filter(device=door))
    return village, door, village.person(village.unit(building, "101"))


def settled_house() -> House:
    """One door, one person with the PIN 246810; every part is confirmed."""
    village, door, person = ground("house", _someone_at_a_door)
    field = Field()
    made = House(village, field, door, field.mount(door), person)
    made.pin("246810")
    made.mark(Part.CONFIG)
    made.mark(Part.CONTACTS)
    field.settle()
    return made
