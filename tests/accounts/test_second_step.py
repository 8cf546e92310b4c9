"""The second step of a login: who is held, who gets through, and how guessing ends."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Email, HeldLogin, LoginThrottle, PasswordLink, Role, User
from accounts.permissions import scope_for
from accounts.services import held, links, outbox, recovery, throttle, totp, users
from smartplus.kernel.errors import Refused

from .makers import PASSWORD, Trade
from .test_login import HERE, THERE, CountingHasher, later, post, tries
from .test_passwords import NEW, opened, set_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded(trade: Trade) -> User:
    """An installer of whom a code by email is demanded."""
    user = trade.people[Role.INSTALLER]
    changes = {"code_demanded": True}
    return users.change_user(scope=trade.scope(Role.DISTRIBUTOR), user=user, changes=changes)


def with_app(user: User) -> tuple[str, list[str]]:
    """Give the person an app; (secret, recovery codes)."""
    draft = totp.draft(user)
    codes = totp.add(scope=scope_for(user), user=user, sealed=draft.sealed, code=shown(draft.secret, -1))
    return draft.secret, codes


def shown(secret: str, steps: int = 0) -> str:
    """What the app shows now, or did so many steps ago."""
    step = int(totp.time()) // totp.STEP + steps
    return f"{totp.hotp(totp.base64.b32decode(secret), step):06d}"


def mailed(user: User) -> str:
    """The code of the last letter."""
    letter = Email.objects.filter(user=user, kind="login_code").first()
    assert letter
    return str(json.loads(letter.context)["code"])


def wrong_of(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


def begun(user: User, client: Client | None = None, **data: str) -> Client:
    """A browser whose password was right."""
    client = client or Client(REMOTE_ADDR=HERE)
    response = client.post("/login/", {"username": user.username, "password": PASSWORD, **data})
    assert response["Location"] == "/login/code/"
    return client


def type_code(client: Client, code: str) -> Any:
    return client.post("/login/code/", {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


# --- Who is held --------------------------------------------------------------------------------


def test_a_right_password_is_not_yet_a_login(guarded: User) -> None:
    client = begun(guarded)
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    assert set(client.session.keys()) == {"held_login"}
    assert not AuditEntry.objects.filter(verb="login.success").exists()
    client = begun(guarded)
    page = client.get("/login/code/")
    assert page.status_code == 200
    assert guarded.email not in page.content.decode()


def test_the_code_of_the_letter_lets_in_once(guarded: User) -> None:
    client, code = begun(guarded), mailed(guarded)
    assert re.fullmatch(r"\d{6}", code)
    assert type_code(client, f"{code[:3]} {code[3:]}")["Location"] == "/"
    assert is_in(client)
    entry = AuditEntry.objects.get(verb="login.success")
    assert entry.after == {"second_factor": "email"}
    other = begun(guarded)
    HeldLogin.objects.filter(closed_at=None).update(digest=held._digest(HeldLogin.objects.last(), code))
    assert type_code(other, code).status_code == 200, "a code is bound to its login"
    assert not is_in(other)


def test_the_letter_holds_the_code_and_the_database_does_not(guarded: User) -> None:
    begun(guarded)
    code = mailed(guarded)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_heldlogin::text FROM accounts_heldlogin")
        assert code not in str(cursor.fetchall())
        cursor.execute("SELECT accounts_email::text FROM accounts_email WHERE kind = 'login_code'")
        assert code not in str(cursor.fetchall())
    outgoing.outbox.clear()
    Email.objects.exclude(kind="login_code").update(due_at=None)
    with override_settings(PUBLIC_URL="https://portal.example"):
        outbox.send_due()
    assert code in outgoing.outbox[-1].body
    assert "https://portal.example/" in outgoing.outbox[-1].body
    assert Email.objects.get(kind="login_code").context == ""


def test_links_in_letters_are_ours_whatever_host_was_asked(guarded: User) -> None:
    begun(guarded, Client(HTTP_HOST="localhost:81"))
    outgoing.outbox.clear()
    Email.objects.exclude(kind="login_code").update(due_at=None)
    outbox.send_due()
    assert "localhost:81" not in outgoing.outbox[-1].body


def test_own_app_is_asked_instead_of_email(guarded: User) -> None:
    secret, _ = with_app(guarded)
    client = begun(guarded)
    assert not Email.objects.filter(kind="login_code").exists()
    assert type_code(client, shown(secret))["Location"] == "/"
    assert is_in(client)


def test_a_recovery_code_lets_in_once(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    _, codes = with_app(user)
    assert len(codes) == len(set(codes)) == recovery.NUMBER
    client = begun(user)
    assert type_code(client, codes[0].upper())["Location"] == "/"
    again = begun(user)
    assert type_code(again, codes[0]).status_code == 200
    assert not is_in(again)
    assert type_code(again, codes[1])["Location"] == "/"


def test_a_step_of_the_app_is_accepted_once(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    secret, _ = with_app(user)
    code = shown(secret)
    assert type_code(begun(user), code)["Location"] == "/"
    again = begun(user)
    assert type_code(again, code).status_code == 200
    assert type_code(again, shown(secret, -1)).status_code == 200, "nor an older one afterwards"
    assert type_code(again, shown(secret, 1))["Location"] == "/"


@pytest.mark.parametrize("steps", [-2, 2])
def test_clocks_may_differ_by_one_step(trade: Trade, steps: int) -> None:
    user = trade.people[Role.INSTALLER]
    secret, _ = with_app(user)
    user.totp_app.__class__.objects.update(last_step=0)
    assert not totp.accept(user.pk, shown(secret, steps))
    assert totp.accept(user.pk, shown(secret, steps // 2))


def test_no_mailbox_no_way_round(guarded: User) -> None:
    User.objects.filter(pk=guarded.pk).update(email="")
    response = post(Client(), guarded.username, PASSWORD)
    assert str(held.NO_MAILBOX) in response.content.decode()


# --- Nobody learns that a code is demanded ------------------------------------------------------


@pytest.mark.parametrize("demanded", [False, True])
def test_a_wrong_password_costs_and_says_the_same(trade: Trade, demanded: bool) -> None:
    owner = trade.people[Role.INSTALLER]
    if demanded:
        with_app(owner)
    with override_settings(PASSWORD_HASHERS=[f"{CountingHasher.__module__}.CountingHasher"]):
        owner.set_password(PASSWORD)
        owner.code_demanded = demanded
        owner.save()
        CountingHasher.hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            tries(owner.username, 1)
        assert CountingHasher.hashed == ["wrong"]
    assert len(queries) == 3
    assert "User name or password is wrong." in post(Client(), owner.username, "wrong").content.decode()


# --- Guessing -----------------------------------------------------------------------------------


def test_five_wrong_codes_end_the_login_and_count_as_a_failed_one(guarded: User) -> None:
    client, code = begun(guarded), mailed(guarded)
    for _ in range(4):
        assert type_code(client, wrong_of(code)).status_code == 200
    assert not LoginThrottle.objects.filter(key=throttle._key(throttle.ACCOUNT, guarded.username)).exclude(
        failures=0
    )
    assert type_code(client, wrong_of(code))["Location"] == "/login/"
    assert type_code(client, code)["Location"] == "/login/", "the right one comes too late"
    assert not is_in(client)
    known = LoginThrottle.objects.get(key=throttle._key(throttle.ACCOUNT, guarded.username))
    assert known.failures == 1
    assert AuditEntry.objects.filter(verb="login.failure").count() == 1
    assert LoginThrottle.objects.get(kind="address").failures == 5


def test_another_code_brings_no_new_tries(guarded: User) -> None:
    client, first = begun(guarded), mailed(guarded)
    for _ in range(3):
        type_code(client, wrong_of(first))
    assert "30 seconds" in client.post("/login/code/again/", follow=True).content.decode()
    assert mailed(guarded) == first
    HeldLogin.objects.update(code_sent_at=timezone.now() - timedelta(seconds=31))
    client.post("/login/code/again/")
    second = mailed(guarded)
    if first != second:
        assert type_code(client, first).status_code == 200, "the new one replaces the old"
    else:
        type_code(client, wrong_of(first))
    assert type_code(client, wrong_of(second))["Location"] == "/login/"
    assert type_code(client, second)["Location"] == "/login/"


def test_a_code_is_good_for_ten_minutes_and_the_login_for_twenty(guarded: User) -> None:
    client, code = begun(guarded), mailed(guarded)
    HeldLogin.objects.update(code_sent_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert type_code(client, code).status_code == 200
    HeldLogin.objects.update(
        code_sent_at=timezone.now(), created_at=timezone.now() - timedelta(minutes=20, seconds=1)
    )
    assert type_code(client, code)["Location"] == "/login/"
    assert not is_in(client)


def test_the_password_does_not_buy_tries_without_end(guarded: User) -> None:
    """Who knows the password may begin anew as often as he likes: the tries of the person stay counted."""
    for _ in range(9):
        one = HeldLogin.objects.create(user=guarded, by_email=True)
        with pytest.raises(Refused) as refusal:
            held.try_code(held=one, code="000000", address="")
        assert refusal.value.code == "wrong"
    one = HeldLogin.objects.create(user=guarded, by_email=True)
    for wanted in ("wrong", "wait"):
        with pytest.raises(Refused) as refusal:
            held.try_code(held=one, code="000000", address="")
        assert refusal.value.code == wanted
    one.refresh_from_db()
    assert one.tries == 1, "waiting is not a try"


def test_strangers_without_the_password_cannot_slow_the_second_step(guarded: User) -> None:
    client, code = begun(guarded), mailed(guarded)
    tries(guarded.username, 10, THERE)
    assert type_code(client, code)["Location"] == "/"


def test_a_right_password_alone_forgives_nothing(guarded: User) -> None:
    tries(guarded.username, 2)
    begun(guarded)
    key = throttle._key(throttle.ACCOUNT, guarded.username)
    assert LoginThrottle.objects.get(key=key).failures == 2
    type_code(begun(guarded), mailed(guarded))
    assert not LoginThrottle.objects.filter(key=key).exists()


def test_a_mailbox_is_not_flooded_with_codes(guarded: User) -> None:
    for _ in range(10):
        begun(guarded)
    response = post(Client(), guarded.username, PASSWORD)
    assert str(held.TOO_MANY) in response.content.decode()
    assert Email.objects.filter(kind="login_code").count() == 10
    later(15 * 60)
    begun(guarded)


# --- Sessions, ways, links ----------------------------------------------------------------------


def test_each_step_has_a_new_session(guarded: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by a stranger"
    session.save()
    keys = [session.session_key]
    begun(guarded, client)
    keys.append(client.session.session_key)
    assert "planted" not in client.session
    type_code(client, mailed(guarded))
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert not any(client.session.exists(key) for key in keys[:2])


def test_a_held_login_signs_out_whoever_was_in(guarded: User, trade: Trade) -> None:
    client = Client()
    post(client, trade.people[Role.PROPERTY_MANAGER].username, PASSWORD)
    assert is_in(client)
    begun(guarded, client)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("asked", "goes"), [("/accounts/profile/", "/accounts/profile/"), ("https://evil.example/", "/"),
                        ("//evil.example/", "/"), ("/\\evil.example", "/"), ("javascript:alert(1)", "/")],
)  # fmt: skip
def test_the_way_onward_stays_in_the_house(guarded: User, asked: str, goes: str) -> None:
    client = begun(guarded, next=asked)
    response = client.post(
        "/login/code/?next=https://evil.example/", {"code": mailed(guarded), "next": "//x"}
    )
    assert response["Location"] == goes
    client = begun(guarded)
    session = client.session
    session["held_login"] = {**session["held_login"], "next": asked}
    session.save()
    assert type_code(client, mailed(guarded))["Location"] == goes, "judged again at the end"


def test_each_step_needs_the_token_of_its_form(guarded: User) -> None:
    name = settings.SESSION_COOKIE_NAME
    session = begun(guarded).cookies[name].value
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[name] = session
    for url in ("/login/code/", "/login/code/again/", "/login/passkey/", "/login/passkey/question/"):
        assert strict.post(url, {"code": mailed(guarded)}).status_code == 403, url
    assert Client().get("/login/code/again/").status_code == 405


def test_without_a_held_login_there_is_no_second_step(trade: Trade) -> None:
    client = Client()
    assert client.get("/login/code/")["Location"] == "/login/"
    assert type_code(client, "123456")["Location"] == "/login/"
    assert client.post("/login/code/again/")["Location"] == "/login/code/"


def test_an_emailed_link_stands_for_the_email_code(guarded: User) -> None:
    client = opened(links.issue(guarded, PasswordLink.Purpose.RESET))
    assert set_password(client, NEW)["Location"] == "/"
    assert is_in(client)


def test_but_not_for_a_factor_of_ones_own(guarded: User) -> None:
    secret, codes = with_app(guarded)
    client = opened(links.issue(guarded, PasswordLink.Purpose.RESET))
    assert set_password(client, NEW)["Location"] == "/login/code/"
    assert not is_in(client)
    assert type_code(client, shown(secret))["Location"] == "/"
    assert is_in(client)
    client = opened(links.issue(guarded, PasswordLink.Purpose.RESET))
    set_password(client, "another-four-words")
    assert type_code(client, codes[0])["Location"] == "/"
