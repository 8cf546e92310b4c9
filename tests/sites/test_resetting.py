"""Reset: the account begins anew, nothing of the people before opens it or a door (S9)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from access.models import Credential, Grant, Subject
from access.services import credentials
from accounts.models import AuditEntry, Email, PasswordLink, PolicyAgreement, RecoveryCode, User, UserSession
from accounts.models.policies import PolicyVersion
from accounts.permissions import scope_for
from accounts.services import links
from accounts.services.sessions import begin
from sites import services
from sites.models import Residency, Site, Unit
from sites.services import NewResident, NewUnit
from smartplus.kernel.errors import Refused
from tests.sites.makers import House, everything

KINDS = Residency.Kind


@pytest.fixture
def anna(world: House) -> Residency:
    """A family master who uses all there is, with a member and landlines in the flat."""
    person = world.master(email="anna@example.net", country_code="45", mobile="20123456", language="da")
    Residency.objects.filter(pk=person.pk).update(app_state="registered", account_state="expired")
    user = person.user
    user.set_password("open-the-door")
    user.email_confirmed_at = user.welcomed_at = now()
    user.save()
    begin(user=user, key="a-session")
    RecoveryCode.objects.create(user=user, digest=b"1" * 32)
    version = PolicyVersion.objects.create(title="Privacy", text="…", number=7, published_at=now())
    PolicyAgreement.objects.create(user=user, version=version)
    world.member()
    services.change_unit(scope=world.scope, unit=world.flat, phone_1="4511223344", name="Garden flat")
    credentials.give_keys(
        scope=world.scope, site=world.community, pins={person.pk: "274915"}, cards={person.pk: ["A1B2C3D4"]}
    )
    return person


def reset(world: House) -> list[Residency]:
    return services.reset_units(scope=world.scope, site=world.community, unit_ids=[world.flat.pk])


def test_what_goes_and_what_stays(world: House, anna: Residency) -> None:
    before = {"groups": Grant.objects.filter(subject__residency=anna).count(), "sip": world.flat.sip}
    subject = Subject.objects.get(residency=anna)
    token = links.issue(anna.user, PasswordLink.Purpose.RESET, to="anna@example.net")
    (back,) = reset(world)

    anna.refresh_from_db()
    assert back == anna
    assert (anna.email, anna.country_code, anna.mobile, anna.app_state) == ("", "", "", "unregistered")
    assert (anna.first_name, anna.language, anna.account_state) == ("Anna", "da", "expired")
    assert not Residency.objects.filter(unit=world.flat).exclude(pk=anna.pk).exists()
    flat = Unit.objects.get(pk=world.flat.pk)
    assert (flat.phone_1, flat.name, flat.sip) == ("", "Garden flat", before["sip"])
    assert not Credential.objects.filter(residency=anna).exists()
    assert Subject.objects.get(residency=anna) == subject
    assert Grant.objects.filter(subject=subject).count() == before["groups"] > 0

    login = User.objects.get(pk=anna.user_id)
    assert login.is_active and not login.has_usable_password()
    assert (login.username, login.email, login.email_confirmed_at) == (anna.sip, "", None)
    assert login.welcomed_at is None, "the next person is asked for consent"
    for model in (RecoveryCode, PolicyAgreement):
        assert not model.objects.filter(user=login).exists()
    assert not UserSession.objects.filter(user=login, ended_at=None).exists()
    assert links.find(token) is None
    assert not Email.objects.filter(user=login, due_at__isnull=False).exists(), "nobody is written to"
    assert not Email.objects.filter(user=login).exclude(to="").exists()
    entry = AuditEntry.objects.get(verb="resident.reset")
    assert (entry.object_id, entry.before["email"]) == (anna.pk, "anna@example.net")


def test_a_resident_is_reset_with_the_home(world: House, anna: Residency) -> None:
    services.reset_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk])
    assert Unit.objects.get(pk=world.flat.pk).phone_1 == ""
    villa = world.villa(email="vera@example.net")
    vera = Residency.objects.get(site=villa)
    services.reset_residents(scope=world.scope, site=villa, residency_ids=[vera.pk])
    vera.refresh_from_db()
    assert vera.email == ""


def test_a_person_of_an_office_keeps_id_and_department(world: House) -> None:
    sven = world.staff(email="sven@example.net", phone="4511223344")
    services.reset_residents(scope=world.scope, site=world.office, residency_ids=[sven.pk])
    sven.refresh_from_db()
    assert (sven.email, sven.phone, sven.unique_id, sven.building) == ("", "", "S1", world.sales)


def test_who_has_another_home_keeps_the_login_there(world: House, anna: Residency) -> None:
    villa = world.villa()
    vera = Residency.objects.get(site=villa)
    Residency.objects.filter(pk=vera.pk).update(user=anna.user_id)
    shared = anna.user
    reset(world)
    anna.refresh_from_db()
    shared.refresh_from_db()
    assert anna.user != shared
    assert (anna.user.role, anna.user.email, anna.user.has_usable_password()) == ("resident", "", False)
    assert shared.is_active and shared.has_usable_password() and shared.email == "anna@example.net"
    assert Residency.objects.get(pk=vera.pk).user == shared
    assert shared.username == anna.sip != anna.user.username


def test_refused_and_nothing_changes(world: House, anna: Residency) -> None:
    member = Residency.objects.get(unit=world.flat, kind=KINDS.MEMBER)
    Site.objects.filter(pk=world.community.pk).update(managers_delete_people=False)
    before = everything()
    with pytest.raises(Refused) as refused:
        services.reset_residents(scope=world.scope, site=world.community, residency_ids=[member.pk])
    assert refused.value.code == "member"
    with pytest.raises(Refused) as refused:
        services.reset_units(scope=world.manager_scope, site=world.community, unit_ids=[world.flat.pk])
    assert refused.value.code == "not_permitted"
    assert everything() == before


def test_a_neighbour_resets_nothing(world: House, stranger: Any, anna: Residency) -> None:
    with pytest.raises(Refused):
        services.reset_units(scope=stranger, site=world.community, unit_ids=[world.flat.pk])
    elsewhere = world.villa()
    assert services.reset_units(scope=world.scope, site=elsewhere, unit_ids=[world.flat.pk]) == []
    anna.refresh_from_db()
    assert anna.email


def test_many_cost_what_few_cost(world: House) -> None:
    def cost(first: int, count: int) -> int:
        numbers = range(first, first + count)
        rows = [NewUnit(world.north.pk, str(number), phone_1="4511223344") for number in numbers]
        units = services.add_units(scope=world.scope, site=world.community, rows=rows)
        family = [
            NewResident(kind, f"Ada {unit.number}", unit_id=unit.pk, email=f"a{unit.number}@example.net")
            for unit in units
            for kind in (KINDS.MASTER, KINDS.MEMBER)
        ]
        services.add_residents(scope=world.scope, site=world.community, rows=family)
        scope = scope_for(world.boss)
        with CaptureQueriesContext(connection) as queries:
            found = services.reset_units(
                scope=scope, site=world.community, unit_ids=[unit.pk for unit in units]
            )
        assert len(found) == count
        return len(queries)

    cost(1000, 2)
    assert cost(2000, 60) == cost(3000, 5)
