"""Calls follow leases: who does not live there yet, or no more, is neither named nor rung."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import Subject
from devices.models import Device, DeviceSync, Part
from devices.services import mark_changed
from provisioning.rendering import render_contacts
from provisioning.services.leases import follow_leases
from sites.models import Residency
from sites.services import change_resident
from tests.access.village import Village

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Street:
    """Two houses with a door and an apartment each; Anna and Otto live in the first."""

    def __init__(self) -> None:
        self.village = village = Village()
        self.north, south = village.building("North"), village.building("South")
        self.unit = village.unit(self.north, "1")
        self.anna, self.otto = village.person(self.unit, "Anna"), village.person(self.unit, "Otto")
        village.person(village.unit(south, "2"), "Ida")
        self.door, self.of_south = village.door(self.north), village.door(south)
        Device.objects.filter(pk=self.door.pk).update(contacts_display=Device.ContactsDisplay.PEOPLE)
        mark_changed([self.door.pk, self.of_south.pk], Part.CONTACTS)
        DeviceSync.objects.update(changed_at=timezone.now() - timedelta(hours=1))

    def named(self) -> tuple[str, list[str]]:
        """Who stands in the list of the north door, and who is rung."""
        entry = render_contacts([self.door.pk])[self.door.pk]["entries"][0]
        return entry["name"], [number for group in entry["targets"] for number in group if number != "sip"]

    def marked(self) -> set[int]:
        syncs = DeviceSync.objects.filter(part=Part.CONTACTS, changed_at__gt=timezone.now() - MINUTE)
        return set(syncs.values_list("device_id", flat=True))


@pytest.fixture
def street() -> Street:
    return Street()


def test_who_does_not_live_there_is_neither_named_nor_rung(street: Street) -> None:
    now = timezone.now()
    assert street.named()[0] == "Anna, Otto"
    for span in ({"valid_until": now - MINUTE}, {"valid_until": None, "valid_from": now + MINUTE}):
        change_resident(scope=street.village.scope, person=street.anna, **span)
        assert street.named() == ("Otto", [street.otto.sip])
    change_resident(scope=street.village.scope, person=street.anna, valid_from=now - MINUTE)
    assert street.named() == ("Anna, Otto", [street.anna.sip, street.otto.sip])


@pytest.mark.parametrize("turn", ["valid_from", "valid_until"])
def test_contacts_are_told_anew_at_the_turn(street: Street, turn: str) -> None:
    """Once, where the person is listed; time alone changed something."""
    subject, at = Subject.objects.filter(residency=street.anna), timezone.now()
    subject.update(**{turn: at + MINUTE})
    assert (follow_leases(), street.marked()) == (0, set())
    subject.update(**{turn: at - MINUTE})
    assert (follow_leases(), street.marked()) == (1, {street.door.pk})
    assert follow_leases() == 0


def test_somebody_who_was_removed_turns_nothing(street: Street) -> None:
    Subject.objects.filter(residency=street.anna).update(valid_until=timezone.now() - MINUTE, residency=None)
    Residency.objects.filter(pk=street.anna.pk).delete()
    assert follow_leases() == 0
