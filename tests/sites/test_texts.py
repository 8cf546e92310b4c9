"""Login details by text message, where there is no email (S6)."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Email, PasswordLink
from accounts.services import links
from sites import services
from sites.services import NewResident
from smartplus.kernel.errors import Refused

from .makers import House
from .test_pages import browser, url

OWN, FAMILY, LETTER = "text_welcome_resident", "text_welcome_member", "welcome_resident"
MOBILE = {"country_code": "45", "mobile": "20123456"}
OTHER = {"country_code": "45", "mobile": "20654321"}


@pytest.fixture(autouse=True)
def gateway(settings: Any, tmp_path: Path) -> None:
    """Text messages can be sent."""
    settings.SMS_URL = f"file://{tmp_path}"


def sent() -> list[tuple[str, str, str]]:
    """(kind, login, address) of what was queued since and still waits, then forgotten."""
    rows = Email.objects.filter(due_at__isnull=False).order_by("pk").select_related("user")
    found = [(row.kind, row.user.username if row.user else "", row.to) for row in rows]
    Email.objects.all().delete()
    return found


def test_the_four_rules(world: House) -> None:
    anna = world.master()
    assert sent() == []
    otto = world.member()
    assert sent() == [], "nobody to be reached by yet"
    ida = world.member(first_name="Ida", email="ida@example.net", **MOBILE)
    kai = world.member(first_name="Kai", **OTHER)
    assert sent() == [(LETTER, ida.sip, "ida@example.net"), (OWN, kai.sip, "+45 20654321")]
    services.change_resident(scope=world.scope, person=anna, **MOBILE)
    assert sent() == [(OWN, anna.sip, "+45 20123456"), (FAMILY, otto.sip, "+45 20123456")]
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net")
    assert sent() == [(LETTER, anna.sip, "anna@example.net")], "who was reached is not written to twice"
    services.send_login_details(scope=world.scope, person=otto)
    assert sent() == [(LETTER, otto.sip, "anna@example.net")], "the master's email goes before the mobile"


def test_masters_and_staff_without_email_are_reached_by_mobile(world: House) -> None:
    anna = world.master(language="pl", **MOBILE)
    assert Email.objects.get().language == "pl"
    sven = world.staff(**OTHER)
    assert sent() == [(OWN, anna.sip, "+45 20123456"), (OWN, sven.sip, "+45 20654321")]
    assert services.recipient_of(sven) == "+45 20654321"
    question = browser(world.boss).get(url("resident_send", world.office.pk, sven.pk)).content.decode()
    assert "+45 20654321 by text message" in question


def test_another_mobile_voids_what_went_and_waits_for_the_old_one(world: House) -> None:
    anna = world.master(**MOBILE)
    token = links.issue(anna.user, PasswordLink.Purpose.WELCOME, to="+45 20123456")
    services.change_resident(scope=world.scope, person=anna, mobile="20654321")
    assert sent() == [(OWN, anna.sip, "+45 20654321")]
    assert links.find(token) is None
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net")
    sent()
    token = links.issue(anna.user, PasswordLink.Purpose.WELCOME, to="anna@example.net")
    services.change_resident(scope=world.scope, person=anna, mobile="20777777")
    assert sent() == [] and links.find(token), "the email still counts"
    services.change_resident(scope=world.scope, person=anna, email="")
    assert sent() == [(OWN, anna.sip, "+45 20777777")]


def test_where_no_text_message_can_be_sent_a_mobile_reaches_nobody(world: House, settings: Any) -> None:
    settings.SMS_URL = ""
    anna = world.master(**MOBILE)
    rows = [NewResident("member", "Otto", unit_id=world.flat.pk, **OTHER)]
    services.add_residents(scope=world.scope, site=world.community, rows=rows)
    assert sent() == []
    assert services.recipient_of(anna) == ""
    with pytest.raises(Refused, match="No email or mobile"):
        services.send_login_details(scope=world.scope, person=anna)
