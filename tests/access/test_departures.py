"""Who left, and what each door proves of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils.timezone import now

from access.models import AccessRight, Credential, Subject
from access.queries import departures as queries
from access.services.credentials import set_pins
from devices.models import DeviceState
from sites.models import Residency
from sites.services import remove_residents
from sites.services.moves import Move, move_out, move_person


@pytest.fixture
def block(home: Any) -> Any:
    """With a second building whose door is off line, and an apartment there; both doors confirmed."""
    home.other = home.village.building("South House")
    home.flat = home.village.unit(home.other, "7")
    home.far = home.village.door(home.other)
    Residency.objects.filter(pk=home.person.pk).update(kind="master")
    home.person.refresh_from_db()
    confirm()
    return home


def confirm(**which: Any) -> None:
    """The devices hold what is wanted."""
    AccessRight.objects.filter(**which).update(held=F("want"), held_at=now(), sent_at=now())


def doors(home: Any, subject: Subject) -> dict[str, str]:
    """Device to what it proves."""
    rows = queries.doors_of(AccessRight.objects.filter(site=home.village.site), subject)
    return {row.device.name: queries.evidence_of(row).label for row in rows}


def test_a_move_changes_the_default_groups_and_the_report_shows_it(block: Any) -> None:
    subject = block.subject
    move_person(scope=block.village.scope, person=block.person, to=Move(block.flat.pk, "master"))
    names = set(block.person.subject.grants.values_list("group__name", flat=True))
    assert names == {"South House residents"}
    confirm(gone=False)
    DeviceState.objects.filter(device=block.door).update(online=False, since=now())
    assert doors(block, subject) == {block.door.name: "Not yet proven", block.far.name: "Knows"}
    assert not queries.has_left(subject)


def test_a_pin_moves_along_within_the_building(block: Any) -> None:
    """In APT + PIN mode a PIN is unique in the apartment where somebody lives now."""
    site = block.village.site
    site.pin_mode = "apt_pin"
    site.save()
    set_pins(scope=block.village.scope, site=site, pins={block.person.pk: "4711"})
    near = block.village.unit(block.building, "1205")
    move_person(scope=block.village.scope, person=block.person, to=Move(near.pk, "master"))
    assert Credential.objects.get(residency=block.person, kind="pin").space == near.pk


def test_moving_out_is_proven_door_by_door(block: Any) -> None:
    subject = block.subject
    public = block.village.door()
    confirm()
    move_out(scope=block.village.scope, person=block.person)
    subject.refresh_from_db()
    assert queries.has_left(subject)
    assert set(AccessRight.objects.filter(subject=subject.pk).values_list("gone", flat=True)) == {True}
    confirm(device=public)
    DeviceState.objects.filter(device=block.door).update(online=False, since=now() - timedelta(hours=1))
    assert doors(block, subject) == {block.door.name: "Not yet proven", public.name: "Gone"}
    assert queries.summary(subject) == "Gone from 1 of 2 door devices by their own evidence."
    [row] = queries.departed(Subject.objects.all())
    assert (row.doors, row.proven, row.last_proof is not None) == (2, 1, True)
    confirm()
    assert queries.summary(subject) == "Gone from all door devices (2), by the evidence of each."


def test_who_is_deleted_stays_in_the_report(block: Any) -> None:
    subject, site = block.subject, block.village.site
    remove_residents(scope=block.village.scope, site=site, residency_ids=[block.person.pk])
    subject.refresh_from_db()
    assert (subject.residency_id, queries.why_left(subject)) == (None, "Deleted")
    assert queries.has_left(subject)
    assert doors(block, subject) == {block.door.name: "Not yet proven"}


def test_a_door_that_closes_by_its_clock_says_so(block: Any) -> None:
    """The lease ends by itself: until the sweep the device keeps the person, and opens nothing."""
    subject = block.subject
    Subject.objects.filter(pk=subject.pk).update(valid_until=now() - timedelta(minutes=1))
    assert doors(block, subject) == {block.door.name: "Closed"}
