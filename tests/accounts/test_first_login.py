"""The first login: the company's card, and an email address that is proven before it counts."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from accounts.models import (
    AuditEntry,
    Email,
    EmailConfirmation,
    Organisation,
    PasswordLink,
    ProviderInfo,
    Role,
    User,
)
from accounts.services import links, mailboxes, passwords, users
from accounts.services import outbox as outbox_service
from accounts.services.outbox import send_due
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade
from .test_policies import AGREE, answer, browser, publish

pytestmark = pytest.mark.django_db
ASK, SENT, COMPANY = "/accounts/welcome/email/", "/accounts/welcome/email/sent/", "/accounts/welcome/company/"


@pytest.fixture
def fresh(trade: Trade) -> User:
    """A property manager whose address is not proven."""
    user = trade.people[Role.PROPERTY_MANAGER]
    return unproven(user)


def unproven(user: User, email: str | None = None) -> User:
    user.email = user.email if email is None else email
    user.email_confirmed_at = user.welcomed_at = None
    user.save()
    Email.objects.all().delete()
    outbox.outbox.clear()
    return user


def token_of(email: str) -> str:
    """The token that was mailed last to an address."""
    send_due()
    letter = next(one for one in reversed(outbox.outbox) if one.to == [email])
    found = re.search(r"/email/link/\?token=(\S+)", str(letter.body))
    assert found
    return found[1]


def confirm(token: str, client: Client | None = None) -> Any:
    client = client or Client()
    client.get("/email/link/", {"token": token})
    return client.post("/email/confirm/")


# --- The company --------------------------------------------------------------------------------------


def test_the_company_is_asked_after_agree_once(trade: Trade) -> None:
    client = browser(trade.people[Role.INSTALLER])
    version = publish(trade)
    assert answer(client, "agree", version).headers["Location"] == COMPANY
    assert client.get("/").headers["Location"] == COMPANY
    client.post(COMPANY, {"company": "Nord Ltd", "website": "nord.example", "tax_id": " DE 1 "})
    assert client.get("/").status_code == 200
    row = ProviderInfo.objects.get()
    assert (row.organisation, row.company) == (trade.companies[KINDS.INSTALLER], "Nord Ltd")
    assert (row.website, row.tax_id) == ("https://nord.example", "DE 1")
    assert AuditEntry.objects.filter(verb="provider_info.change").count() == 1


def test_the_company_can_be_skipped_and_is_not_asked_again(trade: Trade) -> None:
    client = browser(trade.people[Role.DISTRIBUTOR])
    answer(client, "agree", publish(trade))
    assert client.post(COMPANY, {"skip": "1"}).headers["Location"] == "/"
    assert ProviderInfo.objects.get().company == ""
    answer(client, "agree", publish(trade))
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("role", [Role.SUB_INSTALLER, Role.PROPERTY_MANAGER])
def test_others_are_not_asked_about_the_company(trade: Trade, role: Role) -> None:
    client = browser(trade.people[role])
    answer(client, "agree", publish(trade))
    assert client.get(COMPANY).headers["Location"] == "/"
    client.post(COMPANY, {"company": "Mine"})
    assert not ProviderInfo.objects.exists()


# --- The email ----------------------------------------------------------------------------------------


def test_the_email_is_asked_and_lets_on_when_confirmed(fresh: User) -> None:
    unproven(fresh, "")
    client = browser(fresh)
    assert client.get("/").headers["Location"] == ASK
    client.post(ASK, {"email": "new@nord.example", "wants_news": "on"})
    fresh.refresh_from_db()
    assert (fresh.email, fresh.wants_news) == ("", True)
    assert "new@nord.example" in client.get(SENT).content.decode()
    assert client.get(SENT, headers={"HX-Request": "true"}).status_code == 204
    assert client.get("/").headers["Location"] == ASK
    done = confirm(token_of("new@nord.example"))
    assert "new@nord.example" in done.content.decode()
    assert client.get(SENT, headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/"
    assert client.get("/").status_code == 200
    fresh.refresh_from_db()
    assert fresh.email == "new@nord.example"
    assert fresh.email_confirmed_at is not None
    assert AuditEntry.objects.filter(verb="email.confirm", object_id=fresh.pk).count() == 1


def test_the_page_that_was_wanted_is_opened_when_all_steps_are_done(fresh: User, trade: Trade) -> None:
    version, client, wanted = publish(trade), browser(fresh), "/accounts/profile/?tab=2"
    assert client.get(wanted).headers["Location"] == AGREE
    client.get("/accounts/settings/", headers={"HX-Request": "true"})  # a part of a page is no wish
    client.post("/accounts/profile/password/", {})  # nor is what was typed
    client.get("/")  # nor the way home
    assert answer(client, "agree", version).headers["Location"] == ASK
    client.post(ASK, {"email": "new@nord.example"})
    confirm(token_of("new@nord.example"), client)
    assert client.get(SENT, headers={"HX-Request": "true"}).headers["HX-Redirect"] == wanted
    assert client.get("/").status_code == 200  # once


def test_the_wanted_page_is_also_found_from_home_and_never_outside(fresh: User) -> None:
    client = browser(fresh)
    for wanted, led in (("/accounts/profile/", "/accounts/profile/"), ("//evil.example/", None)):
        unproven(fresh)
        client.get("/accounts/settings/")
        session = client.session
        session["wanted_page"] = {"user": fresh.pk, "url": wanted}
        session.save()
        User.objects.filter(pk=fresh.pk).update(email_confirmed_at=timezone.now())
        assert client.get("/").headers.get("Location") == led
    unproven(fresh)
    session = client.session
    session["wanted_page"] = {"user": fresh.pk + 1, "url": "/accounts/profile/"}  # somebody else's wish
    session.save()
    User.objects.filter(pk=fresh.pk).update(email_confirmed_at=timezone.now())
    assert client.get("/").status_code == 200


def test_an_address_others_gave_is_confirmed_too(fresh: User) -> None:
    client = browser(fresh)
    assert f'value="{fresh.email}"' in client.get(ASK).content.decode()
    client.post(ASK, {"email": fresh.email})
    confirm(token_of(fresh.email))
    assert client.get("/").status_code == 200
    assert not Email.objects.filter(kind="email_changed").exists()


def test_it_cannot_be_skipped(fresh: User) -> None:
    client = browser(fresh)
    client.post(ASK, {"email": ""})
    client.post(ASK, {"skip": "1", "email": "no address"})
    assert client.get("/").headers["Location"] == ASK
    assert not EmailConfirmation.objects.exists()


def test_a_resident_without_email_is_not_asked(trade: Trade) -> None:
    resident = User.objects.create(username="600001", role=Role.RESIDENT)
    assert browser(resident).get("/accounts/profile/").status_code == 200
    unproven(resident, "rosa@nord.example")
    assert browser(resident).get("/accounts/profile/").headers["Location"] == ASK


def test_looking_at_the_link_uses_nothing_up_and_it_works_once(fresh: User) -> None:
    browser(fresh).post(ASK, {"email": "new@nord.example"})
    token = token_of("new@nord.example")
    opened = Client().get("/email/link/", {"token": token})
    assert (opened.status_code, opened.headers["Location"]) == (302, "/email/confirm/")
    scanner = Client()
    assert "Confirm it only if" in scanner.get("/email/link/", {"token": token}, follow=True).content.decode()
    assert confirm(token).status_code == 200
    assert confirm(token).status_code == 410
    assert scanner.post("/email/confirm/").status_code == 410


def test_only_a_digest_is_kept(fresh: User) -> None:
    browser(fresh).post(ASK, {"email": "new@nord.example"})
    token = token_of("new@nord.example")
    assert token.encode() not in bytes(EmailConfirmation.objects.get().digest)
    assert Email.objects.get(kind="email_confirm").context == ""
    assert not any(token in str(entry.after) for entry in AuditEntry.objects.all())


def test_a_link_is_good_for_a_day(fresh: User) -> None:
    browser(fresh).post(ASK, {"email": "new@nord.example"})
    token = token_of("new@nord.example")
    EmailConfirmation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert confirm(token).status_code == 410
    fresh.refresh_from_db()
    assert fresh.email_confirmed_at is None


def test_of_parallel_confirmations_the_last_one_counts(fresh: User) -> None:
    client = browser(fresh)
    client.post(ASK, {"email": "one@nord.example"})
    first = token_of("one@nord.example")
    client.post(ASK, {"email": "two@nord.example"})
    second = token_of("two@nord.example")
    assert confirm(first).status_code == 410
    assert confirm(second).status_code == 200
    fresh.refresh_from_db()
    assert fresh.email == "two@nord.example"


def test_a_link_opened_in_a_foreign_session_changes_only_its_own_account(fresh: User, trade: Trade) -> None:
    browser(fresh).post(ASK, {"email": "new@nord.example"})
    other = trade.people[Role.INSTALLER]
    client = browser(other)
    before = other.email
    assert confirm(token_of("new@nord.example"), client).status_code == 200
    other.refresh_from_db()
    fresh.refresh_from_db()
    assert (other.email, fresh.email) == (before, "new@nord.example")
    assert client.session["_auth_user_id"] == str(other.pk)


def test_a_switched_off_account_confirms_nothing(fresh: User) -> None:
    browser(fresh).post(ASK, {"email": "new@nord.example"})
    token = token_of("new@nord.example")
    Organisation.objects.filter(pk=fresh.organisation_id).update(is_active=False)
    confirm(token)
    fresh.refresh_from_db()
    assert fresh.email_confirmed_at is None


def test_no_more_than_five_links_an_hour(fresh: User, trade: Trade) -> None:
    scope = trade.scope(Role.PROPERTY_MANAGER)
    for number in range(mailboxes.MOST_AN_HOUR):
        mailboxes.ask(scope=scope, email=f"n{number}@nord.example")
    sent = Email.objects.count()
    with pytest.raises(Refused):
        mailboxes.ask(scope=scope, email="one.more@nord.example")
    assert Email.objects.count() == sent
    assert EmailConfirmation.objects.filter(used_at=None).count() == 1


# --- Links that prove a mailbox -----------------------------------------------------------------------


def set_by(user: User, to: str) -> User:
    token = links.issue(user, PasswordLink.Purpose.WELCOME, to=to)
    link = links.find(token)
    assert link
    return passwords.set_by_link(link=link, password="four-loud-windows")


def test_a_link_in_the_present_mailbox_proves_it(fresh: User) -> None:
    user = set_by(fresh, fresh.email.upper())
    assert user.email_confirmed_at is not None
    assert browser(user).get("/").status_code == 200


@pytest.mark.parametrize("to", ["", "master@nord.example"])
def test_a_link_from_elsewhere_proves_nothing(fresh: User, to: str) -> None:
    assert set_by(fresh, to).email_confirmed_at is None


def test_the_outbox_says_where_a_link_went(trade: Trade) -> None:
    boss, manager = trade.scope(Role.INSTALLER), trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    users.send_login_details(scope=boss, user=manager)
    send_due()
    assert PasswordLink.objects.get(user=manager, used_at=None).to == manager.email


# --- Another address ----------------------------------------------------------------------------------


def test_an_address_given_by_others_is_unproven_again(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    old = manager.email
    changes = {"email": "other@nord.example"}
    users.change_user(scope=trade.scope(Role.INSTALLER), user=manager, changes=changes)
    manager.refresh_from_db()
    assert manager.email_confirmed_at is None
    assert browser(manager).get("/").headers["Location"] == ASK
    assert list(Email.objects.values_list("kind", "to")) == [("email_changed", old)]


def test_a_queued_email_goes_to_the_new_address(trade: Trade) -> None:
    boss, manager = trade.scope(Role.INSTALLER), trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    outbox.outbox.clear()
    old = manager.email
    users.send_login_details(scope=boss, user=manager)
    users.change_user(scope=boss, user=manager, changes={"email": "other@nord.example"})
    send_due()
    sent = {(one.to[0], one.subject) for one in outbox.outbox}
    assert {to for to, _ in sent} == {old, "other@nord.example"}
    assert PasswordLink.objects.get(user=manager, used_at=None).to == "other@nord.example"
    told = [one for one in outbox.outbox if one.to == [old]]
    assert len(told) == 1
    assert "token=" not in str(told[0].body)


def test_an_email_in_hand_while_the_address_changes_is_sent_to_the_new_one(trade: Trade) -> None:
    boss, manager = trade.scope(Role.INSTALLER), trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    users.send_login_details(scope=boss, user=manager)
    claimed = outbox_service._claim()
    assert claimed
    users.change_user(scope=boss, user=manager, changes={"email": "other@nord.example"})
    token = outbox_service._token(claimed)
    assert claimed.to == "other@nord.example"
    assert links.find(token or "")


def test_a_code_never_follows_to_another_address(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    Email.objects.all().delete()
    outbox.outbox.clear()
    due = timezone.now()
    kept = {"user": manager, "kind": "login_code", "to": manager.email, "language": "en", "due_at": due}
    Email.objects.create(context='{"code": "123456"}', **kept)
    users.change_user(
        scope=trade.scope(Role.INSTALLER), user=manager, changes={"email": "other@nord.example"}
    )
    send_due()
    assert not any("123456" in str(one.body) for one in outbox.outbox)
    row = Email.objects.get(kind="login_code")
    assert (row.state, row.due_at, row.context) == (Email.State.FAILED, None, "")


def test_agree_comes_before_the_email(fresh: User, trade: Trade) -> None:
    version = publish(trade)
    client = browser(fresh)
    assert client.get(ASK).headers["Location"] == AGREE
    assert answer(client, "agree", version).headers["Location"] == ASK
