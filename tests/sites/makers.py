"""An installer with a community and an office; its neighbour; what was told to the apps above."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from sites.models import Building, Residency, Site, Unit
from sites.services import (
    NewResident,
    NewUnit,
    add_building,
    add_house,
    add_resident,
    add_site,
    add_units,
    set_managers,
)
from smartplus.kernel.scoping import Scope


def make_user(role: Role, organisation: Organisation | None, name: str) -> User:
    """A login of a role."""
    return User.objects.create(
        username=name,
        role=role,
        organisation=organisation,
        first_name=name.title(),
        email=f"{name}@example.net",
        email_confirmed_at=now(),
        welcomed_at=now(),
    )


@dataclass
class House:
    """What the tests start from."""

    installer: Organisation
    boss: User
    manager: User
    helper: User
    scope: Scope = field(init=False)
    community: Site = field(init=False)
    north: Building = field(init=False)
    flat: Unit = field(init=False)
    office: Site = field(init=False)
    sales: Building = field(init=False)

    def __post_init__(self) -> None:
        self.scope = scope_for(self.boss, request_id="r-1", address="192.0.2.1")

    @property
    def manager_scope(self) -> Scope:
        """What the property manager reaches."""
        return scope_for(self.manager)

    def master(self, **values: Any) -> Residency:
        """The family master of the flat."""
        row = NewResident(**{"kind": "master", "first_name": "Anna", "unit_id": self.flat.pk, **values})
        return add_resident(scope=self.scope, site=self.community, row=row)

    def member(self, **values: Any) -> Residency:
        """A member of the flat's family."""
        row = NewResident(**{"kind": "member", "first_name": "Otto", "unit_id": self.flat.pk, **values})
        return add_resident(scope=self.scope, site=self.community, row=row)

    def staff(self, **values: Any) -> Residency:
        """Somebody of the office."""
        given = {
            "kind": "staff",
            "first_name": "Sven",
            "building_id": self.sales.pk,
            "unique_id": "S1",
            **values,
        }
        return add_resident(scope=self.scope, site=self.office, row=NewResident(**given))

    def villa(self, **master: Any) -> Site:
        """A house with its family master."""
        person = {"first_name": "Vera", "last_name": "Lund", **master}
        return add_house(
            scope=self.scope, values={"name": "Villa Lund"}, home={"name": "Garden house"}, master=person
        )


def installer_with_sites() -> House:
    """The installer's side."""
    platform = Organisation.objects.create(kind="platform", name="Platform", path="1.")
    installer = Organisation.objects.create(
        kind="installer", name="Nordlys", parent=platform, path="1.2.", time_zone="Europe/Copenhagen"
    )
    made = House(
        installer,
        make_user(Role.INSTALLER, installer, "boss"),
        make_user(Role.PROPERTY_MANAGER, installer, "manager"),
        make_user(Role.SUB_INSTALLER, installer, "helper"),
    )
    made.community = add_site(scope=made.scope, kind="community", name="Lindenhof")
    made.north = add_building(scope=made.scope, site=made.community, name="North House")
    made.flat = add_units(scope=made.scope, site=made.community, rows=[NewUnit(made.north.pk, "1204")])[0]
    made.office = add_site(scope=made.scope, kind="office", name="Harbour Office")
    made.sales = add_building(scope=made.scope, site=made.office, name="Sales")
    set_managers(scope=made.scope, site=made.community, user_ids=[made.manager.pk])
    return made


def neighbour_of(house: House) -> Scope:
    """The installer next door."""
    other = Organisation.objects.create(
        kind="installer", name="Sydlys", parent=house.installer.parent, path="1.3."
    )
    return scope_for(make_user(Role.INSTALLER, other, "stranger"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of this app and the logins: equal before and after a refusal."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Site, Building, Unit, Residency, User)
    }
