"""The gate: who gets in, how guessing is slowed down, and that nobody learns who has an account."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher
from django.core import mail as outgoing
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.addresses import client_address
from accounts.models import AuditEntry, LoginThrottle, Role, User
from accounts.services import login, organisations, throttle, users
from smartplus.kernel.errors import Refused

from .makers import KINDS, PASSWORD, Trade

pytestmark = pytest.mark.django_db
HERE = "203.0.113.5"
THERE = "198.51.100.9"


class CountingHasher(BasePasswordHasher):
    """A hasher that counts how often a password is hashed, for making one or for comparing one."""

    algorithm = "counting"
    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return f"{self.algorithm}${salt}${password[::-1]}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, salt, word = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": word}

    def verify(self, password: str, encoded: str) -> bool:
        return self.encode(password, self.decode(encoded)["salt"]) == encoded

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Every hash costs the same here."""


def post(client: Client, name: str, password: str, **more: Any) -> Any:
    return client.post("/login/", {"username": name, "password": password}, **more)


def tries(name: str, count: int, address: str = HERE) -> list[str]:
    """The codes of so many wrong tries at the same moment."""
    codes = []
    for _ in range(count):
        with pytest.raises(Refused) as refusal:
            login.sign_in(name=name, password="wrong", address=address)
        codes.append(refusal.value.code)
    return codes


def later(seconds: float) -> None:
    """Let time pass for everything that was counted."""
    for row in LoginThrottle.objects.all():
        for name in ("since", "last_failure_at", "next_try_at"):
            setattr(row, name, getattr(row, name) - timedelta(seconds=seconds))
        row.save()


# --- Who gets in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Nord-installer", "NORD-INSTALLER", " nord-installer ", "Installer@NORD.example"]
)
def test_by_user_name_or_email_whatever_the_case(trade: Trade, name: str) -> None:
    response = post(Client(), name, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, settings.LOGIN_REDIRECT_URL)


def test_wrong_unknown_and_switched_off_are_told_the_same(trade: Trade) -> None:
    users.switch_off(scope=trade.scope(Role.INSTALLER), user=trade.people[Role.SUB_INSTALLER])
    pages = set()
    for name, password in (
        ("Nord-installer", "wrong"), ("nobody-here", PASSWORD), ("Nord-sub_installer", PASSWORD),
        ("nobody@nord.example", PASSWORD), ("", PASSWORD),
    ):  # fmt: skip
        response = post(Client(), name or "x", password)
        assert response.status_code == 200
        pages.add(tuple(response.context["form"].non_field_errors()))
    assert pages == {(login.WRONG,)}


def test_a_shared_email_leads_to_nobody(trade: Trade) -> None:
    User.objects.filter(pk=trade.people[Role.PROPERTY_MANAGER].pk).update(email="installer@nord.example")
    assert login.check(name="installer@nord.example", password=PASSWORD) is None
    assert login.check(name="Nord-installer", password=PASSWORD) == trade.people[Role.INSTALLER]


def test_an_empty_name_is_not_the_account_without_an_email(operator: User) -> None:
    User.objects.create(username="600001", role=Role.RESIDENT)
    for name in ("", " ", "\N{NO-BREAK SPACE}"):
        assert login.check(name=name, password="") is None


def test_a_login_is_in_the_trail(trade: Trade) -> None:
    post(Client(), "Nord-installer", PASSWORD, REMOTE_ADDR=HERE)
    entry = AuditEntry.objects.filter(verb="login.success").get()
    assert (entry.actor, entry.address) == (trade.people[Role.INSTALLER], HERE)
    assert len(entry.request_id) >= 32


# --- Nobody learns who has an account -----------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Nord-installer", "nobody", "installer@nord.example", "Nord-off", "Nord-new"]
)
def test_every_try_hashes_one_password_and_asks_the_same(trade: Trade, name: str) -> None:
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"]):
        for user, known in (("Nord-off", False), ("Nord-new", True)):
            made = User(username=user, role=Role.RESIDENT, is_active=known, email=f"{user}@example.net")
            made.set_password("something-else" if user == "Nord-off" else None)
            made.save()
        owner = trade.people[Role.INSTALLER]
        owner.set_password("another-password")
        owner.save()
        CountingHasher.hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            tries(name, 1)
        assert CountingHasher.hashed == ["wrong"]
        assert len(queries) == 3


def test_a_known_and_an_unknown_name_slow_down_alike(trade: Trade) -> None:
    steps = []
    for name, address in (("Nord-installer", HERE), ("nobody", THERE)):
        later(100_000)
        codes = []
        for _ in range(6):
            codes += tries(name, 2, address)
            later(1)
        steps.append(codes)
    assert steps[0] == steps[1]


# --- Guessing -----------------------------------------------------------------------------------


def test_the_delays() -> None:
    assert throttle.ACCOUNT.delays == (0, 0, 1, 2, 4, 8, 16, 32, 60)


def test_the_delay_of_an_account_grows_and_is_kept(trade: Trade) -> None:
    assert tries("Nord-installer", 4) == ["wrong", "wrong", "wrong", "wait"]
    later(1)
    assert tries("Nord-installer", 2) == ["wrong", "wait"]
    later(1)
    assert tries("Nord-installer", 1) == ["wait"]
    later(1)
    assert tries("Nord-installer", 1) == ["wrong"]
    for _ in range(10):
        later(60)
        assert tries("Nord-installer", 2) == ["wrong", "wait"]
    with pytest.raises(Refused, match="wait|Wait|seconds") as refusal:
        login.sign_in(name="Nord-installer", password=PASSWORD, address=THERE)
    assert refusal.value.code == "wait"
    later(60)
    assert login.sign_in(name="Nord-installer", password=PASSWORD, address=THERE)
    assert tries("Nord-installer", 3, THERE) == ["wrong"] * 3


def test_waiting_is_not_a_failure(trade: Trade) -> None:
    tries("Nord-installer", 20)
    assert LoginThrottle.objects.get(kind="account").failures == 3


def test_a_day_later_all_is_forgotten(trade: Trade) -> None:
    tries("Nord-installer", 4)
    later(24 * 3600 + 1)
    assert tries("Nord-installer", 3) == ["wrong"] * 3


def test_thirty_failures_block_an_address_but_nobody_else(trade: Trade) -> None:
    for number in range(30):
        assert tries(f"guess-{number}", 1) == ["wrong"]
    with pytest.raises(Refused) as refusal:
        login.sign_in(name="Nord-installer", password=PASSWORD, address=HERE)
    assert (refusal.value.code, "15 minutes" in refusal.value.message) == ("blocked", True)
    assert login.sign_in(name="Nord-installer", password=PASSWORD, address=THERE)
    later(15 * 60)
    assert login.sign_in(name="Nord-installer", password=PASSWORD, address=HERE)


def test_good_logins_do_not_count_against_an_address(trade: Trade) -> None:
    for number in range(29):
        tries(f"guess-{number}", 1)
    for _ in range(3):
        assert login.sign_in(name="Nord-installer", password=PASSWORD, address=HERE)
    assert tries("guess-30", 1) == ["wrong"]
    assert tries("guess-31", 1) == ["blocked"]


def test_one_person_holds_a_whole_ipv6_network(trade: Trade) -> None:
    for number in range(30):
        tries(f"guess-{number}", 1, f"2001:db8::{number + 1:x}")
    assert tries("guess", 1, "2001:db8::ffff") == ["blocked"]
    assert tries("guess", 1, "2001:db8:0:1::1") == ["wrong"]


def test_the_table_tells_nobody_who_tried_what(trade: Trade) -> None:
    tries("Nord-installer", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_loginthrottle::text FROM accounts_loginthrottle")
        text = str(cursor.fetchall())
    assert "nord" not in text.lower()
    assert HERE not in text


# --- Sessions -----------------------------------------------------------------------------------


def test_the_session_is_a_new_one(trade: Trade) -> None:
    client = Client()
    session = client.session
    session["left"] = "here by a stranger"
    session.save()
    before = session.session_key
    post(client, "Nord-installer", PASSWORD)
    assert client.session.session_key != before
    assert not client.session.exists(before)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/accounts/profile/", "/accounts/profile/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_way_onward_stays_in_the_house(trade: Trade, asked: str, goes: str) -> None:
    form = {"username": "Nord-installer", "password": PASSWORD, "next": asked}
    assert Client().post("/login/", form)["Location"] == goes
    assert Client().post(f"/login/?next={asked}", form)["Location"] == goes


def test_logout_needs_a_post(trade: Trade) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(trade.people[Role.INSTALLER])
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 403
    easy = Client()
    easy.force_login(trade.people[Role.INSTALLER])
    assert easy.post("/logout/")["Location"] == "/login/"
    assert easy.get("/accounts/profile/")["Location"].startswith("/login/")


def test_a_login_needs_the_token_of_its_form(trade: Trade) -> None:
    assert post(Client(enforce_csrf_checks=True), "Nord-installer", PASSWORD).status_code == 403


def test_who_is_signed_in_is_not_asked_again(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    assert client.get("/login/?next=/accounts/users/")["Location"] == "/accounts/users/"


def test_a_switched_off_login_is_refused_at_its_next_click(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.PROPERTY_MANAGER])
    assert client.get("/accounts/profile/").status_code == 200
    users.switch_off(scope=trade.scope(Role.INSTALLER), user=trade.people[Role.PROPERTY_MANAGER])
    assert client.get("/accounts/profile/")["Location"].startswith("/login/")
    assert "_auth_user_id" not in client.session


def test_so_is_everybody_of_a_switched_off_company(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.PROPERTY_MANAGER])
    company = trade.companies[KINDS.INSTALLER]
    organisations.switch_off(scope=trade.scope(Role.DISTRIBUTOR), organisation=company)
    assert client.get("/accounts/profile/")["Location"].startswith("/login/")
    organisations.switch_on(scope=trade.scope(Role.DISTRIBUTOR), organisation=company)
    assert client.get("/accounts/profile/").status_code == 302
    assert post(Client(), "Nord-property_manager", PASSWORD).status_code == 302


def test_requests_are_in_the_persons_time_and_carry_a_number(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    response = client.get("/accounts/profile/")
    assert timezone.get_current_timezone_name() == "Europe/Berlin"
    assert response.wsgi_request.scope.request_id == response["X-Request-ID"]
    Client().get("/login/")
    assert timezone.get_current_timezone_name() == "UTC"


# --- Where a request comes from -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "is_from"),
    [
        ([], "203.0.113.5", "10.1.1.1", "203.0.113.5"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "203.0.113.5", "198.51.100.1", "203.0.113.5"),
        (["10.0.0.0/8"], "10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.2", "rubbish", "10.0.0.2"),
        (["10.0.0.0/8"], "", "198.51.100.1", "198.51.100.1"),
        ([], "", "198.51.100.1", ""),
        (["::1/128"], "::1", "2001:db8::1", "2001:db8::1"),
        ([], "::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_only_our_own_proxies_are_believed(trusted: list[str], peer: str, told: str, is_from: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": told} if told else {})
    with override_settings(TRUSTED_PROXIES=trusted):
        assert client_address(request) == is_from


def test_nothing_is_mailed_by_a_login(trade: Trade) -> None:
    outgoing.outbox.clear()
    post(Client(), "Nord-installer", PASSWORD)
    assert outgoing.outbox == []
