"""Apartments."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.permissions import scope_for
from devices.models import Device
from sites import services
from sites.events import ResidentsRemoved, UnitsChanged
from sites.models import Residency, Site, Unit
from sites.services import NewUnit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, everything


def add(world: House, *rows: NewUnit) -> list[Unit]:
    return services.add_units(scope=world.scope, site=world.community, rows=rows)


def test_plural_and_singular_write_the_same(world: House) -> None:
    south = services.add_building(scope=world.scope, site=world.community, name="South")
    numbers = ["1", "2#123A", "0010"]
    together = add(world, *[NewUnit(world.north.pk, number, "Home", 3, "+45 1234") for number in numbers])
    alone = [add(world, NewUnit(south.pk, number, "Home", 3, "+45 1234"))[0] for number in numbers]
    columns = ["number", "name", "call_type", "phone_1", "sort_key"]
    rows = {
        building: list(
            Unit.objects.filter(building=building, name="Home").order_by("pk").values_list(*columns)
        )
        for building in (world.north, south)
    }
    assert rows[world.north] == rows[south]
    assert len({unit.sip for unit in (*together, *alone)}) == 6


def test_added_apartments_are_announced_and_audited(world: House, heard: list[object]) -> None:
    units = add(world, NewUnit(world.north.pk, "1"), NewUnit(world.north.pk, "2"))
    assert heard == [UnitsChanged(world.community.pk, (world.north.pk,), tuple(unit.pk for unit in units))]
    entry = AuditEntry.objects.filter(verb="unit.create").latest("pk")
    assert entry.after["place_label"] == "North House 2"


def test_ten_thousand_cost_as_many_queries_as_a_chunk(world: House, heard: list[object]) -> None:
    def cost(first: int, count: int) -> int:
        rows = [NewUnit(world.north.pk, str(number)) for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as queries:
            add(world, *rows)
        return len(queries)

    cost(1, 2)
    assert cost(100_000, 900) == cost(200_000, 25)
    assert cost(300_000, 2_900) == cost(400_000, 900)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (NewUnit(None, "1"), "building"),
        (NewUnit(-1, "1"), "building"),
        (NewUnit(0, ""), "number"),
        (NewUnit(0, "12-A"), "number"),
        (NewUnit(0, "١٢"), "number"),
        (NewUnit(0, "1" * 33), "number"),
        (NewUnit(0, "1", "n" * 65), "name"),
        (NewUnit(0, "1", "a\u2067b"), "name"),
        (NewUnit(0, "1", call_type=6), "call_type"),
        (NewUnit(0, "1", phone_1="12"), "phone_1"),
        (NewUnit(0, "1", phone_2="call me"), "phone_2"),
        (NewUnit(0, "1", phone_3="9" * 21), "phone_3"),
    ],
)
def test_bad_values_are_refused_at_their_field(world: House, row: NewUnit, field: str) -> None:
    row = NewUnit(world.north.pk, *list(vars(row).values())[1:]) if row.building_id == 0 else row
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        add(world, NewUnit(world.north.pk, "77"), row)
    assert {index: no.field for index, no in refused.value.rows.items()} == {1: field}
    assert everything() == before


def test_numbers_are_unique_in_their_building(world: House) -> None:
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        add(
            world,
            NewUnit(world.north.pk, "1204"),
            NewUnit(world.north.pk, "2a"),
            NewUnit(world.north.pk, "2A"),
        )
    assert {index: no.code for index, no in refused.value.rows.items()} == {0: "in_use", 2: "double"}
    assert everything() == before


def test_another_building_may_have_the_same_number(world: House) -> None:
    south = services.add_building(scope=world.scope, site=world.community, name="South")
    assert add(world, NewUnit(south.pk, "1204"))[0].place_label == "South 1204"


def test_departments_of_another_site_are_no_buildings(world: House) -> None:
    with pytest.raises(Refused) as refused:
        add(world, NewUnit(world.sales.pk, "1"))
    assert refused.value.code == "no_building"


@pytest.mark.parametrize("kind", ["office", "house"])
def test_only_communities_have_apartments(world: House, kind: str) -> None:
    site: Site = world.office if kind == "office" else world.villa()
    with pytest.raises(Refused, match="Only a community"):
        services.add_units(scope=world.scope, site=site, rows=[NewUnit(world.sales.pk, "1")])


def test_a_new_number_is_carried_to_the_people(world: House, heard: list[object]) -> None:
    anna = world.master()
    heard.clear()
    services.change_unit(scope=world.scope, unit=world.flat, number="12#4", phone_1="004512345678")
    anna.refresh_from_db()
    world.flat.refresh_from_db()
    assert anna.place_label == "North House 12#4"
    assert anna.place_key == world.flat.place_key
    assert "12#4" in world.flat.search_text
    assert heard == [UnitsChanged(world.community.pk, (world.north.pk,), (world.flat.pk,))]
    entry = AuditEntry.objects.get(verb="unit.change")
    assert (entry.before["number"], entry.after["number"]) == ("1204", "12#4")


def test_what_did_not_change_is_not_told(world: House, heard: list[object]) -> None:
    services.change_unit(scope=world.scope, unit=world.flat, number="1204", call_type=0)
    assert heard == []


def test_many_change_as_each_alone(world: House) -> None:
    one, two, three, four = add(world, *[NewUnit(world.north.pk, number) for number in ("1", "2", "3", "4")])
    wanted = {"name": "Loft", "call_type": 5}
    services.change_units(scope=world.scope, site=world.community, changes={one.pk: wanted, two.pk: wanted})
    for unit in (three, four):
        services.change_unit(scope=world.scope, unit=unit, **wanted)
    assert set(Unit.objects.filter(name="Loft").values_list("call_type", flat=True)) == {5}
    assert Unit.objects.filter(name="Loft").count() == 4


def test_refused_changes_name_their_position(world: House) -> None:
    one, two = add(world, NewUnit(world.north.pk, "1"), NewUnit(world.north.pk, "2"))
    before = everything()
    changes = {
        one.pk: {"number": "1204"},
        -1: {"name": "x"},
        two.pk: {"number": "a b"},
        world.flat.pk: {"name": "ok"},
    }
    with pytest.raises(RefusedMany) as refused:
        services.change_units(scope=world.scope, site=world.community, changes=changes)
    assert {index: no.code for index, no in refused.value.rows.items()} == {
        0: "in_use",
        1: "gone",
        2: "invalid",
    }
    assert everything() == before


def test_two_cannot_take_one_number(world: House) -> None:
    one, two = add(world, NewUnit(world.north.pk, "1"), NewUnit(world.north.pk, "2"))
    changes = {one.pk: {"number": "7"}, two.pk: {"number": "7"}}
    with pytest.raises(RefusedMany) as refused:
        services.change_units(scope=world.scope, site=world.community, changes=changes)
    assert list(refused.value.rows) == [1]


def test_apartments_go_with_their_people(world: House, heard: list[object]) -> None:
    anna = world.master()
    heard.clear()
    assert services.remove_units(scope=world.scope, site=world.community, unit_ids=[world.flat.pk]) == 1
    assert heard == [
        ResidentsRemoved(world.community.pk, (anna.pk,)),
        UnitsChanged(world.community.pk, (world.north.pk,), (world.flat.pk,)),
    ]
    assert not Residency.objects.filter(pk=anna.pk).exists()


def test_a_device_stands_in_the_way(world: House) -> None:
    world.master()
    Device.objects.create(
        site=world.community, mac="0C11050B9814", kind=2, name="Hall", unit=world.flat, sip="1", secret="x"
    )
    before = everything()
    with pytest.raises(Refused, match="This apartment still holds 1 device. Take it out first."):
        services.remove_units(scope=world.scope, site=world.community, unit_ids=[world.flat.pk])
    with pytest.raises(Refused, match="1 device"):
        services.remove_building(scope=world.scope, building=world.north, typed_name="North House")
    assert everything() == before


def test_a_house_keeps_its_home(world: House) -> None:
    villa = world.villa()
    home = Unit.objects.get(site=villa)
    with pytest.raises(Refused, match="A house keeps its home"):
        services.remove_units(scope=world.scope, site=villa, unit_ids=[home.pk])
    assert Unit.objects.filter(pk=home.pk).exists()


def test_apartments_of_other_sites_stay(world: House, stranger: Scope) -> None:
    assert services.remove_units(scope=world.scope, site=world.office, unit_ids=[world.flat.pk]) == 0
    with pytest.raises(Refused, match="not there"):
        services.remove_units(scope=stranger, site=world.community, unit_ids=[world.flat.pk])
    assert Unit.objects.filter(pk=world.flat.pk).exists()


def test_managers_who_may_not_delete_people_remove_no_homes(world: House) -> None:
    services.change_site(scope=world.scope, site=world.community, managers_delete_people=False)
    with pytest.raises(Refused, match="Only your installer"):
        services.remove_units(scope=scope_for(world.manager), site=world.community, unit_ids=[world.flat.pk])
    assert Unit.objects.filter(pk=world.flat.pk).exists()
