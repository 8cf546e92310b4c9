"""The demo's story: one of each role, a lived-in community, and a library full of MACs for the import.

Made by the services, as people would make it, so the simulated doors learn it over the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from access.services.credentials import add_cards, set_pins
from accounts.models import Organisation, PolicyVersion, Role, User
from accounts.permissions import scope_for
from accounts.services.first_steps import save_customer_service
from accounts.services.notices import publish_notice, save_notice
from accounts.services.operators import create_operator
from accounts.services.organisations import NewOrganisation, create_organisation
from accounts.services.policies import save_policy
from accounts.services.users import NewUser, create_user
from devices.models import DeviceKind
from devices.services import NewDevice, add_devices, add_macs
from sites import services as sites
from sites.models import Building, Residency, Site
from smartplus.kernel.scoping import Scope

PASSWORD = "open-the-door"
POLICIES = (
    (
        PolicyVersion.Kind.PRIVACY,
        "We keep your name, your email and what the doors report about you, so that doors open for you."
        "\n\nWe give none of it away. Your property manager sees who opened which door.",
    ),
    (
        PolicyVersion.Kind.TERMS,
        "You look after the people of your site.\n\nGive a key only to those who may enter.",
    ),
)
OUI = "0C1105"
SAMPLE_MACS = 60
REGISTERED = 4
ZONE = "Europe/Berlin"

# (building, apartment, first name, last name, language, PIN, card)
PEOPLE = (
    ("North House", "101", "Łukasz", "Brzeziński", "pl", "381042", "00F29107"),
    ("North House", "102", "Юлия", "Кравченко", "ru", "472905", "00F29108"),
    ("North House", "201", "美咲", "佐藤", "ja", "563018", ""),
    ("North House", "202", "دانیال", "احمدی", "fa", "614927", "00F29109"),
    ("South House", "101", "Maëlle", "Rousseau", "fr", "725836", ""),
    ("South House", "102", "Björn", "Ångström", "da", "836745", "00F2910A"),
    ("South House", "201", "Zoë", "Papadaki", "en", "147258", ""),
)
# (name, type, building, apartment)
DEVICES = (
    ("Main entrance", DeviceKind.DOOR_PHONE, "", ""),
    ("Courtyard gate", DeviceKind.DOOR_PHONE, "", ""),
    ("Garage gate", DeviceKind.ACCESS_CONTROL, "", ""),
    ("North entrance", DeviceKind.DOOR_PHONE, "North House", ""),
    ("South entrance", DeviceKind.DOOR_PHONE, "South House", ""),
    ("Cycle store", DeviceKind.ACCESS_CONTROL, "South House", ""),
    ("Hall", DeviceKind.INDOOR_MONITOR, "North House", "101"),
    ("Kitchen", DeviceKind.INDOOR_MONITOR, "South House", "101"),
)


@dataclass(frozen=True)
class Login:
    """A line of the list of logins."""

    role: str
    username: str
    does: str


def mac(number: int) -> str:
    """The demo's MACs: one vendor half, counted up; those below SAMPLE_MACS stand in the sample file."""
    return f"{OUI}{0xD00000 + number:06X}"


@transaction.atomic
def seed() -> list[Login]:
    """Make the story once; a second call changes nothing. Returns the logins."""
    if not Organisation.objects.exists():
        _tell_story()
    resident = User.objects.filter(role=Role.RESIDENT).order_by("pk").first()
    return [
        Login("Installer", "installer", "imports a community, adds devices"),
        Login("Property manager", "manager", "gives PINs and cards, opens doors, reads the door log"),
        Login("Resident", resident.username if resident else "", "sees the own PIN, opens the own doors"),
        Login("Sub-installer", "subinstaller", "works on the sites given to it"),
        Login("Sub-distributor", "subdistributor", "hands MACs to installers"),
        Login("Distributor", "distributor", "looks after sub-distributors and installers"),
        Login("Operator", "operator", "looks after the platform"),
    ]


def _tell_story() -> None:
    operator, _ = create_operator(new=_person("operator", Role.OPERATOR, "Ilse", "Vandermolen"))
    installer = _trade(operator)
    boss = scope_for(User.objects.get(username="installer"))
    manager, helper = (
        create_user(scope=boss, organisation=installer, new=_person(*who))
        for who in (
            ("manager", Role.PROPERTY_MANAGER, "Tomás", "Herrera"),
            ("subinstaller", Role.SUB_INSTALLER, "Signe", "Lund"),
        )
    )
    add_macs(scope=boss, organisation=installer, macs=[mac(n) for n in range(SAMPLE_MACS + 40)])
    site = _community(boss)
    sites.set_managers(scope=boss, site=site, user_ids=[manager.pk])
    sites.set_sub_installers(scope=boss, site=site, user_ids=[helper.pk])
    _give_keys(scope_for(manager), site)
    for number, username in enumerate(("installer", "subdistributor")):
        helpers = scope_for(User.objects.get(username=username))
        where = {"phone": f"+49 30 2312500{number}", "email": f"service.{username}@smartplus.example"}
        save_customer_service(scope=helpers, receives_feedback=True, **where)
    _news(scope_for(operator))
    _policies(scope_for(operator))
    now = timezone.now()
    User.objects.update(
        password=make_password(PASSWORD), password_set_at=now, email_confirmed_at=now, welcomed_at=now
    )
    _registered()


def _registered() -> None:
    """The first residents use the app; the others have set no password yet and wait for their codes."""
    people = list(Residency.objects.order_by("pk").values_list("pk", "user_id"))
    here, waiting = people[:REGISTERED], people[REGISTERED:]
    Residency.objects.filter(pk__in=[pk for pk, _user in here]).update(app_state="registered")
    logins = User.objects.filter(pk__in=[user for _pk, user in waiting])
    logins.update(password=make_password(None), password_set_at=None)


def _policies(scope: Scope) -> None:
    """A draft of each policy: nobody is asked to agree until the operator publishes it."""
    for kind, text in POLICIES:
        save_policy(scope=scope, policy=None, values={"kind": kind, "title": kind.label, "text": text})


def _news(scope: Scope) -> None:
    """Something for the bell to tell."""
    text = "Your doors, devices and people are here. Notices about updates and pauses come to this bell."
    roles = [role.value for role in Role if role != Role.OPERATOR]
    values = {
        "title": "Welcome to SmartPlus",
        "text": text,
        "kind": "system",
        "roles": roles,
        "by_email": False,
    }
    publish_notice(scope=scope, notice=save_notice(scope=scope, notice=None, values=values))


def _person(username: str, role: Role, first_name: str, last_name: str) -> NewUser:
    return NewUser(username, f"{username}@smartplus.example", role, first_name, last_name)


def _trade(operator: User) -> Organisation:
    """From the platform down to the installer, each with its first login."""
    kinds, scope, above = Organisation.Kind, scope_for(operator), operator.organisation
    chain = (
        (kinds.DISTRIBUTOR, "Fjordline Distribution", ("distributor", Role.DISTRIBUTOR, "Henrik", "Dahl")),
        (
            kinds.SUB_DISTRIBUTOR,
            "Elbe Security Trade",
            ("subdistributor", Role.SUB_DISTRIBUTOR, "Jana", "Novák"),
        ),
        (kinds.INSTALLER, "Nordhaven Access", ("installer", Role.INSTALLER, "Maren", "Thygesen")),
    )
    for kind, name, who in chain:
        assert above is not None
        first = _person(*who)
        new = NewOrganisation(
            kind=kind, name=name, email=first.email, time_zone=ZONE, may_add_macs=kind == kinds.INSTALLER
        )
        above = create_organisation(scope=scope, parent=above, new=new, first_user=first)
    assert above is not None
    return above


def _community(scope: Scope) -> Site:
    site = sites.add_site(
        scope=scope,
        kind=Site.Kind.COMMUNITY,
        name="Lindenhof Courtyard",
        street="Lindenstraße 14",
        city="Hamburg",
        post_code="20099",
        country="DE",
        time_zone=ZONE,
    )
    buildings = {
        b.name: b for b in sites.add_buildings(scope=scope, site=site, names=["North House", "South House"])
    }
    numbers = dict.fromkeys((building, number) for building, number, *_ in PEOPLE)
    units = sites.add_units(
        scope=scope, site=site, rows=[sites.NewUnit(buildings[name].pk, number) for name, number in numbers]
    )
    unit_of = dict(zip(numbers, (unit.pk for unit in units), strict=True))
    sites.add_residents(
        scope=scope,
        site=site,
        rows=[
            sites.NewResident(
                kind=Residency.Kind.MASTER,
                first_name=first,
                last_name=last,
                unit_id=unit_of[(building, number)],
                language=language,
                email=f"flat{number}.{building.split()[0].lower()}@smartplus.example",
            )
            for building, number, first, last, language, _, _ in PEOPLE
        ],
    )
    add_devices(scope=scope, site=site, rows=_devices(buildings, unit_of))
    return site


def _devices(buildings: dict[str, Building], unit_of: dict[tuple[str, str], int]) -> list[NewDevice]:
    return [
        NewDevice(
            mac(SAMPLE_MACS + place),
            kind,
            name,
            building_id=buildings[building].pk if building else None,
            unit_id=unit_of.get((building, number)),
        )
        for place, (name, kind, building, number) in enumerate(DEVICES)
    ]


def _give_keys(scope: Scope, site: Site) -> None:
    people = {one.place_label: one for one in Residency.objects.filter(site=site)}
    pins = {people[f"{building} {number}"].pk: pin for building, number, *_, pin, _ in PEOPLE}
    cards = {people[f"{building} {number}"].pk: [card] for building, number, *_, card in PEOPLE if card}
    set_pins(scope=scope, site=site, pins=pins)
    add_cards(scope=scope, site=site, cards=cards)


def write_logins(logins: list[Login]) -> Path:
    """Keep the list where `make demo` prints it from."""
    path = Path(settings.VAR) / "logins.txt"
    lines = [f"{login.role:<17} {login.username:<15} {login.does}" for login in logins]
    path.write_text("\n".join([f"Password of all: {PASSWORD}", "", *lines, ""]))
    return path
