"""Two complete, parallel worlds. Rows of BRAVO carry its mark and must never be seen from ALPHA.

Made by the services, so the worlds hold what real use would leave: rights, syncs, an audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils.timezone import now

from access.models import AccessGroup, AccessRight, Credential, Grant, GroupDoor, Subject
from access.services.credentials import add_cards, set_pins
from accounts.models import (
    AccountLink,
    AuditEntry,
    Document,
    EmailConfirmation,
    Feedback,
    HeldLogin,
    Notice,
    NoticeMark,
    NoticeRead,
    Organisation,
    Passkey,
    PolicyAgreement,
    PolicyVersion,
    ProviderInfo,
    RecoveryCode,
    Role,
    Switch,
    TotpApp,
    User,
    UserSession,
)
from accounts.permissions import scope_for
from accounts.services import sessions
from accounts.services.first_steps import save_provider
from accounts.services.linking import link as link_accounts
from accounts.services.notices import mark_all_read, mark_read, publish_notice, save_notice
from accounts.services.operators import create_operator
from accounts.services.organisations import NewOrganisation, change_organisation, create_organisation
from accounts.services.policies import save_policy
from accounts.services.switching import grant, start
from accounts.services.users import NewUser, create_user
from devices.models import Command, Device, DeviceKind, DeviceState, DeviceSync, MacEntry, Relay
from devices.services import NewDevice, add_devices, add_macs, order_command
from logs.models import DoorLog
from logs.services import DoorNews, store_door_events
from sites import services as sites
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.models import Import
from smartplus.kernel.scoping import Scope

KINDS = Organisation.Kind
TRADE = (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER)
STAGERS: dict[str, tuple[Role, ...]] = {
    "devices.community": (Role.INSTALLER, Role.SUB_INSTALLER),
    "devices.macs": TRADE,
    "devices.macs_of": (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR),
    "access.residents": (Role.PROPERTY_MANAGER,),
    "sites.leases": (Role.PROPERTY_MANAGER,),
}
"""Who has an import of each kind under way."""


@dataclass
class World:
    """Somebody of each role and a row of every model, all marked."""

    mark: str
    number: int
    people: dict[Role, User] = field(default_factory=dict)
    rows: dict[type[Model], Any] = field(default_factory=dict)
    special: dict[tuple[type[Model], Role], Any] = field(default_factory=dict)
    imports: dict[tuple[Role, str], Import] = field(default_factory=dict)
    empty_lists: dict[Role, tuple[str, ...]] = field(default_factory=dict)

    def scope(self, role: Role) -> Scope:
        """The scope of this world's person of a role."""
        return scope_for(self.people[role])

    def row(self, model: type[Model], role: Role, page: Any = None) -> Any:
        """The row that a role meets on a page about `model`."""
        if model is Import:
            return (
                self.imports.get((role, page.importer.key))
                or self.imports[(STAGERS[page.importer.key][0], page.importer.key)]
            )
        found = self.special.get((model, role)) or self.rows.get(model)
        if found is None:
            raise AssertionError(f"tests/world.py has no sample {model.__name__}")
        return found

    def mac(self, number: int) -> str:
        """MACs of this world."""
        return f"0C11{self.number:02X}{number:06X}"


def operator() -> User:
    """The one operator of the installation."""
    found = User.objects.filter(role=Role.OPERATOR).first()
    return found or create_operator(new=NewUser("operator", "operator@example.net", Role.OPERATOR))[0]


def build(mark: str, number: int) -> World:
    """A world called `mark`; `number` keeps its MACs apart."""
    world = World(mark, number)
    world.people[Role.OPERATOR] = operator()
    _trade(world)
    _site(world)
    _doors(world)
    _traces(world)
    _factors(world)
    _guests(world)
    _help(world)
    _welcome(world)
    cache.clear()
    return world


def _trade(world: World) -> None:
    parent = world.people[Role.OPERATOR].organisation
    scope = world.scope(Role.OPERATOR)
    for kind, role in (
        (KINDS.DISTRIBUTOR, Role.DISTRIBUTOR),
        (KINDS.SUB_DISTRIBUTOR, Role.SUB_DISTRIBUTOR),
        (KINDS.INSTALLER, Role.INSTALLER),
    ):
        assert parent is not None
        first = NewUser(f"{world.mark}-{role}", f"{role}@{world.mark}.example", role, world.mark, role.label)
        new = NewOrganisation(kind=kind, name=f"{world.mark} {kind.label}", may_add_macs=True)
        parent = create_organisation(scope=scope, parent=parent, new=new, first_user=first)
        world.people[role] = User.objects.get(username=first.username)
        world.rows[Organisation] = parent
    below = {Role.OPERATOR: KINDS.DISTRIBUTOR, Role.DISTRIBUTOR: KINDS.SUB_DISTRIBUTOR}
    for role, kind in below.items():
        world.special[(Organisation, role)] = Organisation.objects.get(name=f"{world.mark} {kind.label}")
    for role in (Role.PROPERTY_MANAGER, Role.SUB_INSTALLER):
        new_user = NewUser(
            f"{world.mark}-{role}", f"{role}@{world.mark}.example", role, world.mark, role.label
        )
        world.people[role] = create_user(scope=world.scope(Role.INSTALLER), organisation=parent, new=new_user)
    world.rows[User] = world.people[Role.PROPERTY_MANAGER]
    world.special[(User, Role.OPERATOR)] = world.people[Role.DISTRIBUTOR]
    world.special[(User, Role.DISTRIBUTOR)] = world.people[Role.SUB_DISTRIBUTOR]
    world.special[(User, Role.SUB_DISTRIBUTOR)] = world.people[Role.INSTALLER]


def _guests(world: World) -> None:
    """The distributor in the installer's account, and a property manager with a second account."""
    boss, company = world.scope(Role.INSTALLER), world.rows[Organisation]
    offer = {"switching_offered": True}
    change_organisation(scope=world.scope(Role.DISTRIBUTOR), organisation=company, changes=offer)
    grant(scope=boss, length="revoked")
    stay = start(scope=world.scope(Role.DISTRIBUTOR), organisation=company)
    new = NewUser(
        f"{world.mark}-guest", f"guest@{world.mark}.example", Role.PROPERTY_MANAGER, world.mark, "Guest"
    )
    guest = create_user(scope=boss, organisation=company, new=new)
    link = link_accounts(scope=world.scope(Role.PROPERTY_MANAGER), other=guest)
    world.rows |= {Switch: stay, AccountLink: link}
    world.empty_lists[Role.SUB_DISTRIBUTOR] = (
        *world.empty_lists.get(Role.SUB_DISTRIBUTOR, ()), "accounts:switches",
    )  # fmt: skip


def _help(world: World) -> None:
    """Feedback to each company; a notice and a document for all roles.

    Those two belong to no world: the first world's are out, the second's are the operator's secret yet.
    """
    out = not Notice.objects.exists()
    scope, everybody = world.scope(Role.OPERATOR), [role.value for role in Role if role != Role.OPERATOR]
    values = {"title": f"{world.mark} notice", "text": "Rest", "kind": "system", "roles": everybody}
    draft = save_notice(scope=scope, notice=None, values={**values, "by_email": False})
    world.rows[Notice] = world.special[(Notice, Role.OPERATOR)] = draft
    if out:
        world.rows[Notice] = publish_notice(
            scope=scope, notice=save_notice(scope=scope, notice=None, values={**values, "by_email": False})
        )
    reader = world.scope(Role.PROPERTY_MANAGER)
    mark_all_read(scope=reader)
    mark_read(scope=reader, notice=draft)
    world.rows[NoticeRead] = NoticeRead.objects.filter(user=reader.user_id).first()
    world.rows[NoticeMark] = NoticeMark.objects.filter(user=reader.user_id).first()
    world.rows[Document] = Document.objects.create(
        title=f"{world.mark} guide", roles=everybody, offered=out, file_name=f"{world.mark}.pdf", size=9,
        file=default_storage.save(f"support/{world.mark}.pdf", ContentFile(b"%PDF-1.7\n")),
    )  # fmt: skip
    for role in (Role.OPERATOR, *TRADE):
        world.special[(Feedback, role)] = Feedback.objects.create(
            user=world.people[Role.RESIDENT], sender=world.mark, sender_role=Role.RESIDENT,
            organisation_id=world.people[role].organisation_id, subject=f"{world.mark} door", text="Slow",
            picture=default_storage.save(f"feedback/{world.mark}.jpg", ContentFile(b"jpeg")),
        )  # fmt: skip
    world.rows[Feedback] = world.special[(Feedback, Role.INSTALLER)]


def _welcome(world: World) -> None:
    """Everybody is through the first steps. Only drafts of policies: nobody is asked to agree to one."""
    scope = world.scope(Role.OPERATOR)
    values = {"kind": PolicyVersion.Kind.PRIVACY, "title": f"{world.mark} policy", "text": "Fair"}
    draft = save_policy(scope=scope, policy=None, values=values)
    reader = world.people[Role.PROPERTY_MANAGER]
    world.rows |= {
        PolicyVersion: draft,
        PolicyAgreement: PolicyAgreement.objects.create(user=reader, version=draft),
        EmailConfirmation: EmailConfirmation.objects.create(
            user=reader, email=f"new@{world.mark}.example", digest=world.mark.encode(), expires_at=now()
        ),
    }
    for role in TRADE:
        world.special[(ProviderInfo, role)] = save_provider(
            scope=world.scope(role), values={"company": f"{world.mark} {role}"}
        )
    world.rows[ProviderInfo] = world.special[(ProviderInfo, Role.INSTALLER)]
    User.objects.update(email_confirmed_at=now(), welcomed_at=now())
    for person in world.people.values():
        person.refresh_from_db(fields=["email_confirmed_at", "welcomed_at"])


def _site(world: World) -> None:
    scope = world.scope(Role.INSTALLER)
    site = sites.add_site(scope=scope, kind=Site.Kind.COMMUNITY, name=f"{world.mark} Court")
    sites.set_managers(scope=scope, site=site, user_ids=[world.people[Role.PROPERTY_MANAGER].pk])
    sites.set_sub_installers(scope=scope, site=site, user_ids=[world.people[Role.SUB_INSTALLER].pk])
    building = sites.add_building(scope=scope, site=site, name=f"{world.mark} House")
    unit = sites.add_units(
        scope=scope, site=site, rows=[sites.NewUnit(building.pk, "101", name=f"{world.mark} flat")]
    )[0]
    new = sites.NewResident(
        kind=Residency.Kind.MASTER, first_name=world.mark, last_name="Master", unit_id=unit.pk
    )
    person = sites.add_resident(scope=scope, site=site, row=new)
    world.people[Role.RESIDENT] = person.user
    world.rows.update({Site: site, Building: building, Unit: unit, Residency: person})


def _doors(world: World) -> None:
    scope, site = world.scope(Role.INSTALLER), world.rows[Site]
    entries = add_macs(
        scope=scope, organisation=world.rows[Organisation], macs=[world.mac(n) for n in range(40)]
    )
    new = NewDevice(world.mac(0), DeviceKind.DOOR_PHONE, f"{world.mark} door")
    device = add_devices(scope=scope, site=site, rows=[new])[0]
    manager = world.scope(Role.PROPERTY_MANAGER)
    person = world.rows[Residency]
    set_pins(scope=manager, site=site, pins={person.pk: "135790"})
    add_cards(scope=manager, site=site, cards={person.pk: ["00AABBCC"]})
    command = order_command(scope=manager, device=device, verb=Command.Verb.UNLOCK, args={"relay": 1})
    world.rows |= {
        MacEntry: entries[-1],
        Device: device,
        DeviceState: device.now,
        DeviceSync: device.syncs.first(),
        Relay: device.relays.get(),
        Command: command,
        AccessGroup: AccessGroup.objects.get(site=site),
        GroupDoor: GroupDoor.objects.filter(group__site=site).first(),
        Subject: Subject.objects.get(residency=person),
        Grant: Grant.objects.filter(site=site).first(),
        AccessRight: AccessRight.objects.filter(site=site).first(),
        Credential: Credential.objects.filter(residency=person).first(),
    }


def _traces(world: World) -> None:
    device = world.rows[Device]
    subject = world.rows[Subject]
    store_door_events([news(device, seq, subject.pk) for seq in range(1, 4)])
    site = world.rows[Site]
    trail = AuditEntry.objects.filter(organisation=world.rows[Organisation])
    world.rows[DoorLog] = DoorLog.objects.filter(site=site).first()
    world.rows[AuditEntry] = trail.filter(site_id=site.pk).first()
    for importer, roles in STAGERS.items():
        for role in roles:
            context = _context(world, importer, role)
            world.imports[(role, importer)] = Import.objects.create(
                importer=importer,
                user_id=world.people[role].pk,
                site_id=context.get("site"),
                context=context,
                file_name=f"{world.mark}.xlsx",
            )


def _context(world: World, importer: str, role: Role) -> dict[str, int]:
    """Where an import goes."""
    if importer == "devices.macs_of":
        return {"organisation": world.row(Organisation, role).pk}
    return {} if importer == "devices.macs" else {"site": world.rows[Site].pk}


def _factors(world: World) -> None:
    """Everybody has a passkey and is signed in somewhere; rows of a person are seen by that person only."""
    for role, user in world.people.items():
        mark = f"{world.mark} {role}".encode()
        key = Passkey.objects.create(user=user, name=f"{world.mark} phone", credential=mark, public_key=mark)
        session = sessions.begin(user=user, key=f"{world.mark} {role}", browser=f"{world.mark} browser")
        world.special |= {(Passkey, role): key, (UserSession, role): session}
    owner = world.people[Role.INSTALLER]
    world.rows |= {
        TotpApp: TotpApp.objects.create(user=owner, secret="A" * 32),
        RecoveryCode: RecoveryCode.objects.create(user=owner, digest=f"{world.mark} code".encode()),
        HeldLogin: HeldLogin.objects.create(user=owner),
    }


def news(device: Device, seq: int, subject: int | None) -> DoorNews:
    """A door opened by PIN, a little while ago."""
    return DoorNews(
        device_id=device.pk,
        place=device.place,
        store=1,
        seq=seq,
        at=now() - timedelta(minutes=seq),
        action="open",
        relay=1,
        method="pin",
        subject=subject,
        response="success",
        reason="",
        code="",
    )


def crowd(world: World, copies: int) -> None:
    """More of everything, to find pages whose number of queries grows with the number of rows."""
    scope, site = world.scope(Role.INSTALLER), world.rows[Site]
    start = Unit.objects.filter(site=site).count()
    names = [f"{world.mark} more {start + n}" for n in range(copies)]
    buildings = sites.add_buildings(scope=scope, site=site, names=names)
    units = sites.add_units(scope=scope, site=site, rows=[sites.NewUnit(b.pk, "1") for b in buildings])
    people = sites.add_residents(
        scope=scope,
        site=site,
        rows=[
            sites.NewResident(Residency.Kind.MASTER, world.mark, f"More {unit.pk}", unit_id=unit.pk)
            for unit in units
        ],
    )
    free = [world.mac(start + n) for n in range(copies)]
    devices = add_devices(
        scope=scope,
        site=site,
        rows=[NewDevice(mac, DeviceKind.DOOR_PHONE, f"{world.mark} {mac}") for mac in free],
    )
    manager = world.scope(Role.PROPERTY_MANAGER)
    set_pins(scope=manager, site=site, pins={one.pk: f"3{one.pk:05d}"[-6:] for one in people})
    for device in devices:
        order_command(scope=manager, device=device, verb=Command.Verb.UNLOCK, args={"relay": 1})
    store_door_events([news(device, 1, None) for device in devices])
    for n in range(copies):
        sites.add_site(scope=scope, kind=Site.Kind.OFFICE, name=f"{world.mark} office {start + n}")
