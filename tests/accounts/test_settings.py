"""Settings: the index by role, the email and what is sent to it, customer service, the company's card."""

from time import time
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Email, EmailConfirmation, Organisation, ProviderInfo, Role, User
from accounts.permissions import scope_for
from accounts.services import mailboxes, notices
from accounts.services.outbox import send_due
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages.fresh import PROVEN

from .makers import KINDS, Trade
from .test_first_login import confirm, token_of
from .test_policies import browser

pytestmark = pytest.mark.django_db
SETTINGS = "/accounts/settings/"
WISHES, CHANGE = SETTINGS + "notification/", SETTINGS + "email/"
SERVICE, PROVIDER = SETTINGS + "customer-service/", SETTINGS + "provider/"


def proven(user: User) -> Client:
    """A browser in which the password was given a moment ago."""
    client = browser(user)
    session = client.session
    session[PROVEN] = int(time())
    session.save()
    return client


def test_the_index_shows_what_a_role_has(trade: Trade) -> None:
    company = {"Service Provider Information", "Customer Service", "Operation log"}
    wanted: dict[Role, set[str]] = {
        Role.INSTALLER: company,
        Role.DISTRIBUTOR: company,
        Role.OPERATOR: company,
        Role.PROPERTY_MANAGER: {"Link Site"},
        Role.SUB_INSTALLER: set(),
    }
    for role, labels in wanted.items():
        page = browser(trade.people[role]).get(SETTINGS).content.decode()
        own = {"Your account", "Sign-in &amp; security", "Notification"}
        for label in own | labels:
            assert f">{label}</a>" in page, (role, label)
        if role in {Role.SUB_INSTALLER, Role.PROPERTY_MANAGER}:
            assert "Customer Service" not in page


def test_account_setting_is_there_while_it_is_offered(trade: Trade) -> None:
    client = browser(trade.people[Role.INSTALLER])
    assert "Account Setting" not in client.get(SETTINGS).content.decode()
    Organisation.objects.filter(kind=KINDS.INSTALLER).update(switching_offered=True)
    assert "Account Setting" in client.get(SETTINGS).content.decode()


# --- Customer service and the card --------------------------------------------------------------------


def test_customer_service_is_kept_for_the_own_company(trade: Trade) -> None:
    client = browser(trade.people[Role.DISTRIBUTOR])
    client.post(
        SERVICE,
        {"service_phone": "+49 40 1", "service_email": "help@nord.example", "receives_feedback": "on"},
    )
    row = trade.companies[KINDS.DISTRIBUTOR]
    row.refresh_from_db()
    assert (row.service_phone, row.service_email, row.receives_feedback) == (
        "+49 40 1", "help@nord.example", True,
    )  # fmt: skip
    assert Organisation.objects.filter(receives_feedback=True).count() == 1
    assert AuditEntry.objects.filter(verb="customer_service.change").count() == 1


@pytest.mark.parametrize("url", [SERVICE, PROVIDER])
@pytest.mark.parametrize("role", [Role.SUB_INSTALLER, Role.PROPERTY_MANAGER])
def test_others_change_nothing_about_the_company(trade: Trade, url: str, role: Role) -> None:
    given = {"service_phone": "1", "company": "Mine"}
    assert browser(trade.people[role]).post(url, given).status_code == 403
    assert not Organisation.objects.filter(service_phone="1").exists()
    assert not ProviderInfo.objects.exists()


def test_the_card_is_changed_later(trade: Trade, rival: Trade) -> None:
    ProviderInfo.objects.create(organisation=rival.companies[KINDS.INSTALLER], company="Rival")
    client = browser(trade.people[Role.INSTALLER])
    assert "Rival" not in client.get(PROVIDER).content.decode()
    client.post(PROVIDER, {"company": "Nord Ltd"})
    client.post(PROVIDER, {"company": "Nord Limited", "email": "office@nord.example"})
    row = ProviderInfo.objects.get(organisation=trade.companies[KINDS.INSTALLER])
    assert (row.company, row.email) == ("Nord Limited", "office@nord.example")
    assert ProviderInfo.objects.count() == 2
    client.post(PROVIDER, {"company": "", "email": "office@nord.example"})
    client.post(PROVIDER, {"company": "X", "website": "javascript:alert(1)"})
    row.refresh_from_db()
    assert (row.company, row.website) == ("Nord Limited", "")


# --- Notification -------------------------------------------------------------------------------------


def test_another_address_counts_after_its_link_and_the_old_one_hears_of_it(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    old = user.email
    Email.objects.all().delete()
    client = proven(user)
    client.post(CHANGE, {"email": "next@nord.example"})
    user.refresh_from_db()
    assert user.email == old
    assert "next@nord.example" in client.get(WISHES).content.decode()
    assert not Email.objects.filter(to=old).exists()
    confirm(token_of("next@nord.example"))
    user.refresh_from_db()
    assert user.email == "next@nord.example"
    assert list(Email.objects.filter(to=old).values_list("kind", flat=True)) == ["email_changed"]
    assert client.get("/").status_code == 200


def test_changing_it_asks_who_it_is_first(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    answer = browser(user).post(CHANGE, {"email": "next@nord.example"})
    assert answer.status_code == 302
    assert "/accounts/confirm/" in answer.headers["Location"]
    assert not EmailConfirmation.objects.exists()


def test_a_new_address_is_withdrawn_with_its_links(trade: Trade) -> None:
    user, withdraw = trade.people[Role.INSTALLER], CHANGE + "withdraw/"
    client = proven(user)
    assert withdraw not in client.get(WISHES).content.decode()
    assert "No address waits" in client.post(withdraw).content.decode()
    client.post(CHANGE, {"email": "next@nord.example"})
    sent = token_of("next@nord.example")
    client.post(CHANGE, {"email": "wrong@nord.example"})
    assert withdraw in client.get(WISHES).content.decode()
    asked = client.get(withdraw).content.decode()
    assert "wrong@nord.example" in asked and user.email in asked
    assert client.post(withdraw).headers["Location"] == WISHES
    assert "wrong@nord.example" not in client.get(WISHES).content.decode()
    letter = Email.objects.get(to="wrong@nord.example")
    assert (letter.state, letter.due_at, letter.context) == (Email.State.FAILED, None, "")
    assert confirm(sent).status_code == 410
    entry = AuditEntry.objects.get(verb="email.withdraw")
    assert (entry.object_id, entry.before) == (user.pk, {"email": "wrong@nord.example"})
    user.refresh_from_db()
    assert user.email == "installer@Nord.example" and user.email_confirmed_at
    link = "/email/link/"
    client.post(CHANGE, {"email": "third@nord.example"})
    third = token_of("third@nord.example")
    client.post(withdraw)
    assert Client().get(link, {"token": third}, follow=True).status_code == 410


def test_nobody_withdraws_an_address_of_another(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    proven(owner).post(CHANGE, {"email": "next@nord.example"})
    proven(trade.people[Role.SUB_INSTALLER]).post(CHANGE + "withdraw/")
    acting = scope_for(owner, actor=trade.people[Role.DISTRIBUTOR])
    with pytest.raises(Refused, match="Only the owner"):
        mailboxes.withdraw(scope=acting)
    assert EmailConfirmation.objects.get().used_at is None


def test_the_present_address_needs_no_link(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    proven(user).post(CHANGE, {"email": user.email.upper()})
    assert not EmailConfirmation.objects.exists()


def test_notices_respect_the_wish_and_mails_about_the_account_do_not(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    browser(user).post(WISHES, {"wants_news": "on"})
    user.refresh_from_db()
    assert (user.wants_notices, user.wants_news) == (False, True)
    Email.objects.all().delete()
    values: dict[str, Any] = {"title": "Rest", "text": "Soon", "kind": "system", "by_email": True}
    values["roles"] = [Role.INSTALLER, Role.PROPERTY_MANAGER]
    scope = trade.scope(Role.OPERATOR)
    notices.publish_notice(scope=scope, notice=notices.save_notice(scope=scope, notice=None, values=values))
    notices.mail_due()
    assert list(Email.objects.values_list("user", flat=True)) == [trade.people[Role.PROPERTY_MANAGER].pk]
    Client().post("/password/forgot/", {"username": user.username})
    assert Email.objects.filter(user=user, kind="password_reset").count() == 1
    send_due()
