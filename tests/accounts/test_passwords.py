"""Forgotten, set by a link, changed: and the owner always gets in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Email, PasswordLink, Role, User
from accounts.services import links, outbox, passwords
from smartplus.kernel.errors import Refused

from .makers import PASSWORD, Trade
from .test_login import HERE, THERE, post, tries

pytestmark = pytest.mark.django_db
NEW = "four-words-in-a-row"
Purpose = PasswordLink.Purpose


def ask(name: str, address: str = HERE) -> Any:
    return Client().post("/password/forgot/", {"username": name}, REMOTE_ADDR=address)


def mailed_link() -> str:
    """Send what is due; the path of the link in the last email."""
    outgoing.outbox.clear()
    Email.objects.exclude(kind="password_reset").update(due_at=None)
    outbox.send_due()
    found = re.search(r"https?://[^/]+(/password/link/\S+)", outgoing.outbox[-1].body)
    assert found
    return found[1]


def opened(token: str) -> Client:
    """A browser that has opened a link."""
    client = Client()
    client.get("/password/link/", {"token": token})
    return client


def set_password(client: Client, password: str, again: str = "") -> Any:
    return client.post("/password/set/", {"password": password, "again": again or password})


# --- Forgotten ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Nord-installer", "installer@nord.example", "nobody", "x@y.example", "600001"]
)
def test_the_answer_tells_nobody_who_has_an_account(trade: Trade, name: str) -> None:
    User.objects.create(username="600001", role=Role.RESIDENT)
    with CaptureQueriesContext(connection) as queries:
        response = ask(name)
    assert response["Location"] == "/password/forgot/sent/"
    kinds = [query["sql"].split()[0] for query in queries]
    assert kinds.count("INSERT") == 2
    assert len(queries) == 9
    assert Email.objects.filter(kind="password_reset").count() == 1


def test_a_letter_to_nobody_is_thrown_away(trade: Trade) -> None:
    ask("nobody")
    outgoing.outbox.clear()
    Email.objects.exclude(kind="password_reset").update(due_at=None)
    assert outbox.send_due() == 0
    assert not Email.objects.filter(kind="password_reset").exists()
    assert outgoing.outbox == []


def test_the_link_sets_a_password_once_and_lets_its_owner_in(trade: Trade) -> None:
    ask("installer@nord.example")
    link = mailed_link()
    client = Client()
    response = client.get(link)
    assert (response.status_code, response["Location"]) == (302, "/password/set/")
    assert response["Referrer-Policy"] == "no-referrer"
    page = client.get("/password/set/")
    assert page.status_code == 200
    assert link.partition("=")[2] not in page.content.decode()
    assert client.get(link)["Location"] == "/password/set/", "looking uses nothing up"
    assert set_password(client, NEW)["Location"] == "/"
    assert client.get("/accounts/profile/").status_code == 200
    assert post(Client(), "Nord-installer", NEW).status_code == 302
    again = Client()
    again.get(link)
    assert again.get("/password/set/").status_code == 410
    assert set_password(again, "another-four-words").status_code == 410


def test_a_stranger_cannot_lock_the_owner_out(trade: Trade) -> None:
    tries("Nord-installer", 5)
    for number in range(30):
        tries(f"guess-{number}", 1)
    assert ask("Nord-installer", HERE).status_code == 302
    client = Client(REMOTE_ADDR=HERE)
    client.get(mailed_link())
    assert set_password(client, NEW)["Location"] == "/"
    assert client.get("/accounts/profile/").status_code == 200
    assert post(Client(), "Nord-installer", NEW, REMOTE_ADDR=THERE).status_code == 302, "no delay is left"


def test_a_mailbox_is_not_flooded_and_never_without_a_good_link(trade: Trade) -> None:
    for number in range(6):
        ask("Nord-installer", f"203.0.113.{number}")
    owner = trade.people[Role.INSTALLER]
    waiting = Email.objects.filter(user=owner, kind="password_reset")
    assert waiting.count() == passwords.MAILS_AT_ONCE
    links_there = opened(links.issue(owner, Purpose.RESET))
    set_password(links_there, NEW)
    waiting.update(state=Email.State.SENT, due_at=None)
    ask("Nord-installer", THERE)
    assert waiting.filter(state=Email.State.QUEUED).count() == 1


def test_an_address_cannot_have_many_emails_written(trade: Trade) -> None:
    for number in range(20):
        ask(f"nobody-{number}")
    response = ask("Nord-installer")
    assert response.status_code == 200
    assert "15 minutes" in response.content.decode()
    assert not Email.objects.filter(user=trade.people[Role.INSTALLER], kind="password_reset").exists()
    assert ask("Nord-installer", THERE).status_code == 302


def test_each_account_behind_a_shared_email_gets_its_own_letter(trade: Trade) -> None:
    User.objects.filter(pk=trade.people[Role.PROPERTY_MANAGER].pk).update(email="installer@nord.example")
    ask("installer@nord.example")
    letters = Email.objects.filter(kind="password_reset")
    assert {letter.user.username for letter in letters} == {"Nord-installer", "Nord-property_manager"}


@override_settings(PUBLIC_URL="https://portal.example", ALLOWED_HOSTS=["*"])
def test_links_lead_to_our_own_address_whatever_host_was_asked(trade: Trade) -> None:
    Client().post("/password/forgot/", {"username": "Nord-installer"}, headers={"Host": "evil.example"})
    mailed_link()
    sent = outgoing.outbox[-1]
    assert "https://portal.example/password/link/?token=" in sent.body
    assert "evil.example" not in str(sent.message())


# --- Links --------------------------------------------------------------------------------------


def test_only_a_digest_is_kept(trade: Trade) -> None:
    token = links.issue(trade.people[Role.INSTALLER], Purpose.RESET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_passwordlink::text FROM accounts_passwordlink")
        assert token not in str(cursor.fetchall())
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("purpose", "lives"), [(Purpose.RESET, timedelta(minutes=30)), (Purpose.WELCOME, timedelta(days=7))]
)
def test_links_grow_old(trade: Trade, purpose: str, lives: timedelta) -> None:
    token = links.issue(trade.people[Role.INSTALLER], purpose)
    link = PasswordLink.objects.latest("pk")
    assert abs(link.expires_at - timezone.now() - lives) < timedelta(seconds=5)
    client = opened(token)
    PasswordLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    assert set_password(client, NEW).status_code == 410
    assert Client().get("/password/link/", {"token": token})["Location"] == "/password/set/"
    assert not User.objects.get(pk=link.user_id).check_password(NEW)


@pytest.mark.parametrize("token", ["", "rubbish", "x" * 5000, "\N{SNOWMAN}"])
def test_rubbish_opens_nothing(db: None, token: str) -> None:
    client = opened(token)
    assert client.get("/password/set/").status_code == 410


def test_one_link_used_makes_the_others_void(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    first, second = (opened(links.issue(owner, Purpose.RESET)) for _ in range(2))
    assert set_password(first, NEW).status_code == 302
    assert set_password(second, "another-four-words").status_code == 410
    assert User.objects.get(pk=owner.pk).check_password(NEW)


def test_two_at_the_same_moment_use_a_link_once(trade: Trade) -> None:
    token = links.issue(trade.people[Role.INSTALLER], Purpose.RESET)
    one, other = links.find(token), links.find(token)
    assert one
    assert other
    passwords.set_by_link(link=one, password=NEW)
    with pytest.raises(Refused) as refusal:
        passwords.set_by_link(link=other, password="another-four-words")
    assert refusal.value.code == "gone"


def test_a_switched_off_account_has_no_link(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    client = opened(links.issue(owner, Purpose.RESET))
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert set_password(client, NEW).status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short-one", "", "at least 10"),
        ("password1234", "", "too common"),
        ("8403857561", "", "entirely numeric"),
        ("Nord-installer", "", "similar to the user name"),
        ("x" * 129, "", "at most 128"),
        (NEW, "something-else", "not the same"),
    ],
)
def test_a_password_has_rules(trade: Trade, password: str, again: str, says: str) -> None:
    owner = trade.people[Role.INSTALLER]
    client = opened(links.issue(owner, Purpose.RESET))
    response = set_password(client, password, again)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)
    assert set_password(client, NEW).status_code == 302, "the link is still good"


def test_a_password_set_by_a_link_ends_all_sessions_and_is_told(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    elsewhere = Client()
    elsewhere.force_login(owner)
    set_password(opened(links.issue(owner, Purpose.RESET)), NEW)
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert Email.objects.filter(user=owner, kind="password_changed").count() == 1
    entry = AuditEntry.objects.filter(verb="password.change").get()
    assert (entry.after, entry.actor) == ({"password": "changed"}, owner)
    assert NEW not in str(list(AuditEntry.objects.values()))


# --- The own password ---------------------------------------------------------------------------


def change(client: Client, old: str, password: str) -> Any:
    return client.post("/accounts/profile/password/", {"old": old, "password": password, "again": password})


def test_the_own_password_changes_and_other_sessions_end(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    client, elsewhere = Client(), Client()
    for browser in (client, elsewhere):
        browser.force_login(owner)
    before = client.session.session_key
    assert change(client, PASSWORD, NEW)["Location"] == "/accounts/profile/"
    assert client.get("/accounts/profile/").status_code == 200
    assert client.session.session_key != before
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert Email.objects.filter(user=owner, kind="password_changed").count() == 1


@pytest.mark.parametrize(
    ("old", "password", "says"),
    [
        ("wrong", NEW, "not your present password"),
        (PASSWORD, PASSWORD, "password you have now"),
        (PASSWORD, "short", "at least 10"),
    ],
)
def test_the_own_password_is_refused(trade: Trade, old: str, password: str, says: str) -> None:
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    response = change(client, old, password)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert User.objects.get(pk=trade.people[Role.INSTALLER].pk).check_password(PASSWORD)


def test_a_wrong_old_password_counts_like_a_failed_login(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    for _ in range(3):
        change(client, "wrong", NEW)
    assert "Too many wrong tries" in change(client, PASSWORD, NEW).content.decode()
    assert tries("Nord-installer", 1, THERE) == ["wait"]
