"""Whom login details go to (S6)."""

import pytest

from accounts.models import AuditEntry, Email, PasswordLink
from accounts.services import links
from sites import services
from sites.services import NewResident
from smartplus.kernel.errors import Refused
from tests.sites.makers import House


def letters() -> list[tuple[str, str]]:
    """(login, address) of what was queued since, then forgotten."""
    found = [(email.user.username if email.user else "", email.to) for email in Email.objects.order_by("pk")]
    Email.objects.all().delete()
    return found


def test_a_person_is_written_to_in_the_own_language(world: House) -> None:
    anna = world.master(email="anna@example.net", language="pl")
    email = Email.objects.get()
    assert (email.kind, email.user, email.to, email.language) == (
        "welcome_resident", anna.user, "anna@example.net", "pl",
    )  # fmt: skip
    assert AuditEntry.objects.filter(object_id=anna.user_id, site_id=world.community.pk).count() == 1


def test_nobody_is_written_to_without_an_address(world: House) -> None:
    world.master()
    world.member()
    assert letters() == []


def test_a_member_without_email_is_reached_by_the_master(world: House) -> None:
    world.master(email="anna@example.net", language="pl")
    letters()
    otto = world.member(language="de")
    assert Email.objects.get().language == "pl"
    assert letters() == [(otto.sip, "anna@example.net")]
    ida = world.member(first_name="Ida", email="ida@example.net")
    assert letters() == [(ida.sip, "ida@example.net")]


def test_a_family_added_at_once_is_reached_by_its_master(world: House) -> None:
    rows = [
        NewResident("member", "Otto", unit_id=world.flat.pk),
        NewResident("master", "Anna", unit_id=world.flat.pk, email="anna@example.net"),
    ]
    otto, anna = services.add_residents(scope=world.scope, site=world.community, rows=rows)
    assert letters() == [(otto.sip, "anna@example.net"), (anna.sip, "anna@example.net")]


def test_who_waited_is_reached_as_soon_as_the_master_is(world: House) -> None:
    anna, otto = world.master(), world.member()
    ida = world.member(first_name="Ida", email="ida@example.net")
    letters()
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net")
    assert letters() == [(anna.sip, "anna@example.net"), (otto.sip, "anna@example.net")]
    services.change_resident(scope=world.scope, person=anna, email="anna2@example.net")
    assert letters() == [(anna.sip, "anna2@example.net")]
    services.change_resident(scope=world.scope, person=ida, email="")
    services.change_resident(scope=world.scope, person=anna, remark="Same address")
    assert letters() == []


def test_new_login_details_end_the_password_and_the_old_links(world: House) -> None:
    anna = world.master(email="anna@example.net")
    letters()
    anna.user.set_password("an old secret")
    anna.user.save()
    token = links.issue(anna.user, PasswordLink.Purpose.WELCOME)
    services.send_login_details(scope=world.scope, person=anna)
    assert letters() == [(anna.sip, "anna@example.net")]
    anna.user.refresh_from_db()
    assert not anna.user.has_usable_password()
    assert links.find(token) is None
    assert AuditEntry.objects.get(verb="password.remove").after == {"password": "changed"}


def test_nobody_to_send_to_is_said_and_nothing_reset(world: House) -> None:
    anna = world.master()
    anna.user.set_password("an old secret")
    anna.user.save()
    assert services.recipient_of(anna) == ""
    with pytest.raises(Refused, match="No email or mobile to send to"):
        services.send_login_details(scope=world.scope, person=anna)
    anna.user.refresh_from_db()
    assert anna.user.check_password("an old secret")


def test_links_in_an_old_mailbox_are_void(world: House) -> None:
    anna = world.master(email="anan@example.net")
    token = links.issue(anna.user, PasswordLink.Purpose.WELCOME)
    services.change_resident(scope=world.scope, person=anna, remark="Tenant")
    assert links.find(token)
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net")
    assert links.find(token) is None


def test_staff_is_reached_by_the_own_address_only(world: House) -> None:
    sven = world.staff(email="sven@example.net")
    assert letters() == [(sven.sip, "sven@example.net")]


def test_the_recipient_is_known_before(world: House) -> None:
    world.master(email="anna@example.net")
    assert services.recipient_of(world.member()) == "anna@example.net"
