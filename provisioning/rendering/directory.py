"""Who can be called on the sites of a set of devices: read once, in a constant number of queries.

Whose lease does not run, or whose apartment's valid time, is neither named nor rung.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from access.queries.validity import valid_at
from devices.models import Device, DeviceKind
from provisioning.protocol import Contact
from provisioning.protocol.checks import Json
from sites.models import Residency, Site, Unit

Target = tuple[str, str]
Display = Device.ContactsDisplay


def sip(number: str) -> Target:
    """Ring a SIP account: an app, a monitor, a guard."""
    return ("sip", number)


@dataclass(slots=True)
class Home:
    """A unit with those who can be rung in it."""

    number: str
    name: str
    building: str
    call_type: int
    phones: list[Target]
    apps: list[Target] = field(default_factory=list)
    monitors: list[Target] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    def targets(self) -> tuple[Target, ...]:
        """Whom to ring, in the order of the unit's call type."""
        kinds = Unit.CallType
        orders = {
            kinds.APP_AND_MONITORS: (self.apps, self.monitors),
            kinds.PHONE_AND_MONITORS: (self.phones, self.monitors),
            kinds.APP_AND_MONITORS_THEN_PHONE: (self.apps, self.monitors, self.phones),
            kinds.MONITORS_THEN_APP: (self.monitors, self.apps),
            kinds.MONITORS_THEN_PHONE: (self.monitors, self.phones),
            kinds.MONITORS_THEN_APP_THEN_PHONE: (self.monitors, self.apps, self.phones),
        }
        return tuple(target for group in orders[kinds(self.call_type)] for target in group)

    def label(self, display: str, with_building: bool) -> str:
        """What the list of the door phone shows for it."""
        apartment = self.name or self.number
        if with_building and self.building:
            apartment = f"{self.building} {apartment}"
        people = ", ".join(self.people[:3])
        if display == Display.APT or not people:
            return apartment
        return people if display == Display.PEOPLE else f"{apartment} {people}"


@dataclass(slots=True)
class Reach:
    """Which homes a set of devices serves: whole sites, buildings (departments), single units."""

    sites: set[int] = field(default_factory=set)
    buildings: set[int] = field(default_factory=set)
    units: set[int] = field(default_factory=set)

    def condition(self, prefix: str = "") -> Q:
        """The same as a condition on rows that are, or lie in (`prefix` "unit__"), units."""
        return (
            Q(**{f"{prefix}site__in": self.sites})
            | Q(**{f"{prefix}building__in": self.buildings})
            | Q(**{f"{prefix or 'pk'}".removesuffix("__") + "__in": self.units})
        )


def lists() -> defaultdict[int, list[Any]]:
    """An empty list for whoever is asked about."""
    return defaultdict(list)


@dataclass(slots=True)
class Directory:
    """Homes and office people within a `Reach`; entries of the same look are made once and shared."""

    homes: dict[int, Home] = field(default_factory=dict)
    of_building: defaultdict[int, list[int]] = field(default_factory=lists)
    of_site: defaultdict[int, list[int]] = field(default_factory=lists)
    staff_of_building: defaultdict[int, list[Json]] = field(default_factory=lists)
    staff_of_site: defaultdict[int, list[Json]] = field(default_factory=lists)
    _entries: dict[tuple[int, str, bool], Json] = field(default_factory=dict)

    @classmethod
    def read(cls, reach: Reach, offices: Collection[int]) -> Directory:
        """Read what lies within `reach`; in `offices` (ids of sites) people are called. Four queries."""
        directory = cls()
        directory._read_units(reach)
        directory._read_residents(reach)
        directory._read_monitors(reach)
        directory._read_staff(reach, offices)
        return directory

    def entries(self, unit_ids: Iterable[int], display: str, with_building: bool) -> list[Json]:
        """The contact entries of these units."""
        return [self._entry(unit_id, display, with_building) for unit_id in unit_ids if unit_id in self.homes]

    def _entry(self, unit_id: int, display: str, with_building: bool) -> Json:
        key = (unit_id, display, with_building)
        if key not in self._entries:
            home = self.homes[unit_id]
            label = home.label(display, with_building)[:255]
            self._entries[key] = Contact(apartment=home.number, name=label, targets=home.targets()).json()
        return self._entries[key]

    def _read_units(self, reach: Reach) -> None:
        rows = Unit.objects.filter(reach.condition()).order_by("building__name", "sort_key", "pk")
        fields = ("pk", "site_id", "building_id", "building__name", "number", "name", "call_type")
        for pk, site_id, building_id, building, number, name, call_type, *phones in rows.values_list(
            *fields, "phone_1", "phone_2", "phone_3"
        ):
            numbers = [("phone", phone) for phone in phones if phone]
            self.homes[pk] = Home(number, name, building or "", call_type, numbers)
            self.of_site[site_id].append(pk)
            self.of_building[building_id].append(pk)

    def _read_residents(self, reach: Reach) -> None:
        rows = Residency.objects.filter(
            reach.condition("unit__"), valid_at(now()), unit__isnull=False
        ).order_by("pk")
        for unit_id, first, last, number, state in rows.values_list(
            "unit_id", "first_name", "last_name", "sip", "account_state"
        ):
            if (home := self.homes.get(unit_id)) is None:
                continue
            home.people.append(f"{first} {last}".strip())
            if state == Residency.AccountState.NORMAL:
                home.apps.append(sip(number))

    def _read_monitors(self, reach: Reach) -> None:
        rows = Device.objects.filter(reach.condition("unit__"), kind=DeviceKind.INDOOR_MONITOR).order_by("pk")
        for unit_id, number in rows.values_list("unit_id", "sip"):
            if (home := self.homes.get(unit_id)) is not None:
                home.monitors.append(sip(number))

    def _read_staff(self, reach: Reach, offices: Collection[int]) -> None:
        if not offices:
            return
        rows = Residency.objects.filter(
            Q(site__in=reach.sites) | Q(building__in=reach.buildings),
            valid_at(now()),
            site__in=offices,
            unit=None,
            intercom=True,
        ).order_by("sort_name", "pk")
        for person in rows:
            entry = Contact(
                apartment=person.unique_id or person.sip, name=person.full_name, targets=staff_targets(person)
            ).json()
            self.staff_of_site[person.site_id].append(entry)
            self.staff_of_building[person.building_id or 0].append(entry)


def staff_targets(person: Residency) -> tuple[Target, ...]:
    """Whom to ring for a person of an office, in the order of the person's call type."""
    app = [sip(person.sip)] if person.account_state == Residency.AccountState.NORMAL else []
    phone = [("phone", person.phone)] if person.phone else []
    kinds = Residency.CallType
    orders = {kinds.APP: (app,), kinds.PHONE: (phone,), kinds.APP_THEN_PHONE: (app, phone)}
    return tuple(target for group in orders[kinds(person.call_type)] for target in group)


def is_office(site: Site) -> bool:
    """Whether people are called by themselves, not by their apartment."""
    return site.kind == Site.Kind.OFFICE
