"""A thousand simulated doors of two sites, connected and in sync, and the people who work with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils.timezone import now

from access.models import AccessRight, Subject
from accounts.models import User
from accounts.permissions import scope_for
from devices.models import Device, DeviceKind, DeviceState
from devices.services import NewDevice, add_devices, add_macs
from provisioning.simulator.client import Simulator
from sites import services as sites
from sites.models import Building, Residency, Site
from smartplus.kernel.scoping import Scope
from smartplus.run.stack import Stack
from tests.bench import accounts
from tests.bench.browser import Browser, cookies_of
from tests.bench.people import staff
from tests.waiting import until

OUI = "0C11BE"
PER_SITE = 500


def mac(number: int) -> str:
    """MACs of the bench, counted up."""
    return f"{OUI}{number:06X}"


@dataclass
class Fleet:
    """Two sites of 500 doors each; one person of the first may open its 500."""

    stack: Stack
    installer: User
    manager: User
    sites: list[Site]
    person: Residency

    @property
    def subject(self) -> int:
        """The person's number."""
        return int(Subject.objects.get(residency=self.person).pk)

    def simulator(self) -> Simulator:
        """A line to the simulator."""
        return Simulator(self.stack.env["SIMULATOR_URL"], self.stack.env["SIMULATOR_TOKEN"], 300)

    def browser(self, user: User) -> Browser:
        """Signed in."""
        return Browser(self.stack.url, cookies_of(user))

    def macs(self, site: int = 0) -> list[str]:
        """The MACs of a site's doors."""
        rows = Device.objects.filter(site=self.sites[site]).order_by("pk")
        return list(rows.values_list("mac", flat=True))


def build(stack: Stack) -> Fleet:
    """Made by the services, as people would make it; returns when every door has confirmed all of it."""
    installer, manager = staff()
    scope = scope_for(installer)
    add_macs(
        scope=scope, organisation=installer.organisation, macs=[mac(n) for n in range(2 * PER_SITE + 4000)]
    )
    with accounts.settled(stack):
        made = [_site(scope, manager, number) for number in range(2)]
        person = _resident(scope, made[0])
    fleet = Fleet(stack, installer, manager, made, person)
    until(lambda: _quiet(2 * PER_SITE), timeout=600, every=0.5, message="the doors do not get in sync")
    until(_settled, timeout=600, every=0.5, message="the doors do not stop fetching their configuration")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return fleet


def _site(scope: Scope, manager: User, number: int) -> Site:
    site = sites.add_site(
        scope=scope, kind=Site.Kind.COMMUNITY, name=f"Bench court {number}", time_zone="Europe/Berlin"
    )
    sites.set_managers(scope=scope, site=site, user_ids=[manager.pk])
    sites.add_buildings(scope=scope, site=site, names=["House"])
    first = number * PER_SITE
    rows = [NewDevice(mac(n), DeviceKind.DOOR_PHONE, f"Door {n:04}") for n in range(first, first + PER_SITE)]
    add_devices(scope=scope, site=site, rows=rows)
    return site


def _resident(scope: Scope, site: Site) -> Residency:
    building = Building.objects.get(site=site)
    unit = sites.add_units(scope=scope, site=site, rows=[sites.NewUnit(building.pk, "101")])[0]
    new = sites.NewResident(kind=Residency.Kind.MASTER, first_name="Ada", last_name="Bench", unit_id=unit.pk)
    return sites.add_resident(scope=scope, site=site, row=new)


def _quiet(doors: int) -> bool:
    """Everybody is on line, and nothing is owed to anybody."""
    return DeviceState.objects.filter(online=True).count() >= doors and not owed()


def _settled() -> bool:
    """Every door has fetched its configuration, the last of them a while ago."""
    last = DeviceState.objects.aggregate(last=Max("autop_at"), all=Count("pk"), fetched=Count("autop_at"))
    return last["all"] == last["fetched"] and last["last"] < now() - timedelta(seconds=5)


def owed() -> int:
    """How many parts and rights are not confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM devices_devicesync WHERE acked_rev <> desired_rev)"
            " + (SELECT count(*) FROM access_accessright WHERE held IS DISTINCT FROM want)"
        )
        return int(cursor.fetchone()[0])


def owed_of(subject: int) -> int:
    """How many doors have not confirmed what they must know of a subject."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM access_accessright WHERE subject = %s AND held IS DISTINCT FROM want",
            [subject],
        )
        return int(cursor.fetchone()[0])


def doors_of(subject: int) -> int:
    """On how many doors somebody is."""
    return AccessRight.objects.filter(subject=subject, gone=False).count()


@transaction.atomic
def draw(count: int) -> list[int]:
    """New numbers of the doors' sequence: each higher than what any door holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
