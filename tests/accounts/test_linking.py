"""Link Site: accounts of one property manager at several installers."""

import json
from time import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import (
    AccountLink,
    AuditEntry,
    Email,
    HeldLogin,
    LoginThrottle,
    Organisation,
    Role,
    User,
)
from accounts.permissions import scope_for
from accounts.services import held, linking, passwords, users
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages.fresh import PROVEN

from .makers import KINDS, PASSWORD, Trade
from .test_passkeys import with_passkey

pytestmark = pytest.mark.django_db

PM = Role.PROPERTY_MANAGER


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    session = client.session
    session[PROVEN] = int(time())
    session.save()
    return client


def add(client: Client, name: str, password: str = PASSWORD) -> Any:
    return client.post("/accounts/links/add/", {"username": name, "password": password})


def said(response: Any) -> str:
    """The refusal over the form."""
    assert response.status_code == 200
    return " ".join(error for errors in response.context["form"].errors.values() for error in errors)


def linked(trade: Trade, rival: Trade) -> AccountLink:
    """The link of two property managers, as the first one sees it."""
    return linking.link(scope=trade.scope(PM), other=User.objects.get(pk=rival.people[PM].pk))


def enter(client: Client, link: AccountLink) -> Any:
    return client.post(f"/accounts/links/{link.pk}/enter/")


def who(client: Client) -> User:
    return client.get("/accounts/links/").wsgi_request.user  # type: ignore[return-value]


# --- Linking -------------------------------------------------------------------------------------


def test_linked_by_user_name_and_password_and_seen_from_both_sides(trade: Trade, rival: Trade) -> None:
    own, other = trade.people[PM], rival.people[PM]
    assert add(signed_in(own), other.username)["Location"] == "/accounts/links/"
    assert set(AccountLink.objects.values_list("user", "other")) == {(own.pk, other.pk), (other.pk, own.pk)}
    assert other.username in signed_in(own).get("/accounts/links/").content.decode()
    assert own.username in signed_in(other).get("/accounts/links/").content.decode()
    for trail, foreign in ((trade, "Sued"), (rival, "Nord")):
        entry = AuditEntry.objects.get(verb="link.add", organisation=trail.companies[KINDS.INSTALLER])
        assert (entry.actor, entry.object_id) == (trail.people[PM], trail.people[PM].pk)
        assert foreign not in str(vars(entry)), "no installer learns of the other"


def test_each_installer_is_told_of_its_own_account_only(trade: Trade, rival: Trade) -> None:
    linked(trade, rival)
    letters = Email.objects.filter(kind="account_linked").order_by("pk")
    told = [(letter.to, json.loads(letter.context)) for letter in letters]
    for (to, context), ours in zip(told, (trade, rival), strict=True):
        person = ours.people[PM]
        assert to == ours.people[Role.INSTALLER].email
        page = f"{settings.PUBLIC_URL}/accounts/users/{person.pk}/"
        assert context == {"account": person.username, "page": page}


@pytest.mark.parametrize("name", ["nobody-at-all", "Sued-property_manager"])
def test_unknown_and_wrong_are_answered_alike_and_counted(trade: Trade, rival: Trade, name: str) -> None:
    response = add(signed_in(trade.people[PM]), name, "not-the-password")
    assert said(response) == "User name or password is wrong."
    assert not AccountLink.objects.exists()
    assert LoginThrottle.objects.get(kind="account").failures == 1
    for _ in range(2):
        add(signed_in(trade.people[PM]), name, "not-the-password")
    assert "Too many failed tries" in said(add(signed_in(trade.people[PM]), name))
    assert not AccountLink.objects.exists()


def test_only_accounts_of_property_managers_and_not_the_own_one(trade: Trade, rival: Trade) -> None:
    client = signed_in(trade.people[PM])
    assert "Only accounts of property managers" in said(add(client, rival.people[Role.INSTALLER].username))
    assert "signed in to" in said(add(client, trade.people[PM].username))
    User.objects.filter(pk=rival.people[PM].pk).update(is_active=False)
    assert said(add(client, rival.people[PM].username)) == "User name or password is wrong."
    assert not AccountLink.objects.exists()
    for role in (Role.INSTALLER, Role.DISTRIBUTOR, Role.SUB_INSTALLER, Role.OPERATOR):
        other = signed_in(trade.people[role])
        assert other.get("/accounts/links/add/").status_code == 403
        with pytest.raises(Refused):
            linking.link(scope=trade.scope(role), other=rival.people[PM])


def test_an_unattended_browser_makes_no_way_in_for_later(trade: Trade, rival: Trade) -> None:
    client = Client()
    client.force_login(trade.people[PM])
    response = add(client, rival.people[PM].username)
    assert response["Location"].startswith("/accounts/confirm/")
    assert not AccountLink.objects.exists()


def test_somebody_acting_in_the_account_links_nothing(trade: Trade, rival: Trade) -> None:
    link = linked(trade, rival)
    acting = scope_for(trade.people[PM], actor=trade.people[Role.INSTALLER])
    for call in (
        lambda: linking.prove(scope=acting, name=rival.people[PM].username, password=PASSWORD),
        lambda: linking.link(scope=acting, other=rival.people[PM]),
        lambda: linking.unlink(scope=acting, link=link),
        lambda: linking.change_over(scope=acting, link=link),
    ):
        with pytest.raises(Refused):
            call()
    assert AccountLink.objects.count() == 2


def test_its_second_factor_is_asked(trade: Trade, rival: Trade, monkeypatch: Any) -> None:
    other = rival.people[PM]
    User.objects.filter(pk=other.pk).update(code_demanded=True)
    monkeypatch.setattr(held.secrets, "randbelow", lambda limit: 123456)
    client = signed_in(trade.people[PM])
    assert client.get("/accounts/links/code/")["Location"] == "/accounts/links/add/"
    assert add(client, other.username)["Location"] == "/accounts/links/code/"
    assert not AccountLink.objects.exists()
    assert "not right" in said(client.post("/accounts/links/code/", {"code": "654321"}))
    assert HeldLogin.objects.get().tries == 1
    assert not AccountLink.objects.exists()
    stranger = signed_in(trade.people[PM])
    assert stranger.post("/accounts/links/code/", {"code": "123456"}).status_code == 302
    assert not AccountLink.objects.exists()
    assert client.post("/accounts/links/code/", {"code": "123456"})["Location"] == "/accounts/links/"
    assert AccountLink.objects.count() == 2
    assert client.get("/accounts/links/code/")["Location"] == "/accounts/links/add/", "used up"


def test_the_code_is_sent_again_as_slowly_as_at_the_login(trade: Trade, rival: Trade) -> None:
    other = rival.people[PM]
    User.objects.filter(pk=other.pk).update(code_demanded=True)
    client, again = signed_in(trade.people[PM]), "/accounts/links/code/again/"
    assert client.post(again)["Location"] == "/accounts/links/add/", "nothing is held yet"
    add(client, other.username)
    assert again in client.get("/accounts/links/code/").content.decode()
    codes = Email.objects.filter(kind="login_code", user=other)
    page = client.post(again, follow=True).content.decode()
    assert "after 30 seconds" in page and codes.count() == 1
    row = HeldLogin.objects.get()
    before = bytes(row.digest or b"")
    HeldLogin.objects.update(code_sent_at=row.created_at - held.PAUSE)
    assert "Another code is on its way" in client.post(again, follow=True).content.decode()
    row.refresh_from_db()
    assert (codes.count(), row.codes_sent) == (2, 2) and bytes(row.digest or b"") != before
    HeldLogin.objects.update(code_sent_at=row.created_at - held.PAUSE, codes_sent=held.MOST_CODES)
    assert "Too many codes" in client.post(again, follow=True).content.decode()
    assert codes.count() == 2
    assert client.get(again)["Location"] == "/accounts/links/code/", "a look sends nothing"


def test_a_passkey_of_the_other_account_links_it(trade: Trade, rival: Trade, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    own, other = trade.people[PM], rival.people[PM]
    mine, theirs = with_passkey(own), with_passkey(other)
    client, url = signed_in(own), "/accounts/links/code/"
    assert client.post(url + "question/")["Location"] == "/accounts/links/add/", "no password, no question"
    add(client, other.username)
    page = client.get(url).content.decode()
    assert f'data-passkey="{url}question/"' in page and "Use the passkey of the other account" in page
    assert "Send another code" not in page

    def ask() -> Any:
        return json.loads(client.post(url + "question/").content)

    asked = ask()
    assert len(asked["allowCredentials"]) == 1
    assert "not right" in said(client.post(url, {"passkey": mine.show(asked)})), "of one's own account"
    right = theirs.show(asked)
    assert "not right" in said(client.post(url, {"passkey": right})), "a question is answered once"
    assert HeldLogin.objects.get().tries == 2
    assert "required" in said(client.post(url, {"code": ""}))
    assert not AccountLink.objects.exists()
    assert client.post(url, {"passkey": theirs.show(ask())})["Location"] == "/accounts/links/"
    assert AccountLink.objects.count() == 2
    assert client.get(url)["Location"] == "/accounts/links/add/", "used up"
    entry = AuditEntry.objects.get(verb="login.success", actor=other)
    assert entry.after == {"second_factor": "passkey"}


# --- Changing over -------------------------------------------------------------------------------


def test_one_click_to_the_other_and_back(trade: Trade, rival: Trade) -> None:
    link = linked(trade, rival)
    client = signed_in(trade.people[PM])
    client.get("/")
    key = client.session.session_key
    menu = client.get("/accounts/links/menu/", headers={"HX-Request": "true"}).content.decode()
    assert f"/accounts/links/{link.pk}/enter/" in menu
    assert "Change account" in client.get("/").content.decode()
    assert enter(client, link)["Location"] == "/"
    assert who(client) == rival.people[PM]
    assert client.session.session_key != key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/").status_code == 302
    assert PROVEN not in client.session, "the other account has proven nothing"
    entries = AuditEntry.objects.filter(verb="login.switch_linked")
    assert {entry.actor for entry in entries} == {trade.people[PM], rival.people[PM]}
    assert enter(client, AccountLink.objects.get(user=rival.people[PM]))["Location"] == "/"
    assert who(client) == trade.people[PM]


def test_by_post_with_a_token_only(trade: Trade, rival: Trade) -> None:
    link = linked(trade, rival)
    client = signed_in(trade.people[PM], enforce_csrf_checks=True)
    assert enter(client, link).status_code == 403
    client.get(f"/accounts/links/{link.pk}/enter/")
    assert who(client) == trade.people[PM]


def test_links_of_others_are_not_there(trade: Trade, rival: Trade) -> None:
    link = linked(trade, rival)
    theirs = AccountLink.objects.get(user=rival.people[PM])
    client = signed_in(trade.people[PM])
    assert enter(client, theirs).status_code == 404
    assert client.post(f"/accounts/links/{theirs.pk}/remove/").status_code == 404
    with pytest.raises(Refused):
        linking.change_over(scope=trade.scope(PM), link=theirs)
    assert enter(signed_in(trade.people[Role.INSTALLER]), link).status_code == 403
    assert AccountLink.objects.count() == 2


@pytest.mark.parametrize("what", ["login", "company"])
def test_a_switched_off_account_is_not_entered(trade: Trade, rival: Trade, what: str) -> None:
    link = linked(trade, rival)
    if what == "login":
        User.objects.filter(pk=rival.people[PM].pk).update(is_active=False)
    else:
        Organisation.objects.filter(pk=rival.companies[KINDS.INSTALLER].pk).update(is_active=False)
    client = signed_in(trade.people[PM])
    enter(client, link)
    assert who(client) == trade.people[PM]


def test_a_second_factor_is_not_walked_round(trade: Trade, rival: Trade) -> None:
    User.objects.filter(pk=rival.people[PM].pk).update(code_demanded=True)
    link = linked(trade, rival)
    client = signed_in(trade.people[PM])
    assert "Sign in to it directly" in client.get(enter(client, link)["Location"]).content.decode()
    assert who(client) == trade.people[PM]


# --- The end of a link ---------------------------------------------------------------------------


@pytest.mark.parametrize("side", [0, 1])
def test_unlinked_from_either_side(trade: Trade, rival: Trade, side: int) -> None:
    linked(trade, rival)
    user = (trade, rival)[side].people[PM]
    link = AccountLink.objects.get(user=user)
    assert signed_in(user).post(f"/accounts/links/{link.pk}/remove/").status_code == 302
    assert not AccountLink.objects.exists()
    assert AuditEntry.objects.filter(verb="link.remove").count() == 2


@pytest.mark.parametrize("side", [0, 1])
def test_a_changed_password_of_either_side_ends_it(trade: Trade, rival: Trade, side: int) -> None:
    linked(trade, rival)
    user = (trade, rival)[side].people[PM]
    passwords.change_own(scope=(trade, rival)[side].scope(PM), user=user, password="another-quiet-door")
    assert not AccountLink.objects.exists()


def test_new_login_details_end_it(trade: Trade, rival: Trade) -> None:
    linked(trade, rival)
    users.send_login_details(scope=rival.scope(Role.INSTALLER), user=rival.people[PM])
    assert not AccountLink.objects.exists()


@pytest.mark.parametrize("change", ["password", "factor"])
@pytest.mark.parametrize("side", [0, 1])
def test_whatever_way_it_was_changed_a_stale_link_opens_nothing(
    trade: Trade, rival: Trade, side: int, change: str
) -> None:
    link = linked(trade, rival)
    user = User.objects.get(pk=(trade, rival)[side].people[PM].pk)
    if change == "password":
        user.set_password("set-by-another-way")
    user.code_demanded = change == "factor"
    user.save()
    with pytest.raises(Refused) as caught:
        linking.change_over(scope=trade.scope(PM), link=AccountLink.objects.get(pk=link.pk))
    assert caught.value.code == "ended"
