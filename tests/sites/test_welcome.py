"""Whom login details go to (S6)."""

import pytest

from accounts.models import AuditEntry, Email
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


def test_login_details_go_out_again_when_asked(world: House) -> None:
    anna = world.master(email="anna@example.net")
    letters()
    assert services.send_login_details(scope=world.scope, people=[anna]) == 1
    assert letters() == [(anna.sip, "anna@example.net")]


def test_nobody_to_send_to_is_said(world: House) -> None:
    anna = world.master()
    assert services.recipient_of(anna) == ""
    with pytest.raises(Refused, match="No email to send to"):
        services.send_login_details(scope=world.scope, people=[anna])


def test_staff_is_reached_by_the_own_address_only(world: House) -> None:
    sven = world.staff(email="sven@example.net")
    assert letters() == [(sven.sip, "sven@example.net")]


def test_the_recipient_is_known_before(world: House) -> None:
    world.master(email="anna@example.net")
    assert services.recipient_of(world.member()) == "anna@example.net"
