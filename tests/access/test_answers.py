"""`held` is set only by a device that holds exactly what is wanted, in the memory it has now."""

from typing import Any

import pytest

from access.models import AccessRight
from access.services import answers, listeners
from access.services.answers import AccessAnswer
from access.services.credentials import set_pins
from devices.events import DevicesAdded, DevicesRemoved
from devices.models import Device, DeviceState
from sites.events import ResidentsRemoved


def right_of(home: Any) -> AccessRight:
    return AccessRight.objects.get(subject=home.number)


@pytest.fixture
def one(home: Any) -> Any:
    """The home, with the right of its one person."""
    home.number = home.subject.pk
    home.right = right_of(home)
    return home


def says(home: Any, number: int, on: bool, store: int = 1) -> int:
    """How many rights an answer of the door proves."""
    return answers.confirm([AccessAnswer(home.door.pk, store, ((home.number, number, on),))])


def test_the_wanted_number_is_held(one: Any) -> None:
    assert says(one, one.right.want, True) == 1
    right = right_of(one)
    assert right.held == right.want
    assert right.held_at is not None


@pytest.mark.parametrize(
    ("shift", "on", "store"), [(-1, True, 1), (1, True, 1), (0, False, 1), (0, True, 2), (0, True, 0)]
)
def test_anything_else_is_not(one: Any, shift: int, on: bool, store: int) -> None:
    assert says(one, one.right.want + shift, on, store) == 0
    assert right_of(one).held is None


def test_the_same_answer_twice_changes_nothing(one: Any) -> None:
    says(one, one.right.want, True)
    first = right_of(one)
    assert says(one, one.right.want, True) == 0
    assert right_of(one).held_at == first.held_at


def test_a_late_answer_of_the_last_number_does_not_count(one: Any) -> None:
    set_pins(scope=one.village.scope, site=one.village.site, pins={one.person.pk: "1234"})
    assert says(one, one.right.want, True) == 0
    assert right_of(one).held is None


@pytest.mark.parametrize(
    ("shift", "on", "proven"),
    [(0, False, True), (7, False, True), (-1, False, False), (0, True, False), (7, True, False)],
)
def test_a_removal_is_proven_by_its_number_or_a_higher_one(
    one: Any, shift: int, on: bool, proven: bool
) -> None:
    says(one, one.right.want, True)
    listeners.residents_removed(ResidentsRemoved(one.village.site.pk, (one.person.pk,)))
    right = right_of(one)
    assert right.gone
    says(one, right.want + shift, on)
    right.refresh_from_db()
    assert (right.held == right.want) is proven


def test_the_right_outlives_its_person(one: Any) -> None:
    listeners.residents_removed(ResidentsRemoved(one.village.site.pk, (one.person.pk,)))
    one.person.delete()
    right = right_of(one)
    says(one, right.want, False)
    right.refresh_from_db()
    assert right.gone
    assert right.held == right.want


def test_a_refusal_is_noted_until_told_anew(one: Any) -> None:
    no = AccessAnswer(one.door.pk, 1, refused=((one.number, one.right.want, "full"),))
    assert answers.refuse([no]) == 1
    assert right_of(one).refused == "full"
    stale = AccessAnswer(one.door.pk, 1, refused=((one.number, one.right.want - 1, "pin"),))
    foreign = AccessAnswer(one.door.pk, 9, refused=((one.number, one.right.want, "pin"),))
    assert answers.refuse([stale, foreign]) == 0
    set_pins(scope=one.village.scope, site=one.village.site, pins={one.person.pk: "1234"})
    assert right_of(one).refused == ""
    assert answers.refuse([no]) == 0


def test_a_lost_store_proves_nothing_any_more(one: Any) -> None:
    says(one, one.right.want, True)
    DeviceState.objects.filter(device=one.door).update(store=2)
    assert answers.lose_store([one.door.pk]) == 1
    right = right_of(one)
    assert right.held is None
    assert says(one, right.want, True, store=1) == 0
    assert says(one, right.want, True, store=2) == 1


def test_many_answers_at_once(one: Any) -> None:
    village = one.village
    doors = [village.door(one.building) for _ in range(5)]
    wants = dict(AccessRight.objects.filter(subject=one.number).values_list("device_id", "want"))
    found = [AccessAnswer(door.pk, 1, ((one.number, wants[door.pk], True),)) for door in doors]
    assert answers.confirm([*found, found[0]]) == 5
    assert answers.confirm([]) == answers.refuse([]) == 0


def test_a_moved_door_owes_the_old_site_until_it_is_empty(one: Any) -> None:
    says(one, one.right.want, True)
    old = one.village.site
    Device.objects.filter(pk=one.door.pk).update(site=None, building=None, place=2)
    listeners.devices_removed(DevicesRemoved(old.pk, (one.door.pk,)))
    owed = right_of(one)
    assert (owed.gone, owed.site_id, owed.place) == (True, old.pk, 1)
    Device.objects.filter(pk=one.door.pk).update(site=old)
    listeners.devices_added(DevicesAdded(old.pk, (one.door.pk,)))
    assert AccessRight.objects.filter(device=one.door, place=2, gone=False).exists()
    owed.refresh_from_db()
    assert owed.held != owed.want
    DeviceState.objects.filter(device=one.door).update(store=2, store_place=2)
    answers.lose_store([one.door.pk])
    owed.refresh_from_db()
    assert owed.held == owed.want
    assert AccessRight.objects.get(device=one.door, place=2).held is None
