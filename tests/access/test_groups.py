"""Groups: their schedules and doors, their people, the ones that come with buildings."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from access.models import AccessGroup, AccessRight, Grant, Subject
from access.services import listeners
from access.services.grants import add_people, remove_people, set_groups
from access.services.groups import GroupTo, change_group, delete_groups
from accounts.models import AuditEntry
from devices.events import DevicesMoved, RelaysChanged
from devices.models import Device, DeviceKind, Relay
from sites.events import (
    BuildingRemoved,
    BuildingRenamed,
    ResidentsAdded,
    ResidentsChanged,
    SiteChanged,
    UnitsChanged,
)
from sites.models import Residency, Site, Unit
from smartplus.kernel.errors import Refused
from tests.access.village import Village, small_home, standing

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
DAY = {"repeat": "daily", "start_time": time(8), "end_time": time(18)}


def doors_of(group: AccessGroup) -> set[int]:
    return set(group.relays.values_list("device_id", flat=True))


def on_door(home: Any, device: Device | None = None) -> set[int]:
    """Subjects (people) the device must know."""
    rights = AccessRight.objects.filter(device=device or home.door, gone=False, kind="person")
    return set(rights.values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"repeat": "never"}, "starts_at"),
        ({"repeat": "never", "starts_at": NEW_YEAR, "ends_at": NEW_YEAR - timedelta(days=1)}, "ends_at"),
        ({"repeat": "daily", "start_time": time(8)}, "start_time"),
        ({"repeat": "weekly", "start_time": time(8), "end_time": time(9)}, "days"),
        ({"repeat": "weekly", "start_time": time(8), "end_time": time(9), "days": (7,)}, "days"),
        ({"repeat": "sometimes"}, "repeat"),
        ({"name": " "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "NORTH HOUSE residents"}, "name"),
    ],
)  # fmt: skip
def test_half_a_schedule_or_a_bad_name_is_refused(home: Any, fields: dict[str, Any], field: str) -> None:
    before = AccessGroup.objects.count()
    with pytest.raises(Refused) as caught:
        home.village.group(**{"name": "New", **fields})
    assert caught.value.field == field
    assert AccessGroup.objects.count() == before


def test_the_default_group_follows_the_building_s_name_until_it_has_its_own(db: None) -> None:
    village = Village()
    house = village.building("North House")
    group = AccessGroup.objects.get(default_for=house)
    listeners.building_renamed(BuildingRenamed(village.site.pk, house.pk, "North House", "Polar House"))
    group.refresh_from_db()
    assert group.name == "Polar House residents"
    AccessGroup.objects.filter(pk=group.pk).update(name="Friends")
    listeners.building_renamed(BuildingRenamed(village.site.pk, house.pk, "Polar House", "Ice House"))
    group.refresh_from_db()
    assert group.name == "Friends"


def test_doors_of_another_site_are_refused(home: Any) -> None:
    other = small_home()
    with pytest.raises(Refused, match="not of this site"):
        home.village.group("New", other.door.relays.all())


def test_relays_that_are_no_doors_are_refused(home: Any) -> None:
    monitor = home.village.door(unit=home.unit, building=home.building, kind=DeviceKind.INDOOR_MONITOR)
    with pytest.raises(Refused, match="not of this site"):
        home.village.group("New", monitor.relays.all())


def test_what_a_schedule_does_not_use_is_not_kept(home: Any) -> None:
    group = home.village.group("Day", days=(1,), starts_at=datetime(2027, 1, 1, tzinfo=UTC), **DAY)
    assert (group.days, group.starts_at) == ([], None)


def test_hours_change_without_telling_people_anew(home: Any) -> None:
    village = home.village
    group = village.group("Day", home.door.relays.all(), **DAY)
    add_people(scope=village.scope, group=group, residencies=[home.person])
    before = standing(village.site)
    to = GroupTo(
        "Day", relays=tuple(group.relays.values_list("pk", flat=True)), **{**DAY, "end_time": time(19)}
    )
    change_group(scope=village.scope, group=group, to=to)
    changed = {key for key, want in standing(village.site).items() if before[key] != want}
    assert changed == {(home.door.pk, 1, "schedule", group.schedule)}


def test_only_the_doors_that_changed_are_told(home: Any) -> None:
    village = home.village
    gate = village.door()
    group = village.group("Pool", [home.door.relays.first()])
    before = standing(village.site)
    to = GroupTo("Pool", relays=(home.door.relays.first().pk, gate.relays.get().pk))
    add_people(scope=village.scope, group=group, residencies=[home.person])
    change_group(scope=village.scope, group=group, to=to)
    assert standing(village.site) == before  # by the building's group both doors are open to Anna anyway


def test_a_group_is_deleted_with_its_grants(home: Any) -> None:
    village = home.village
    cellar = village.door(village.building(), relays=1)
    group = village.group("Cellar", cellar.relays.all(), **DAY)
    add_people(scope=village.scope, group=group, residencies=[home.person])
    assert on_door(home, cellar) == {home.subject.pk}
    delete_groups(scope=village.scope, groups=[group])
    assert on_door(home, cellar) == set()
    assert AccessRight.objects.filter(device=cellar, gone=True).count() == 2  # Anna and the schedule


def test_default_groups_stay(home: Any) -> None:
    with pytest.raises(Refused, match="came with its building"):
        delete_groups(scope=home.village.scope, groups=[home.default])
    assert on_door(home) == {home.subject.pk}


def test_the_doors_of_a_default_group_are_not_chosen(home: Any) -> None:
    change_group(scope=home.village.scope, group=home.default, to=GroupTo("Residents", relays=()))
    assert doors_of(home.default) == {home.door.pk}
    assert home.default.name == "Residents"


def test_default_doors_follow_the_devices(home: Any) -> None:
    village = home.village
    south = village.building("South House")
    of_south = AccessGroup.objects.get(default_for=south)
    gate, south_door = village.door(), village.door(south)
    flat_door = village.door(home.building, unit=home.unit, kind=DeviceKind.UNIT_DOOR_PHONE)
    monitor = village.door(home.building, unit=home.unit, kind=DeviceKind.INDOOR_MONITOR)
    assert doors_of(home.default) == {home.door.pk, gate.pk}
    assert doors_of(of_south) == {south_door.pk, gate.pk}
    assert not doors_of(home.default) & {flat_door.pk, monitor.pk}
    Device.objects.filter(pk=gate.pk).update(serves_all=False)
    gate.serves.set([south])
    listeners.devices_moved(DevicesMoved(village.site.pk, (gate.pk,)))
    assert doors_of(home.default) == {home.door.pk}
    assert on_door(home, gate) == set()
    Device.objects.filter(pk=home.door.pk).update(building=south)
    listeners.devices_moved(DevicesMoved(village.site.pk, (home.door.pk,)))
    assert doors_of(of_south) == {south_door.pk, gate.pk, home.door.pk}


def test_a_building_that_comes_later_finds_the_public_doors(home: Any) -> None:
    gate = home.village.door()
    late = home.village.building()
    assert doors_of(AccessGroup.objects.get(default_for=late)) == {gate.pk}


def test_names_of_default_groups_are_free_and_fit(home: Any) -> None:
    village = home.village
    village.group("West residents")
    west = village.building("West")
    long = village.building("x" * 128)
    assert AccessGroup.objects.get(default_for=west).name == "West residents 2"
    assert len(AccessGroup.objects.get(default_for=long).name) == 64


def test_a_building_goes_with_its_group(home: Any) -> None:
    village = home.village
    guest = village.person(village.unit(village.building("South")))
    add_people(scope=village.scope, group=home.default, residencies=[guest])
    listeners.building_removed(BuildingRemoved(village.site.pk, home.building.pk))
    assert not AccessGroup.objects.filter(default_for=home.building).exists()
    assert on_door(home) == set()


def test_a_house_opens_all_its_doors(db: None) -> None:
    village = Village(Site.Kind.HOUSE)
    unit = village.unit(None)
    door = village.door(unit=unit, kind=DeviceKind.UNIT_DOOR_PHONE)
    person = village.person(unit)
    group = AccessGroup.objects.get(site=village.site)
    assert (group.default_of_house, group.name) == (True, "Home")
    subject = Subject.objects.get(residency=person)
    assert AccessRight.objects.filter(device=door, subject=subject.pk, gone=False).exists()


def test_who_moves_house_changes_the_default_group(home: Any) -> None:
    village = home.village
    south = village.building("South")
    south_door, unit = village.door(south), village.unit(south, "7")
    Residency.objects.filter(pk=home.person.pk).update(unit=unit, building=south)
    listeners.residents_changed(ResidentsChanged(village.site.pk, (home.person.pk,)))
    assert on_door(home) == set()
    assert on_door(home, south_door) == {home.subject.pk}


def test_a_renumbered_apartment_is_told(home: Any) -> None:
    before = AccessRight.objects.get(device=home.door).want
    Unit.objects.filter(pk=home.unit.pk).update(name="Berg")
    listeners.units_changed(UnitsChanged(home.village.site.pk, (), (home.unit.pk,)))
    assert AccessRight.objects.get(device=home.door).want == before
    Unit.objects.filter(pk=home.unit.pk).update(number="1205")
    listeners.units_changed(UnitsChanged(home.village.site.pk, (), (home.unit.pk,)))
    assert AccessRight.objects.get(device=home.door).want > before
    assert home.subject.apartment == "1205"


def test_residents_told_twice_are_counted_once(home: Any) -> None:
    listeners.residents_added(ResidentsAdded(home.village.site.pk, (home.person.pk,)))
    assert Subject.objects.count() == 1
    assert Grant.objects.count() == 1


def test_people_join_and_leave(home: Any) -> None:
    village = home.village
    cellar = village.door(village.building(), relays=1)
    group = village.group("Cellar", cellar.relays.all())
    assert add_people(scope=village.scope, group=group, residencies=[home.person]) == 1
    assert add_people(scope=village.scope, group=group, residencies=[home.person]) == 0
    assert on_door(home, cellar) == {home.subject.pk}
    remove_people(scope=village.scope, grants=list(group.grants.all()))
    assert on_door(home, cellar) == set()
    verbs = list(
        AuditEntry.objects.filter(object_label="Cellar").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["group.create", "group.add", "group.remove"]


def test_a_grant_that_ended_or_is_far_away_is_not_on_doors(home: Any) -> None:
    village = home.village
    cellar = village.door(village.building(), relays=1)
    group = village.group("Cellar", cellar.relays.all())
    now = datetime.now(tz=UTC)
    add_people(scope=village.scope, group=group, residencies=[home.person], starts_at=now + timedelta(days=8))
    assert on_door(home, cellar) == set()
    with pytest.raises(Refused, match="before the beginning"):
        add_people(scope=village.scope, group=group, residencies=[home.person], starts_at=now, ends_at=now)


def test_exactly_these_groups(home: Any) -> None:
    village = home.village
    pool, sauna = village.group("Pool"), village.group("Sauna")
    set_groups(scope=village.scope, site=village.site, rows={home.person.pk: [pool.pk, home.default.pk]})
    kept = Grant.objects.get(group=home.default)
    set_groups(scope=village.scope, site=village.site, rows={home.person.pk: [sauna.pk, home.default.pk]})
    assert set(home.subject.grants.values_list("group_id", flat=True)) == {sauna.pk, home.default.pk}
    assert Grant.objects.get(group=home.default).pk == kept.pk
    with pytest.raises(Refused, match="not of this site"):
        set_groups(scope=village.scope, site=village.site, rows={home.person.pk: [small_home().default.pk]})


def test_a_site_kept_to_its_public_area(home: Any) -> None:
    village = home.village
    flat_door = village.door(home.building, unit=home.unit, kind=DeviceKind.UNIT_DOOR_PHONE)
    group = village.group("Flat", flat_door.relays.all())
    add_people(scope=village.scope, group=group, residencies=[home.person])
    assert on_door(home, flat_door) == {home.subject.pk}
    Site.objects.filter(pk=village.site.pk).update(access_control="public")
    listeners.site_changed(SiteChanged(village.site.pk, frozenset({"access_control"})))
    assert on_door(home, flat_door) == set()
    assert on_door(home) == {home.subject.pk}
    for change in (
        lambda: add_people(scope=village.scope, group=group, residencies=[village.person(home.unit)]),
        lambda: remove_people(scope=village.scope, grants=list(group.grants.all())),
        lambda: set_groups(scope=village.scope, site=village.site, rows={home.person.pk: []}),
    ):
        with pytest.raises(Refused, match="public area"):
            change()
    Site.objects.filter(pk=village.site.pk).update(access_control="all")
    listeners.site_changed(SiteChanged(village.site.pk, frozenset({"access_control"})))
    assert on_door(home, flat_door) == {home.subject.pk}


def test_a_switched_off_relay_drops_out(home: Any) -> None:
    Relay.objects.filter(device=home.door).update(enabled=False)
    listeners.relays_changed(RelaysChanged(home.village.site.pk, (home.door.pk,)))
    assert on_door(home) == set()
