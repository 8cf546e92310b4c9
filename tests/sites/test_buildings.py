"""Buildings and departments."""

import pytest

from accounts.models import AuditEntry
from sites import services
from sites.events import BuildingRemoved, BuildingRenamed, BuildingsAdded, ResidentsRemoved, UnitsChanged
from sites.models import Building, Residency, Unit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, everything


def test_many_are_added_at_once(world: House, heard: list[object]) -> None:
    added = services.add_buildings(scope=world.scope, site=world.community, names=["East", " West  Wing "])
    assert [building.name for building in added] == ["East", "West Wing"]
    assert heard == [BuildingsAdded(world.community.pk, (added[0].pk, added[1].pk))]
    assert AuditEntry.objects.filter(verb="building.create", site_id=world.community.pk).count() == 3


def test_every_refusal_has_its_index(world: House) -> None:
    before = everything()
    names = ["East", "north house", "east", "x" * 129, "\x07", "West"]
    with pytest.raises(RefusedMany) as refused:
        services.add_buildings(scope=world.scope, site=world.community, names=names)
    assert {index: row.code for index, row in refused.value.rows.items()} == {
        1: "in_use", 2: "in_use", 3: "max_length", 4: "control",
    }  # fmt: skip
    assert everything() == before


def test_128_characters_are_a_name(world: House) -> None:
    assert services.add_building(scope=world.scope, site=world.community, name="n" * 128).name == "n" * 128


def test_case_makes_no_other_name_in_any_script(world: House) -> None:
    services.add_building(scope=world.scope, site=world.community, name="Дом Ärger")
    with pytest.raises(Refused) as refused:
        services.add_building(scope=world.scope, site=world.community, name="ДОМ ÄRGER")
    assert refused.value.code == "in_use"


def test_a_house_has_no_buildings(world: House) -> None:
    with pytest.raises(Refused, match="A house has no buildings"):
        services.add_building(scope=world.scope, site=world.villa(), name="Annex")


def test_a_new_name_is_carried_into_every_label(world: House, heard: list[object]) -> None:
    anna, ninth = world.master(), services.NewUnit(world.north.pk, "9")
    nine = services.add_units(scope=world.scope, site=world.community, rows=[ninth])[0]
    heard.clear()
    services.rename_building(scope=world.scope, building=world.north, name="Ärger House")
    anna.refresh_from_db()
    nine.refresh_from_db()
    world.flat.refresh_from_db()
    assert anna.place_label == world.flat.place_label == "Ärger House 1204"
    assert anna.place_key == world.flat.place_key
    assert nine.place_label == "Ärger House 9"
    assert nine.place_key < world.flat.place_key
    site, north = world.community.pk, world.north.pk
    assert heard == [
        UnitsChanged(site, (north,), (world.flat.pk, nine.pk)),
        BuildingRenamed(site, north, "North House", "Ärger House"),
    ]
    assert AuditEntry.objects.get(verb="building.change").before == {"name": "North House"}


def test_a_department_is_the_label_of_its_people(world: House) -> None:
    sven = world.staff()
    services.rename_building(scope=world.scope, building=world.sales, name="Sales and care")
    sven.refresh_from_db()
    assert (sven.place_label, sven.place_key) == ("Sales and care", "sales and care")


def test_only_the_case_of_a_name_may_change(world: House) -> None:
    services.rename_building(scope=world.scope, building=world.north, name="NORTH house")
    world.flat.refresh_from_db()
    assert world.flat.place_label == "NORTH house 1204"


@pytest.mark.parametrize("name", ["", "south", "b" * 129])
def test_bad_names_change_nothing(world: House, name: str) -> None:
    services.add_building(scope=world.scope, site=world.community, name="South")
    before = everything()
    with pytest.raises(Refused) as refused:
        services.rename_building(scope=world.scope, building=world.north, name=name)
    assert refused.value.field == "name"
    assert everything() == before


def test_a_building_goes_only_when_its_name_is_typed(world: House) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        services.remove_building(scope=world.scope, building=world.north, typed_name="north house")
    assert refused.value.field == "typed_name"
    assert everything() == before


def test_a_building_takes_its_apartments_and_people_along(world: House, heard: list[object]) -> None:
    anna = world.master()
    heard.clear()
    north, flat = world.north.pk, world.flat.pk
    services.remove_building(scope=world.scope, building=world.north, typed_name="North House")
    assert heard == [
        ResidentsRemoved(world.community.pk, (anna.pk,)),
        UnitsChanged(world.community.pk, (north,), (flat,)),
        BuildingRemoved(world.community.pk, north),
    ]
    assert not Unit.objects.filter(pk=flat).exists()
    assert not Residency.objects.filter(pk=anna.pk).exists()
    assert Building.objects.get().pk == world.sales.pk


def test_a_department_takes_its_people_along(world: House) -> None:
    sven = world.staff()
    services.remove_building(scope=world.scope, building=world.sales, typed_name="Sales")
    assert not Residency.objects.filter(pk=sven.pk).exists()


def test_another_installers_building_is_not_there(world: House, stranger: Scope) -> None:
    before = everything()
    with pytest.raises(Refused, match="not there"):
        services.remove_building(scope=stranger, building=world.north, typed_name="North House")
    with pytest.raises(Refused, match="not there"):
        services.add_building(scope=stranger, site=world.community, name="Mine")
    assert everything() == before
