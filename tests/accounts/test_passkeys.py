"""Passkeys: made and asked, and every way in which an answer may be wrong."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import AuditEntry, HeldLogin, Passkey, RecoveryCode, Role, User
from accounts.permissions import scope_for
from accounts.services import passkeys
from smartplus.kernel.errors import Refused

from .authenticator import PRESENT, Phone
from .makers import PASSWORD, Trade

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def named_portal(settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"


@pytest.fixture
def owner(trade: Trade) -> User:
    return trade.people[Role.INSTALLER]


def with_passkey(user: User, phone: Phone | None = None) -> Phone:
    """Give the person a passkey, by the service."""
    phone = phone or Phone()
    asked = passkeys.ask_new(user)
    answer = phone.make(json.loads(asked.options))
    passkeys.add(scope=scope_for(user), user=user, name="Phone", answer=answer, challenge=asked.challenge)
    return phone


def asked(client: Client) -> dict[str, Any]:
    response = client.post("/login/passkey/question/")
    found: dict[str, Any] = json.loads(response.content)
    return found


def is_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def test_the_first_passkey_brings_recovery_codes_and_a_letter(owner: User) -> None:
    with_passkey(owner)
    assert RecoveryCode.objects.filter(user=owner, used_at=None).count() == 10
    assert owner.emails.filter(kind="factor_changed").count() == 1
    entry = AuditEntry.objects.get(verb="factor.add")
    assert entry.after == {"factor": "Phone"}
    with_passkey(owner)
    assert RecoveryCode.objects.filter(user=owner).count() == 10


def test_a_passkey_alone_lets_in(owner: User) -> None:
    phone, client = with_passkey(owner), Client()
    question = asked(client)
    assert not question.get("allowCredentials"), "a stranger is told nobody's passkeys"
    assert question["userVerification"] == "required"
    answer = phone.show(question)
    response = client.post("/login/passkey/", {"passkey": answer, "next": "/accounts/security/"})
    assert response["Location"] == "/accounts/security/"
    assert is_in(client)
    other = Client()
    asked(other)
    assert other.post("/login/passkey/", {"passkey": answer})["Location"] == "/login/", "of another question"
    assert not is_in(other)


def test_an_answer_is_good_once(owner: User) -> None:
    phone, client = with_passkey(owner), Client()
    answer = phone.show(asked(client))
    client.post("/login/passkey/", {"passkey": answer})
    client.post("/logout/")
    client.post("/login/passkey/", {"passkey": answer})
    assert not is_in(client)


def test_a_passkey_as_the_second_step(owner: User, trade: Trade) -> None:
    phone, client = with_passkey(owner), Client()
    client.post("/login/", {"username": owner.username, "password": PASSWORD})
    assert "data-passkey" in client.get("/login/code/").content.decode()
    question = asked(client)
    assert len(question["allowCredentials"]) == 1
    assert client.post("/login/code/", {"passkey": phone.show(question)})["Location"] == "/"
    assert is_in(client)


def test_another_persons_passkey_is_no_second_step(owner: User, trade: Trade) -> None:
    with_passkey(owner)
    strange = with_passkey(trade.people[Role.PROPERTY_MANAGER])
    client = Client()
    client.post("/login/", {"username": owner.username, "password": PASSWORD})
    response = client.post("/login/code/", {"passkey": strange.show(asked(client))})
    assert response.status_code == 200
    assert not is_in(client)
    assert HeldLogin.objects.get(closed_at=None).tries == 1


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://portal.example.evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"handle": b"somebody else"},
        {"key": Phone().key},
        {"id": b"unknown"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_wrong_answers(owner: User, change: dict[str, Any]) -> None:
    phone, client = with_passkey(owner), Client()
    for name, value in change.items():
        setattr(phone, name, value)
    assert client.post("/login/passkey/", {"passkey": phone.show(asked(client))})["Location"] == "/login/"
    assert not is_in(client)
    assert Passkey.objects.get().used_at is None


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", "x", '{"id": 1}', '{"id": "YQ", "rawId": "YQ"}'])
def test_rubbish_is_refused(owner: User, rubbish: str) -> None:
    client = Client()
    asked(client)
    assert client.post("/login/passkey/", {"passkey": rubbish})["Location"] == "/login/"
    question = passkeys.ask_new(owner)
    with pytest.raises(Refused):
        passkeys.add(
            scope=scope_for(owner), user=owner, name="x", answer=rubbish, challenge=question.challenge
        )
    assert not Passkey.objects.exists()


def test_a_copied_key_is_found_out_by_its_counter(owner: User) -> None:
    phone = with_passkey(owner, Phone(count=5))
    for count, lets_in in ((7, True), (7, False), (6, False), (8, True)):
        phone.count = count
        client = Client()
        client.post("/login/passkey/", {"passkey": phone.show(asked(client))})
        assert is_in(client) is lets_in, count


def test_a_login_switched_off_has_no_passkey(owner: User) -> None:
    phone, client = with_passkey(owner), Client()
    question = asked(client)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client.post("/login/passkey/", {"passkey": phone.show(question)})
    assert "_auth_user_id" not in client.session


def test_a_question_is_open_for_five_minutes(owner: User) -> None:
    phone, client = with_passkey(owner), Client()
    question = asked(client)
    session = client.session
    session["passkey_asked"] = {**session["passkey_asked"], "at": session["passkey_asked"]["at"] - 301}
    session.save()
    client.post("/login/passkey/", {"passkey": phone.show(question)})
    assert not is_in(client)


@pytest.mark.parametrize(
    ("url", "there"),
    [("https://portal.example", True), ("http://localhost:8000", True), ("http://127.0.0.1:8000", False),
     ("https://192.0.2.1", False), ("http://portal.example", False)],
)  # fmt: skip
def test_where_browsers_keep_passkeys(settings: Any, url: str, there: bool) -> None:
    settings.PUBLIC_URL = url
    assert passkeys.available() is there


def test_on_the_page(owner: User) -> None:
    client = Client()
    client.post("/login/", {"username": owner.username, "password": PASSWORD})
    page = client.get("/accounts/security/passkeys/add/")
    question = json.loads(page.context["asked"])
    phone = Phone()
    form = {"name": "Key", "passkey": phone.make(question)}
    made = client.post("/accounts/security/passkeys/add/", form)
    assert len(made.context["codes"]) == 10
    assert made["Cache-Control"] == "no-store"
    assert "Key" in client.get("/accounts/security/").content.decode()
    key = Passkey.objects.get()
    client.post(f"/accounts/security/passkeys/{key.pk}/name/", {"name": "Blue key"})
    key.refresh_from_db()
    assert key.name == "Blue key"
    again = client.post("/accounts/security/passkeys/add/", form)
    assert "codes" not in again.context, "the question was answered"
    client.post(f"/accounts/security/passkeys/{key.pk}/remove/")
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists(), "they go with the last factor"


def test_cookies_are_not_for_scripts() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
