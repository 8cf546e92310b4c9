"""Moving to another apartment and moving out: who goes along, who makes way, what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models import AuditEntry
from sites.events import ResidentsChanged
from sites.models import Residency
from sites.services import (
    NewResident,
    NewUnit,
    add_building,
    add_resident,
    add_units,
    change_unit,
    remove_residents,
)
from sites.services.moves import Move, move_out, move_people, move_person
from smartplus.kernel.errors import Refused, RefusedMany
from tests.sites.makers import House, everything


@pytest.fixture
def south(world: House) -> Any:
    """An empty apartment of another building."""
    building = add_building(scope=world.scope, site=world.community, name="South House")
    return add_units(scope=world.scope, site=world.community, rows=[NewUnit(building.pk, "7")])[0]


def where(person: Residency) -> tuple[str, str]:
    """Where somebody lives, and as what."""
    person.refresh_from_db()
    return person.place_label, person.kind


def test_a_family_moves_together(world: House, south: Any, heard: list[object]) -> None:
    anna, otto = world.master(), world.member()
    heard.clear()
    move_person(scope=world.scope, person=anna, to=Move(south.pk, "master"))
    assert where(anna) == ("South House 7", "master")
    assert where(otto) == ("South House 7", "member")
    assert (anna.building_id, anna.unit_id) == (south.building_id, south.pk)
    assert heard == [ResidentsChanged(world.community.pk, (anna.pk, otto.pk))]
    entry = AuditEntry.objects.filter(verb="resident.move").earliest("pk")
    assert (entry.before, entry.after) == (
        {"place_label": "North House 1204"}, {"place_label": "South House 7"},
    )  # fmt: skip


def test_a_master_moves_alone_and_two_change_places(world: House, south: Any) -> None:
    anna, otto = world.master(), world.member()
    row = NewResident("master", "Zoe", unit_id=south.pk)
    zoe = add_resident(scope=world.scope, site=world.community, row=row)
    moves = {anna.pk: Move(south.pk, "master", family=False), zoe.pk: Move(world.flat.pk, "master")}
    move_people(scope=world.scope, site=world.community, moves=moves)
    assert [where(one) for one in (anna, zoe, otto)] == [
        ("South House 7", "master"), ("North House 1204", "master"), ("North House 1204", "member"),
    ]  # fmt: skip
    move_person(scope=world.scope, person=zoe, to=Move(south.pk, "member", family=False))
    assert where(zoe) == ("South House 7", "member")


def test_what_cannot_be_is_refused_and_nothing_moves(world: House, south: Any) -> None:
    anna, otto = world.master(), world.member()
    row = NewResident("master", "Zoe", unit_id=south.pk)
    add_resident(scope=world.scope, site=world.community, row=row)
    change_unit(scope=world.scope, unit=south, member_limit=0)
    before = everything()
    for person, to, field, code in (
        (anna, Move(south.pk, "master"), "kind", "second_master"),
        (anna, Move(south.pk, "member"), "unit", "full"),
        (anna, Move(world.flat.pk, "master"), "unit", "same"),
        (otto, Move(0, "member"), "unit", "no_unit"),
    ):
        with pytest.raises(Refused) as refused:
            move_person(scope=world.scope, person=person, to=to)
        assert (refused.value.field, refused.value.code) == (field, code)
    change_unit(scope=world.scope, unit=south, member_limit=1)
    before = everything()
    with pytest.raises(RefusedMany) as many:  # Anna fits, Otto who follows her does not
        moves = {anna.pk: Move(south.pk, "member")}
        move_people(scope=world.scope, site=world.community, moves=moves)
    assert {index: no.code for index, no in many.value.rows.items()} == {0: "full"}
    assert everything() == before


def test_moving_out_ends_the_lease_and_makes_way(world: House, heard: list[object]) -> None:
    anna, otto = world.master(), world.member()
    heard.clear()
    gone = move_out(scope=world.scope, person=anna)
    assert {one.pk for one in gone} == {anna.pk, otto.pk}
    assert heard == [ResidentsChanged(world.community.pk, (anna.pk, otto.pk))]
    anna.refresh_from_db()
    assert anna.valid_until is not None
    assert anna.valid_until <= now()
    with pytest.raises(Refused) as again:
        move_out(scope=world.scope, person=anna)
    assert again.value.code == "ended"
    with pytest.raises(Refused):  # nobody is a member of a family that has left
        world.member(first_name="Ida")
    zoe = world.master(first_name="Zoe")
    assert [where(one)[1] for one in (zoe, anna, otto)] == ["master", "member", "member"]


def test_moving_out_at_a_date_and_calling_off(world: House) -> None:
    may = datetime(2027, 5, 1, tzinfo=UTC)
    anna, otto = world.master(valid_from=may), world.member(valid_until=may)
    with pytest.raises(Refused) as refused:
        move_out(scope=world.scope, person=anna, at=now() - timedelta(days=1))
    assert refused.value.field == "at"
    move_out(scope=world.scope, person=anna, at=datetime(2027, 6, 1, tzinfo=UTC))
    otto.refresh_from_db()
    assert otto.valid_until == may  # earlier already
    anna.refresh_from_db()
    move_out(scope=world.scope, person=anna, family=False)
    anna.refresh_from_db()
    assert anna.valid_from is None  # it never began
    otto.refresh_from_db()
    assert otto.valid_until == may


def test_nobody_goes_with_a_master_who_has_moved_out(world: House) -> None:
    anna, otto = world.master(), world.member()
    move_out(scope=world.scope, person=anna, family=False)
    assert remove_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk]) == [anna.pk]
    assert where(otto) == ("North House 1204", "member")
