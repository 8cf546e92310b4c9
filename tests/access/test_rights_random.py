"""After any changes in any order rights are exactly what grants say, and only what changed is told again."""

import random
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from access.models import AccessGroup, Credential, Grant, Subject
from access.services import jobs, listeners, rights, sweep
from access.services.credentials import add_cards, remove_credentials, set_pins
from access.services.grants import add_people, remove_people, set_groups
from access.services.groups import GroupTo, change_group, delete_groups
from devices.events import DevicesAdded, DevicesMoved, DevicesRemoved, RelaysChanged
from devices.models import Device, Relay
from sites.events import ResidentsChanged, ResidentsRemoved, SiteChanged, UnitsChanged
from sites.models import Residency, Unit
from tests.access.village import Village, default_doors, naive, pick, standing

pytestmark = pytest.mark.django_db


class Life:
    """A village in which things happen."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.village = Village()
        self.site = self.village.site
        self.others = Village()
        houses = [self.village.building() for _ in range(2)]
        self.units = [self.village.unit(house) for house in houses for _ in range(2)]
        for house in houses:
            self.village.door(house, relays=2)
        self.village.door(relays=2)
        self.village.door(houses[0], unit=self.units[0], kind=1)
        for unit in self.units:
            self.village.person(unit)
        self.village.group(relays=Relay.objects.filter(device__site=self.site)[:3])

    def happen(self) -> str:
        """One random change."""
        name = self.rng.choice([name for name in dir(self) if name.startswith("do_")])
        getattr(self, name)()
        return name

    def relays(self) -> list[Relay]:
        rows = list(Relay.objects.filter(device__site=self.site))
        return self.rng.sample(rows, self.rng.randint(0, min(4, len(rows))))

    def when(self, far: bool = False) -> Any:
        """None, past, soon, or far."""
        days = self.rng.choice([None, -3, -1, 2, 5, 9, 40])
        return None if days is None else timezone.now() + timedelta(days=days)

    def schedule(self) -> dict[str, Any]:
        repeat = self.rng.choice(["always", "never", "daily", "weekly"])
        if repeat == "never":
            start = timezone.now() + timedelta(days=self.rng.choice([-9, -2, 3, 12]))
            return {
                "repeat": repeat,
                "starts_at": start,
                "ends_at": start + timedelta(days=self.rng.choice([1, 4, 30])),
            }
        if repeat == "always":
            return {}
        hours = {"start_time": time(self.rng.randint(0, 23)), "end_time": time(self.rng.randint(0, 23), 30)}
        days = tuple(self.rng.sample(range(7), 2)) if repeat == "weekly" else ()
        return {"repeat": repeat, "days": days, **hours}

    def do_person(self) -> None:
        self.village.person(self.rng.choice(self.units))

    def do_leave(self) -> None:
        if person := pick(self.rng, Residency.objects.filter(site=self.site)):
            listeners.residents_removed(ResidentsRemoved(self.site.pk, (person.pk,)))
            person.delete()

    def do_rename(self) -> None:
        if person := pick(self.rng, Residency.objects.filter(site=self.site)):
            person.first_name = self.rng.choice(["Anna", "Юлия", "دانیال", person.first_name])
            person.save(update_fields=["first_name"])
            listeners.residents_changed(ResidentsChanged(self.site.pk, (person.pk,)))

    def do_move_house(self) -> None:
        if person := pick(self.rng, Residency.objects.filter(site=self.site)):
            unit = self.rng.choice(self.units)
            person.unit, person.building_id = unit, unit.building_id
            person.save(update_fields=["unit", "building"])
            listeners.residents_changed(ResidentsChanged(self.site.pk, (person.pk,)))

    def do_renumber(self) -> None:
        unit = self.rng.choice(self.units)
        Unit.objects.filter(pk=unit.pk).update(number=str(self.rng.randint(1, 10**6)))
        listeners.units_changed(UnitsChanged(self.site.pk, (), (unit.pk,)))

    def do_lease(self) -> None:
        person, span = pick(self.rng, Residency.objects.filter(site=self.site)), self.span()
        if person and span:
            Residency.objects.filter(pk=person.pk).update(**span)
            listeners.residents_changed(ResidentsChanged(self.site.pk, (person.pk,)))

    def do_valid_time(self) -> None:
        if span := self.span():
            unit = self.rng.choice(self.units)
            Unit.objects.filter(pk=unit.pk).update(**span)
            listeners.units_changed(UnitsChanged(self.site.pk, (), (unit.pk,)))

    def span(self) -> dict[str, Any] | None:
        start, end = self.when(), self.when()
        return None if start and end and end <= start else {"valid_from": start, "valid_until": end}

    def do_group(self) -> None:
        self.village.group(relays=self.relays(), **self.schedule())

    def do_change_group(self) -> None:
        group = pick(self.rng, AccessGroup.objects.filter(site=self.site))
        fields = ("repeat", "days", "start_time", "end_time", "starts_at", "ends_at")
        timing = (
            self.schedule() if self.rng.random() < 0.5 else {name: getattr(group, name) for name in fields}
        )
        to = GroupTo(group.name, relays=tuple(relay.pk for relay in self.relays()), **timing)
        change_group(scope=self.village.scope, group=group, to=to)

    def do_delete_group(self) -> None:
        if group := pick(self.rng, AccessGroup.objects.filter(site=self.site, default_for__isnull=True)):
            delete_groups(scope=self.village.scope, groups=[group])

    def do_join(self) -> None:
        group = pick(self.rng, AccessGroup.objects.filter(site=self.site))
        people = Residency.objects.filter(site=self.site).order_by("?")[:3]
        start, end = self.when(), self.when()
        if not (start and end and end <= start) and self.public_is_off():
            add_people(
                scope=self.village.scope, group=group, residencies=people, starts_at=start, ends_at=end
            )

    def do_quit(self) -> None:
        if (grant := pick(self.rng, Grant.objects.filter(site=self.site))) and self.public_is_off():
            remove_people(scope=self.village.scope, grants=[grant])

    def do_set_groups(self) -> None:
        person = pick(self.rng, Residency.objects.filter(site=self.site))
        groups = AccessGroup.objects.filter(site=self.site).order_by("?").values_list("pk", flat=True)[:2]
        if person and self.public_is_off():
            set_groups(scope=self.village.scope, site=self.site, rows={person.pk: groups})

    def do_pin(self) -> None:
        if person := pick(self.rng, Residency.objects.filter(site=self.site)):
            pin = self.rng.choice(["", str(self.rng.randint(10**7, 8 * 10**7))])
            set_pins(scope=self.village.scope, site=self.site, pins={person.pk: pin})

    def do_card(self) -> None:
        if person := pick(self.rng, Residency.objects.filter(site=self.site)):
            add_cards(
                scope=self.village.scope,
                site=self.site,
                cards={person.pk: [f"{self.rng.getrandbits(60):015X}"]},
            )

    def do_lose_card(self) -> None:
        if card := pick(self.rng, Credential.objects.filter(site=self.site)):
            remove_credentials(scope=self.village.scope, credentials=[card])

    def do_door(self) -> None:
        self.village.door(self.rng.choice([None, self.units[0].building]), relays=self.rng.randint(1, 3))

    def do_switch_relay(self) -> None:
        if relay := pick(self.rng, Relay.objects.filter(device__site=self.site)):
            Relay.objects.filter(pk=relay.pk).update(enabled=not relay.enabled)
            listeners.relays_changed(RelaysChanged(self.site.pk, (relay.device_id,)))

    def do_delete_relay(self) -> None:
        if relay := pick(self.rng, Relay.objects.filter(device__site=self.site)):
            relay.delete()
            listeners.relays_changed(RelaysChanged(self.site.pk, (relay.device_id,)))

    def do_serve_other(self) -> None:
        if device := pick(self.rng, Device.objects.filter(site=self.site, unit=None)):
            device.building = self.rng.choice([None, self.units[0].building, self.units[-1].building])
            device.serves_all = self.rng.random() < 0.5
            device.save(update_fields=["building", "serves_all"])
            device.serves.set(self.rng.sample([self.units[0].building_id, self.units[-1].building_id], 1))
            listeners.devices_moved(DevicesMoved(self.site.pk, (device.pk,)))

    def do_take_out(self) -> None:
        if device := pick(self.rng, Device.objects.filter(site=self.site)):
            Device.objects.filter(pk=device.pk).update(
                site=None, building=None, unit=None, place=device.place + 1
            )
            listeners.devices_removed(DevicesRemoved(self.site.pk, (device.pk,)))
            if new := self.rng.choice([None, self.site, self.others.site]):
                Device.objects.filter(pk=device.pk).update(site=new)
                Relay.objects.filter(device=device).delete()
                Relay.objects.create(device=device, number=1, name="New")
                listeners.devices_added(DevicesAdded(new.pk, (device.pk,)))

    def do_public(self) -> None:
        self.site.access_control = self.rng.choice(["all", "public"])
        self.site.save(update_fields=["access_control"])
        listeners.site_changed(SiteChanged(self.site.pk, frozenset({"access_control"})))

    def do_zone(self) -> None:
        self.site.time_zone = self.rng.choice(["Europe/Berlin", "Asia/Tokyo"])
        self.site.save(update_fields=["time_zone"])
        listeners.site_changed(SiteChanged(self.site.pk, frozenset({"time_zone"})))

    def do_sweep(self) -> None:
        sweep.sweep()

    def public_is_off(self) -> bool:
        self.site.refresh_from_db()
        return self.site.access_control == "all"


@pytest.mark.parametrize("seed", range(4))
def test_rights_follow_whatever_happens(seed: int) -> None:
    life = Life(seed)
    known, told = naive(life.site), standing(life.site)
    assert known.keys() == told.keys()
    for step in range(30):
        what = f"{life.happen()} (seed {seed}, step {step})"
        wanted, now = naive(life.site), standing(life.site)
        assert now.keys() == wanted.keys(), what
        for key, want in now.items():
            if known.get(key) != wanted[key]:
                assert want > told.get(key, 0), f"{what}: {key} is not told anew"
            elif key[2] == "person":
                assert want == told[key], f"{what}: {key} is told again for nothing"
        for group in AccessGroup.objects.filter(site=life.site, default_for__isnull=False):
            assert set(group.relays.values_list("pk", flat=True)) == default_doors(group), what
        known, told = wanted, now


@pytest.mark.parametrize("seed", range(100, 103))
def test_what_a_job_leaves_is_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything larger than nothing becomes a job, in chunks of two people."""
    monkeypatch.setattr(rights, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(jobs, "CHUNK", 2)
    life = Life(seed)
    for step in range(15):
        what = f"{life.happen()} (seed {seed}, step {step})"
        for site_id in jobs.due():
            assert jobs.serve(site_id)
        assert jobs.due() == []
        assert standing(life.site).keys() == naive(life.site).keys(), what


def test_nobody_else_is_touched() -> None:
    """What happens on one site leaves the rights of another as they are."""
    life = Life(7)
    other = Village()
    house = other.building()
    other.door(house)
    other.person(other.unit(house))
    before = standing(other.site)
    assert before
    for _ in range(20):
        life.happen()
    assert standing(other.site) == before
    assert Subject.objects.filter(site=other.site).count() == 1
