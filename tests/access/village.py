"""A small site made straight in the tables, and its rights worked out without any code of the product."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import AccessGroup, AccessRight, Credential, Grant, Subject
from access.services import listeners
from access.services.groups import GroupTo, create_group
from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from devices.events import DevicesAdded
from devices.models import Device, DeviceKind, DeviceState, Relay
from sites.events import BuildingsAdded, ResidentsAdded
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.scoping import Scope

_numbers = count(1)


class Village:
    """One site with a manager. Rows of other apps are written directly, their news told to our listeners."""

    def __init__(self, kind: str = Site.Kind.COMMUNITY) -> None:
        number = next(_numbers)
        platform, _ = Organisation.objects.get_or_create(
            kind="platform", defaults={"name": "Platform", "path": "p."}
        )
        self.installer = Organisation.objects.create(
            kind="installer", name=f"Installer {number}", parent=platform, path=f"p.{number}."
        )
        self.site = Site.objects.create(
            organisation=self.installer, kind=kind, name=f"Village {number}", time_zone="Europe/Berlin"
        )
        self.manager = self.user(Role.PROPERTY_MANAGER, self.installer)
        self.site.managers.add(self.manager)

    @property
    def scope(self) -> Scope:
        """The property manager's."""
        return scope_for(self.manager)

    def user(self, role: Role, organisation: Organisation | None = None) -> User:
        return User.objects.create(
            username=f"user-{next(_numbers)}", role=role, organisation=organisation,
            welcomed_at=timezone.now(),
        )  # fmt: skip

    @transaction.atomic
    def building(self, name: str = "") -> Building:
        """With its default group."""
        building = Building.objects.create(site=self.site, name=name or f"House {next(_numbers)}")
        listeners.buildings_added(BuildingsAdded(self.site.pk, (building.pk,)))
        return building

    def unit(self, building: Building | None, number: str = "") -> Unit:
        name = number or str(next(_numbers))
        return Unit.objects.create(site=self.site, building=building, number=name, sip=f"u{next(_numbers)}")

    def person(self, unit: Unit, name: str = "", kind: str = Residency.Kind.MEMBER) -> Residency:
        """With a number and the doors of the building."""
        return self.people(unit, 1, name, kind)[0]

    @transaction.atomic
    def people(
        self, unit: Unit, how_many: int, name: str = "", kind: str = Residency.Kind.MEMBER
    ) -> list[Residency]:
        """Several at once."""
        start = [next(_numbers) for _ in range(how_many)]
        users = User.objects.bulk_create([User(username=f"r{n}", role=Role.RESIDENT) for n in start])
        label = f"{unit.building.name if unit.building else ''} {unit.number}".strip()
        people = Residency.objects.bulk_create(
            Residency(
                site=self.site, building=unit.building, unit=unit, user=user, kind=kind,
                first_name=name or f"Person {n}", sip=f"p{n}", place_label=label,
            )
            for user, n in zip(users, start, strict=True)
        )  # fmt: skip
        listeners.residents_added(ResidentsAdded(self.site.pk, tuple(person.pk for person in people)))
        return people

    @transaction.atomic
    def door(
        self, building: Building | None = None, unit: Unit | None = None, relays: int = 1,
        kind: int = DeviceKind.DOOR_PHONE, site: Site | None = None,
    ) -> Device:  # fmt: skip
        """A door phone with its relays; neither building nor unit: public area, serving all."""
        number = next(_numbers)
        device = Device.objects.create(
            site=site or self.site, mac=f"0C11{number:08X}", kind=kind, name=f"Door {number}",
            building=building, unit=unit, sip=f"d{number}", secret="s",
        )  # fmt: skip
        DeviceState.objects.create(device=device, store=1, store_place=1)
        Relay.objects.bulk_create(
            Relay(device=device, number=n, name=f"Door {number}.{n}") for n in range(1, relays + 1)
        )
        listeners.devices_added(DevicesAdded(device.site_id or 0, (device.pk,)))
        return device

    @transaction.atomic
    def group(self, name: str = "", relays: Any = (), **fields: Any) -> AccessGroup:
        """Made by the service."""
        to = GroupTo(name or f"Group {next(_numbers)}", relays=tuple(r.pk for r in relays), **fields)
        return create_group(scope=self.scope, site=self.site, to=to)


@dataclass
class Home:
    """A village with one building, one apartment, one person and one door of two relays."""

    village: Village
    building: Building
    unit: Unit
    person: Residency
    door: Device
    number: int = 0
    right: AccessRight | None = None

    @property
    def subject(self) -> Subject:
        """The number of the person."""
        return Subject.objects.get(residency=self.person)

    @property
    def default(self) -> AccessGroup:
        """The group that came with the building."""
        return AccessGroup.objects.get(default_for=self.building)


def small_home() -> Home:
    """Where most tests live."""
    village = Village()
    building = village.building("North House")
    unit = village.unit(building, "1204")
    door = village.door(building, relays=2)
    return Home(village, building, unit, village.person(unit, "Anna"), door)


Span = tuple[datetime | None, datetime | None]


def _lives(span: Span, at: datetime) -> bool:
    since, until = span
    begun = since is None or since <= at + timedelta(days=7)
    return begun and (until is None or until > at) and (since is None or until is None or since < until)


def _both(one: Span, other: Span) -> Span:
    """The time that lies in both spans; one that ends before it begins when none does."""
    since = one[0] if other[0] is None or (one[0] and one[0] >= other[0]) else other[0]
    until = one[1] if other[1] is None or (one[1] and one[1] <= other[1]) else other[1]
    return since, until


def _span(grant: Grant) -> Span:
    """From when until when a grant opens: its own span, the lease, the valid time of the apartment."""
    person = grant.subject.residency
    assert person is not None
    lease = _both((grant.starts_at, grant.ends_at), (person.valid_from, person.valid_until))
    return _both(lease, (person.unit.valid_from, person.unit.valid_until)) if person.unit else lease


def naive(site: Site) -> dict[tuple[int, int, str, int], Any]:
    """What each device must know, worked out row by row: (device, place, kind, subject) to its content."""
    at = timezone.now()
    site.refresh_from_db()
    found: dict[tuple[int, int, str, int], Any] = defaultdict(list)
    grants = Grant.objects.filter(site=site).select_related("group", "subject__residency__unit")
    for grant in grants:
        group, span = grant.group, _span(grant)
        if not (_lives(span, at) and _lives((group.starts_at, group.ends_at), at)):
            continue
        for relay in group.relays.select_related("device"):
            device = relay.device
            kept_out = site.access_control == "public" and device.unit_id is not None
            if not relay.enabled or device.site_id != site.pk or kept_out:
                continue
            always = group.repeat == "always"
            opening = (0 if always else group.schedule, relay.number, *span)
            found[device.pk, device.place, "person", grant.subject_id].append(opening)
            if not always:
                hours = (
                    group.repeat, tuple(group.days), group.start_time, group.end_time, group.starts_at,
                    group.ends_at, site.time_zone,
                )  # fmt: skip
                found[device.pk, device.place, "schedule", group.schedule] = hours
    return {key: _content(key, value) for key, value in found.items()}


def _content(key: tuple[int, int, str, int], value: Any) -> Any:
    if key[2] == "schedule":
        return value
    person = Residency.objects.select_related("unit").get(subject=key[3])
    secrets = Credential.objects.filter(residency=person).order_by("pk")
    return (
        person.full_name,
        person.unit.number if person.unit else "",
        tuple((credential.kind, credential.value) for credential in secrets),
        frozenset(value),
    )


def standing(site: Site) -> dict[tuple[int, int, str, int], int]:
    """The rights that are not gone, with their `want`."""
    rows = AccessRight.objects.filter(site=site, gone=False)
    return {(r.device_id, r.place, r.kind, r.subject): r.want for r in rows}


def default_doors(group: AccessGroup) -> set[int]:
    """The relays a default group must hold, device by device."""
    found = set()
    for device in Device.objects.filter(site=group.site_id, kind__in=(0, 1, 50)).prefetch_related(
        "relays", "serves"
    ):
        served = device.serves_all or group.default_for in device.serves.all()
        public = device.building_id is None and served
        if device.unit_id is None and (device.building_id == group.default_for_id or public):
            found |= {relay.pk for relay in device.relays.all()}
    return found


def pick(rng: random.Random, rows: Any) -> Any:
    """One of them, or None."""
    found = list(rows)
    return rng.choice(found) if found else None
