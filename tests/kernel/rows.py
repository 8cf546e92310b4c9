"""Rows for the tests of the kernel, made straight in the tables: two installers with a community each."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.utils.timezone import now

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from sites.models import Building, Site, Unit
from smartplus.kernel.scoping import Scope

_number = count(1)


def organisation(name: str, kind: str, parent: Organisation | None) -> Organisation:
    """A company below `parent`, with the path that its place in the tree gives."""
    made = Organisation(name=name, kind=kind, parent=parent, path=f"new-{next(_number)}.")
    made.save()
    made.path = f"{parent.path if parent else ''}{made.pk}."
    made.save()
    return made


def person(name: str, role: Role, company: Organisation | None) -> User:
    """A login."""
    return User.objects.create(
        username=name, first_name=name.title(), role=role, organisation=company, welcomed_at=now()
    )


@dataclass
class Side:
    """One installer: its boss, its property manager, a community with two buildings and six units."""

    mark: str
    company: Organisation
    boss: User = field(init=False)
    manager: User = field(init=False)
    site: Site = field(init=False)
    north: Building = field(init=False)
    south: Building = field(init=False)

    def __post_init__(self) -> None:
        mark = self.mark.lower()
        self.boss = person(f"{mark}-boss", Role.INSTALLER, self.company)
        self.manager = person(f"{mark}-manager", Role.PROPERTY_MANAGER, self.company)
        self.site = Site.objects.create(
            organisation=self.company, kind=Site.Kind.COMMUNITY, name=f"{self.mark} Court"
        )
        self.site.managers.add(self.manager)
        self.north = Building.objects.create(site=self.site, name=f"{self.mark} North")
        self.south = Building.objects.create(site=self.site, name=f"{self.mark} South")
        for building in (self.north, self.south):
            self.units(building, "101", "102", "201")

    def units(self, building: Building, *numbers: str, **values: Any) -> list[Unit]:
        """Apartments of a building."""
        made = [
            Unit(
                site=self.site,
                building=building,
                number=number,
                name=f"{self.mark} flat",
                sip=f"7{next(_number):09d}",
                **values,
            )
            for number in numbers
        ]
        return Unit.objects.bulk_create(made)

    @property
    def scope(self) -> Scope:
        """What the boss reaches."""
        return scope_for(self.boss, request_id="r-7")


def two_sides() -> tuple[Side, Side]:
    """ALPHA and BRAVO below one platform."""
    platform = organisation("Platform", Organisation.Kind.PLATFORM, None)
    alpha = organisation("Alpha Access", Organisation.Kind.INSTALLER, platform)
    bravo = organisation("Bravo Doors", Organisation.Kind.INSTALLER, platform)
    return Side("ALPHA", alpha), Side("BRAVO", bravo)
