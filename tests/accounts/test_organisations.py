"""The trade tree and its logins: who may make whom, and what is refused."""

import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEntry, Email, Organisation, Role, User
from accounts.permissions import scope_for
from accounts.services import operators, organisations, passwords, users
from accounts.services.organisations import NewOrganisation
from accounts.services.users import NewUser
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade, make_operator, make_trade

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


def refused(call: Any, **given: Any) -> Refused:
    """The refusal; and nothing was written."""
    before = (
        Organisation.objects.count(),
        User.objects.count(),
        AuditEntry.objects.count(),
        Email.objects.count(),
    )
    with pytest.raises(Refused) as caught:
        call(**given)
    after = (
        Organisation.objects.count(),
        User.objects.count(),
        AuditEntry.objects.count(),
        Email.objects.count(),
    )
    assert before == after
    return caught.value


# --- Companies ----------------------------------------------------------------------------------


def test_paths_lead_from_the_root(trade: Trade) -> None:
    ids = [trade.companies[kind].pk for kind in (KINDS.PLATFORM, KINDS.DISTRIBUTOR, KINDS.SUB_DISTRIBUTOR)]
    assert trade.companies[KINDS.SUB_DISTRIBUTOR].path == "".join(f"{number}." for number in ids)


def test_a_company_sees_itself_and_what_is_below(trade: Trade, rival: Trade) -> None:
    def names(role: Role) -> set[str]:
        return {row.name for row in Organisation.objects.visible_to(trade.scope(role))}

    assert names(Role.INSTALLER) == {"Nord Installer"}
    assert names(Role.SUB_DISTRIBUTOR) == {"Nord Sub-distributor", "Nord Installer"}
    assert names(Role.DISTRIBUTOR) == {"Nord Distributor", "Nord Sub-distributor", "Nord Installer"}
    assert len(names(Role.OPERATOR)) == 7
    assert names(Role.PROPERTY_MANAGER) == set()


@pytest.mark.parametrize(
    ("kind", "parent", "may"),
    [
        (Kind.DISTRIBUTOR, Kind.PLATFORM, True),
        (Kind.SUB_DISTRIBUTOR, Kind.DISTRIBUTOR, True),
        (Kind.INSTALLER, Kind.DISTRIBUTOR, True),
        (Kind.INSTALLER, Kind.SUB_DISTRIBUTOR, True),
        (Kind.SUB_DISTRIBUTOR, Kind.PLATFORM, False),
        (Kind.INSTALLER, Kind.PLATFORM, False),
        (Kind.INSTALLER, Kind.INSTALLER, False),
        (Kind.DISTRIBUTOR, Kind.DISTRIBUTOR, False),
        (Kind.PLATFORM, Kind.PLATFORM, False),
    ],
)
def test_rungs(trade: Trade, kind: Kind, parent: Kind, may: bool) -> None:
    given = {
        "scope": trade.scope(Role.OPERATOR),
        "parent": trade.companies[parent],
        "new": NewOrganisation(kind, "New"),
    }
    if may:
        assert organisations.create_organisation(**given).parent == trade.companies[parent]
    else:
        assert refused(organisations.create_organisation, **given).code == "wrong-parent"


def test_nobody_makes_companies_beside_or_above(trade: Trade, rival: Trade) -> None:
    scope = trade.scope(Role.SUB_DISTRIBUTOR)
    new = NewOrganisation(Kind.INSTALLER, "New")
    for parent in (rival.companies[Kind.SUB_DISTRIBUTOR], trade.companies[Kind.DISTRIBUTOR]):
        assert (
            refused(organisations.create_organisation, scope=scope, parent=parent, new=new).code
            == "not-allowed"
        )


def test_a_name_is_there_once_per_parent(trade: Trade, rival: Trade) -> None:
    scope = trade.scope(Role.OPERATOR)
    new = NewOrganisation(Kind.INSTALLER, "nord INSTALLER")
    parent = trade.companies[Kind.SUB_DISTRIBUTOR]
    refusal = refused(organisations.create_organisation, scope=scope, parent=parent, new=new)
    assert (refusal.code, refusal.field) == ("name-taken", "name")
    other = rival.companies[Kind.SUB_DISTRIBUTOR]
    assert organisations.create_organisation(scope=scope, parent=other, new=new)


def test_a_company_and_its_first_login_come_together_or_not_at_all(trade: Trade) -> None:
    scope = trade.scope(Role.DISTRIBUTOR)
    parent = trade.companies[Kind.DISTRIBUTOR]
    new = NewOrganisation(Kind.INSTALLER, "Lock & Key", time_zone="Asia/Tokyo")
    taken = NewUser("nord-INSTALLER", "a@b.example", Role.INSTALLER)
    given = {"scope": scope, "parent": parent, "new": new}
    assert refused(organisations.create_organisation, first_user=taken, **given).field == "username"
    free = NewUser("lockandkey", "a@b.example", Role.INSTALLER, language="he")
    made = organisations.create_organisation(first_user=free, **given)
    user = made.people.get()
    assert (user.time_zone, user.language, user.has_usable_password()) == ("Asia/Tokyo", "he", False)
    assert Email.objects.filter(user=user, kind="welcome", language="he").count() == 1


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewOrganisation(Kind.INSTALLER, " "), "name"),
        (NewOrganisation(Kind.INSTALLER, "New", time_zone="Mars/Base"), "time_zone"),
    ],
)
def test_bad_companies(trade: Trade, new: NewOrganisation, field: str) -> None:
    given = {"scope": trade.scope(Role.OPERATOR), "parent": trade.companies[Kind.DISTRIBUTOR], "new": new}
    assert refused(organisations.create_organisation, **given).field == field


def test_changes_are_written_down(trade: Trade) -> None:
    company = trade.companies[Kind.INSTALLER]
    changes = {"name": "Nord Doors", "phone": "", "may_add_macs": True}
    organisations.change_organisation(
        scope=trade.scope(Role.SUB_DISTRIBUTOR), organisation=company, changes=changes
    )
    entry = AuditEntry.objects.filter(verb="organisation.change").get()
    assert entry.before == {"name": "Nord Installer", "may_add_macs": False}
    assert entry.after == {"name": "Nord Doors", "may_add_macs": True}
    assert (entry.organisation, entry.actor) == (company, trade.people[Role.SUB_DISTRIBUTOR])


def test_the_own_company_is_changed_by_those_above(trade: Trade, rival: Trade) -> None:
    scope = trade.scope(Role.DISTRIBUTOR)
    own = trade.companies[Kind.DISTRIBUTOR]
    change = organisations.change_organisation
    assert refused(change, scope=scope, organisation=own, changes={"name": "X"}).code == "own-company"
    assert refused(organisations.switch_off, scope=scope, organisation=own).code == "own-company"
    theirs = rival.companies[Kind.INSTALLER]
    assert refused(change, scope=scope, organisation=theirs, changes={"name": "X"}).code == "not-allowed"
    assert refused(organisations.switch_off, scope=scope, organisation=theirs).code == "not-allowed"
    below = trade.companies[Kind.INSTALLER]
    assert (
        refused(change, scope=scope, organisation=below, changes={"kind": "platform"}).code == "not-allowed"
    )
    platform = trade.companies[Kind.PLATFORM]
    operator = trade.scope(Role.OPERATOR)
    assert refused(organisations.switch_off, scope=operator, organisation=platform).code == "own-company"
    assert change(scope=operator, organisation=platform, changes={"name": "Doors"}).name == "Doors"


def test_no_company_is_made_below_a_switched_off_one(trade: Trade) -> None:
    scope = trade.scope(Role.OPERATOR)
    parent = organisations.switch_off(scope=scope, organisation=trade.companies[Kind.DISTRIBUTOR])
    new = NewOrganisation(Kind.INSTALLER, "New")
    assert (
        refused(organisations.create_organisation, scope=scope, parent=parent, new=new).code == "switched-off"
    )
    organisations.switch_off(scope=scope, organisation=parent)
    assert AuditEntry.objects.filter(verb="organisation.switch_off").count() == 1


# --- Logins -------------------------------------------------------------------------------------

MAY = {
    Role.OPERATOR: {Role.OPERATOR, Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER},
    Role.DISTRIBUTOR: {Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER},
    Role.SUB_DISTRIBUTOR: {Role.SUB_DISTRIBUTOR, Role.INSTALLER},
    Role.INSTALLER: {Role.INSTALLER, Role.SUB_INSTALLER, Role.PROPERTY_MANAGER},
    Role.SUB_INSTALLER: set(),
    Role.PROPERTY_MANAGER: set(),
}


@pytest.mark.parametrize("maker", MAY)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.RESIDENT])
def test_who_may_make_whom(trade: Trade, maker: Role, role: Role) -> None:
    company = trade.companies[users.HOMES[role]]
    given = {
        "scope": trade.scope(maker),
        "organisation": company,
        "new": NewUser("newcomer", "n@e.example", role),
    }
    if role in MAY[maker]:
        user = users.create_user(**given)
        assert (user.role, user.organisation) == (role, company)
    else:
        assert refused(users.create_user, **given).code == "not-allowed"


@pytest.mark.parametrize("role", [Role.SUB_DISTRIBUTOR, Role.RESIDENT])
def test_a_role_fits_its_company(trade: Trade, role: Role) -> None:
    given = {"scope": trade.scope(Role.OPERATOR), "organisation": trade.companies[Kind.INSTALLER]}
    refusal = refused(users.create_user, new=NewUser("newcomer", "n@e.example", role), **given)
    assert refusal.code in {"role-does-not-fit", "not-allowed"}


def test_nobody_makes_logins_beside(trade: Trade, rival: Trade) -> None:
    new = NewUser("newcomer", "n@e.example", Role.PROPERTY_MANAGER)
    company = rival.companies[Kind.INSTALLER]
    given = {"scope": trade.scope(Role.INSTALLER), "organisation": company, "new": new}
    assert refused(users.create_user, **given).code == "not-allowed"


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewUser("ab", "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("has space", "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("some@where.example", "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("x" * 65, "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("Ωmega", "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("NORD-installer", "n@e.example", Role.PROPERTY_MANAGER), "username"),
        (NewUser("newcomer", "", Role.PROPERTY_MANAGER), "email"),
        (NewUser("newcomer", "n@e.example", Role.PROPERTY_MANAGER, language="tlh"), "language"),
        (NewUser("newcomer", "n@e.example", Role.PROPERTY_MANAGER, time_zone="Mars/Base"), "time_zone"),
    ],
)
def test_bad_logins(trade: Trade, new: NewUser, field: str) -> None:
    given = {
        "scope": trade.scope(Role.INSTALLER),
        "organisation": trade.companies[Kind.INSTALLER],
        "new": new,
    }
    assert refused(users.create_user, **given).field == field


def test_a_login_is_written_down_without_a_secret(trade: Trade) -> None:
    entry = AuditEntry.objects.filter(verb="user.create", object_label="Property manager Nord").get()
    assert entry.after["username"] == "Nord-property_manager"
    assert "password" not in entry.after
    assert entry.actor == trade.people[Role.INSTALLER]


def test_changes_of_a_login(trade: Trade, rival: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    scope = trade.scope(Role.INSTALLER)
    changed = users.change_user(scope=scope, user=manager, changes={"first_name": " Ada ", "hours_24": False})
    assert (changed.first_name, changed.hours_24) == ("Ada", False)
    assert AuditEntry.objects.filter(verb="user.change").get().fields == ["first_name"]
    change = users.change_user
    theirs = rival.people[Role.PROPERTY_MANAGER]
    assert refused(change, scope=scope, user=theirs, changes={"first_name": "X"}).code == "not-allowed"
    assert refused(change, scope=scope, user=manager, changes={"role": "operator"}).code == "not-allowed"
    assert refused(change, scope=scope, user=manager, changes={"email": ""}).field == "email"


def test_another_mailbox_makes_links_void(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    passwords.forgot(name=manager.username, address="")
    token = operators.links.issue(manager, operators.PasswordLink.Purpose.RESET)
    users.change_user(scope=trade.scope(Role.INSTALLER), user=manager, changes={"email": "other@e.example"})
    assert operators.links.find(token) is None


def test_the_last_login_of_a_company_stays_on(trade: Trade) -> None:
    scope = trade.scope(Role.INSTALLER)
    own = trade.people[Role.INSTALLER]
    assert refused(users.switch_off, scope=scope, user=own).code == "last-active-user"
    new = NewUser("colleague", "c@e.example", Role.INSTALLER)
    users.create_user(scope=scope, organisation=trade.companies[Kind.INSTALLER], new=new)
    assert not users.switch_off(scope=scope, user=own).is_active
    above = trade.scope(Role.DISTRIBUTOR)
    assert users.switch_on(scope=above, user=own).is_active
    assert [e.verb for e in AuditEntry.objects.filter(object_id=own.pk, verb__startswith="user.switch")] == [
        "user.switch_on", "user.switch_off",
    ]  # fmt: skip


def test_nobody_is_switched_beside(trade: Trade, rival: Trade) -> None:
    scope = trade.scope(Role.INSTALLER)
    for call in (users.switch_off, users.switch_on, users.send_login_details):
        assert refused(call, scope=scope, user=rival.people[Role.PROPERTY_MANAGER]).code == "not-allowed"
        assert refused(call, scope=scope, user=trade.people[Role.DISTRIBUTOR]).code == "not-allowed"


def test_new_login_details_end_the_old_ones(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    users.send_login_details(scope=trade.scope(Role.INSTALLER), user=manager)
    manager.refresh_from_db()
    assert not manager.has_usable_password()
    assert Email.objects.get().kind == "welcome"
    assert AuditEntry.objects.filter(verb="password.remove").get().after == {"password": "changed"}
    users.switch_off(scope=trade.scope(Role.INSTALLER), user=manager)
    manager.refresh_from_db()
    refusal = refused(users.send_login_details, scope=trade.scope(Role.INSTALLER), user=manager)
    assert refusal.code == "switched-off"


# --- At the machine -----------------------------------------------------------------------------


def test_the_first_operator_makes_the_platform(db: None, capsys: Any) -> None:
    call_command("createoperator", "anna", "anna@example.net", "--company", "Doors Inc", "--language", "de")
    printed = capsys.readouterr().out
    user = User.objects.get()
    assert (user.role, user.organisation.name, user.organisation.path) == (
        Role.OPERATOR, "Doors Inc", f"{user.organisation_id}.",
    )  # fmt: skip
    token = printed.strip().rpartition("token=")[2]
    assert operators.links.find(token).user == user
    assert {entry.actor_name for entry in AuditEntry.objects.all()} == {"SmartPlus"}
    call_command("createoperator", "berta", "berta@example.net")
    assert Organisation.objects.count() == 1
    with pytest.raises(CommandError, match="Somebody has this user name"):
        call_command("createoperator", "ANNA", "x@example.net")


@pytest.mark.django_db(transaction=True)
def test_two_cannot_leave_a_company_at_the_same_moment() -> None:
    """Each of two colleagues switches itself off: one stays."""
    trade = make_trade("Nord", make_operator())
    scope = trade.scope(Role.INSTALLER)
    new = NewUser("colleague", "c@e.example", Role.INSTALLER)
    other = users.create_user(scope=scope, organisation=trade.companies[Kind.INSTALLER], new=new)
    results: list[str] = []

    def leave(user: User) -> None:
        try:
            users.switch_off(scope=scope_for(user), user=user)
            results.append("off")
        except Refused as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[user]) for user in (trade.people[Role.INSTALLER], other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["last-active-user", "off"]
