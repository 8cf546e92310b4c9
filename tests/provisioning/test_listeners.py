"""Who is told what after a change below, and who may sign in."""

from __future__ import annotations

import pytest

from devices.events import DevicesAdded, DevicesRemoved
from devices.models import Device, DeviceKind, DeviceState, DeviceSync, Part
from provisioning.models import BrokerAccount
from provisioning.services import listeners
from provisioning.services.accounts import open_accounts, rotate_secret, secret_hash
from provisioning.services.brokers import tell_broker
from sites.events import ResidentsChanged, SiteChanged, UnitsChanged
from tests.access.village import Village

pytestmark = pytest.mark.django_db
CONFIG, CONTACTS = Part.CONFIG, Part.CONTACTS


class Estate:
    """Two houses, an apartment each, and a device of every sort."""

    def __init__(self) -> None:
        self.village = village = Village()
        self.north, self.south = village.building("North"), village.building("South")
        self.unit, self.other = village.unit(self.north, "1"), village.unit(self.south, "2")
        self.of_north, self.of_south, self.public = (
            village.door(self.north),
            village.door(self.south),
            village.door(),
        )
        self.some = village.door()
        Device.objects.filter(pk=self.some.pk).update(serves_all=False)
        self.some.serves.set([self.south])
        self.own = village.door(self.north, self.unit, kind=DeviceKind.UNIT_DOOR_PHONE)
        self.monitor = village.door(self.north, self.unit, kind=DeviceKind.INDOOR_MONITOR)
        self.site = village.site
        DeviceSync.objects.all().delete()

    def marked(self, part: str) -> set[str]:
        """Names of the marked devices, by what they are here."""
        names = {value.pk: name for name, value in vars(self).items() if isinstance(value, Device)}
        found = {names[sync.device_id] for sync in DeviceSync.objects.filter(part=part)}
        DeviceSync.objects.all().delete()
        return found


@pytest.fixture
def estate() -> Estate:
    return Estate()


EVERY = {"of_north", "of_south", "public", "some", "own", "monitor"}


def test_clock_and_formats_of_a_site_are_in_every_device(estate: Estate) -> None:
    listeners.site_changed(SiteChanged(estate.site.pk, frozenset({"time_zone"})))
    assert estate.marked(CONFIG) == EVERY
    listeners.site_changed(SiteChanged(estate.site.pk, frozenset({"street"})))
    assert estate.marked(CONFIG) == set()


def test_an_apartment_is_in_the_contacts_of_the_doors_that_serve_it(estate: Estate) -> None:
    listeners.units_changed(UnitsChanged(estate.site.pk, (estate.north.pk,), (estate.unit.pk,)))
    assert estate.marked(CONTACTS) == {"of_north", "public", "own", "monitor"}
    listeners.units_changed(UnitsChanged(estate.site.pk, (estate.south.pk,), (estate.other.pk,)))
    assert estate.marked(CONTACTS) == {"of_south", "public", "some"}


def test_a_resident_is_in_the_contacts_of_the_same_doors(estate: Estate) -> None:
    person = estate.village.person(estate.other)
    DeviceSync.objects.all().delete()
    listeners.residents_changed(ResidentsChanged(estate.site.pk, (person.pk,)))
    assert estate.marked(CONTACTS) == {"of_south", "public", "some"}


def test_a_monitor_that_comes_or_goes_rings_elsewhere(estate: Estate) -> None:
    listeners.devices_added(DevicesAdded(estate.site.pk, (estate.monitor.pk,)))
    assert estate.marked(CONTACTS) >= {"of_north", "public", "own"}
    listeners.devices_added(DevicesAdded(estate.site.pk, (estate.of_south.pk,)))
    assert estate.marked(CONTACTS) == set()
    Device.objects.filter(pk=estate.monitor.pk).update(site=None, building=None, unit=None)
    listeners.devices_removed(DevicesRemoved(estate.site.pk, (estate.monitor.pk,)))
    assert estate.marked(CONTACTS) == EVERY - {"monitor"}


def test_devices_get_accounts_and_lose_them(estate: Estate) -> None:
    door = estate.public
    listeners.devices_added(DevicesAdded(estate.site.pk, (door.pk,)))
    account = BrokerAccount.objects.get(device=door)
    assert (account.username, bytes(account.password_hash)) == (door.mac, secret_hash("s"))
    listeners.devices_removed(DevicesRemoved(estate.site.pk, (door.pk,)))
    account.refresh_from_db()
    assert not account.enabled and account.want == 2
    listeners.devices_added(DevicesAdded(estate.site.pk, (door.pk,)))
    account.refresh_from_db()
    assert account.enabled and account.want == 3


def test_a_new_password_replaces_the_old_one(estate: Estate) -> None:
    open_accounts([estate.public.pk])
    secret = rotate_secret(scope=estate.village.scope, device=estate.public)
    account = BrokerAccount.objects.get(device=estate.public)
    assert bytes(account.password_hash) == secret_hash(secret) and account.told < account.want
    estate.public.refresh_from_db()
    assert estate.public.secret == secret


def test_a_broker_that_asks_the_table_needs_no_telling(estate: Estate, settings: object) -> None:
    settings.MQTT_ACCOUNTS = "table"  # type: ignore[attr-defined]
    open_accounts([estate.public.pk])
    BrokerAccount.objects.update(enabled=False)
    DeviceState.objects.update(online=True)
    assert tell_broker() == 1
    assert BrokerAccount.objects.get().told == BrokerAccount.objects.get().want
    assert not DeviceState.objects.get(device=estate.public).online
