"""Acting in an installer's account: who gets in, and what stays closed."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Email, Organisation, Role, Switch, User
from accounts.permissions import Can
from accounts.services import switching, users
from accounts.services.users import NewUser

from .makers import KINDS, PASSWORD, Trade
from .stays import SITE, address, company, granted, inside, is_out, offer, refused, signed_in

pytestmark = pytest.mark.django_db


# --- Offered, granted, revoked -------------------------------------------------------------------


def test_the_installer_is_asked_only_while_it_is_offered(trade: Trade) -> None:
    client = signed_in(trade.people[Role.INSTALLER])
    assert "/accounts/setting/" not in client.get("/accounts/settings/").content.decode()
    assert client.get("/accounts/setting/").status_code == 403
    assert refused(switching.grant, scope=trade.scope(Role.INSTALLER), length="1") == "not-offered"
    offer(trade)
    assert "/accounts/setting/" in client.get("/accounts/settings/").content.decode()
    assert "It is off now." in client.get("/accounts/setting/").content.decode()
    assert company(trade).switching_until is None


@pytest.mark.parametrize(("length", "days"), [("1", 1), ("7", 7), ("30", 30), ("revoked", None)])
def test_a_grant_has_an_end(trade: Trade, length: str, days: int | None) -> None:
    offer(trade)
    client = signed_in(trade.people[Role.INSTALLER])
    assert client.post("/accounts/setting/", {"length": length}).status_code == 302
    until = company(trade).switching_until
    assert until is not None
    if days is None:
        assert until == switching.FOREVER
    else:
        assert abs(until - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)
    assert AuditEntry.objects.filter(verb="switching.grant", organisation=company(trade)).count() == 1
    assert client.post("/accounts/setting/", {"length": "365"}).status_code == 200
    assert company(trade).switching_until == until


def test_only_the_installer_grants_and_revokes(trade: Trade) -> None:
    offer(trade)
    for role in (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.SUB_INSTALLER, Role.PROPERTY_MANAGER):
        assert refused(switching.grant, scope=trade.scope(role), length="1") == "not-allowed"
        assert refused(switching.revoke, scope=trade.scope(role)) == "not-allowed"
        assert signed_in(trade.people[role]).post("/accounts/setting/", {"length": "1"}).status_code == 403


def test_without_offer_or_grant_nobody_gets_in(trade: Trade) -> None:
    scope = trade.scope(Role.DISTRIBUTOR)
    assert refused(switching.start, scope=scope, organisation=company(trade)) == "not-granted"
    offer(trade)
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    assert "has not granted" in client.post(address(trade)).content.decode()
    assert "switch" not in client.session
    switching.grant(scope=trade.scope(Role.INSTALLER), length="1")
    Organisation.objects.update(switching_until=timezone.now())
    assert refused(switching.start, scope=scope, organisation=company(trade)) == "not-granted"


def test_the_installer_gets_one_letter_for_each_stay(trade: Trade) -> None:
    installer, firm = trade.people[Role.INSTALLER], company(trade)
    silent = NewUser("Nord-second", "second@nord.example", Role.INSTALLER, "Second", "Nord")
    users.create_user(scope=trade.scope(Role.DISTRIBUTOR), organisation=firm, new=silent)
    User.objects.filter(username="Nord-second").update(wants_notices=False)
    Organisation.objects.filter(pk=firm.pk).update(email="office@nord.example")
    letters = Email.objects.filter(kind="account_entered")
    client = inside(trade)
    client.get("/")
    letter = letters.get()
    assert (letter.to, letter.language) == (installer.email, installer.language)
    assert json.loads(letter.context) == {
        "actor": "Distributor Nord (Nord-distributor)",
        "account": installer.username,
        "page": f"{settings.PUBLIC_URL}/accounts/switches/",
    }
    client.post("/accounts/return/")
    User.objects.filter(organisation=firm).update(wants_notices=False)
    client.post(address(trade))
    assert sorted(letters.values_list("to", flat=True)) == sorted([installer.email, "office@nord.example"])
    client.post("/accounts/return/")
    Organisation.objects.filter(pk=firm.pk).update(email="")
    client.post(address(trade))
    assert letters.count() == 2, "nobody wants it and nothing is known"


def test_the_lock_tells_who_can_be_entered(trade: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])

    def lists() -> str:
        return client.get("/accounts/installers/").content.decode()

    assert "Offered, not granted" not in lists()
    offer(trade)
    assert "Offered, not granted" in lists()
    assert address(trade) not in lists()
    switching.grant(scope=trade.scope(Role.INSTALLER), length="1")
    assert "You can switch in" in lists()
    assert address(trade) in lists()


# --- In ------------------------------------------------------------------------------------------


def test_inside_all_works_as_the_installer_and_the_trail_names_both(trade: Trade) -> None:
    client = inside(trade)
    home = client.get("/").content.decode()
    assert "You act as" in home
    assert "Nord Installer" in home
    assert client.post("/sites/add/community/", SITE).status_code == 302
    made = AuditEntry.objects.get(verb="site.create")
    assert made.organisation == company(trade)
    assert (made.actor, made.on_behalf_of) == (trade.people[Role.DISTRIBUTOR], trade.people[Role.INSTALLER])
    log = signed_in(trade.people[Role.INSTALLER]).get("/logs/operations/").content.decode()
    assert f"{made.actor_name} as {made.on_behalf_of_name}" in log


def test_a_picture_of_the_address_switches_nobody(trade: Trade) -> None:
    granted(trade)
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    assert client.get(address(trade)).status_code == 200
    assert "switch" not in client.session
    strict = signed_in(trade.people[Role.DISTRIBUTOR], enforce_csrf_checks=True)
    assert strict.post(address(trade)).status_code == 403
    assert not Switch.objects.exists()


def test_the_session_gets_a_new_key_on_the_way_in_and_out(trade: Trade) -> None:
    granted(trade)
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    client.get("/")
    keys = [client.session.session_key]
    for url in (address(trade), "/accounts/return/"):
        client.post(url)
        keys.append(client.session.session_key)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = keys[-2]
        assert thief.get("/").status_code == 302, "the old key opens nothing"
    assert len(set(keys)) == 3


def test_a_stay_is_for_8_hours_and_never_beyond_the_grant(trade: Trade) -> None:
    granted(trade)
    scope = trade.scope(Role.SUB_DISTRIBUTOR)
    stay = switching.start(scope=scope, organisation=company(trade))
    assert stay.expires_at - stay.started_at == timedelta(hours=8)
    soon = timezone.now() + timedelta(minutes=30)
    Organisation.objects.filter(pk=company(trade).pk).update(switching_until=soon)
    assert switching.start(scope=scope, organisation=company(trade)).expires_at == soon


def test_only_an_installers_own_login_is_entered(trade: Trade) -> None:
    granted(trade)
    scope = trade.scope(Role.DISTRIBUTOR)
    for role in (Role.SUB_INSTALLER, Role.PROPERTY_MANAGER, Role.SUB_DISTRIBUTOR):
        given = {"scope": scope, "organisation": company(trade), "into": trade.people[role]}
        assert refused(switching.start, **given) == "no-login"
    for kind in (KINDS.SUB_DISTRIBUTOR, KINDS.DISTRIBUTOR):
        assert refused(switching.start, scope=scope, organisation=trade.companies[kind]) == "no-login"
    second = users.create_user(
        scope=trade.scope(Role.INSTALLER), organisation=company(trade),
        new=NewUser("nord-second", "second@nord.example", Role.INSTALLER),
    )  # fmt: skip
    assert switching.start(scope=scope, organisation=company(trade)).into == trade.people[Role.INSTALLER]
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    assert "nord-second" in client.get(address(trade)).content.decode()
    client.post(address(trade), {"into": second.pk})
    assert client.get("/").wsgi_request.user == second
    users.switch_off(scope=trade.scope(Role.INSTALLER), user=second)
    is_out(client, "may not be entered")


def test_a_siblings_installer_is_not_there(trade: Trade, rival: Trade) -> None:
    granted(rival)
    granted(trade)
    for role in (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR):
        client = signed_in(trade.people[role])
        assert client.get(address(rival)).status_code == 404
        assert client.post(address(rival)).status_code == 404
        given = {"scope": trade.scope(role), "organisation": company(rival)}
        assert refused(switching.start, **given) == "not-granted"
        given = {"scope": trade.scope(role), "organisation": company(trade)}
        assert refused(switching.start, **given, into=rival.people[Role.INSTALLER]) == "no-login"
    for role in (Role.OPERATOR, Role.INSTALLER, Role.PROPERTY_MANAGER):
        assert signed_in(trade.people[role]).post(address(trade)).status_code == 403
    assert not Switch.objects.exists()


def test_the_number_of_anothers_stay_opens_nothing(trade: Trade) -> None:
    inside(trade)
    client = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    session = client.session
    session["switch"] = Switch.objects.get().pk
    session.save()
    is_out(client, "may not be entered")
    assert Switch.objects.get().ended_at is None


# --- What stays closed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/profile/",
        "/accounts/profile/password/",
        "/accounts/setting/",
        "/accounts/setting/revoke/",
        "/accounts/links/",
        "/accounts/profile/theme/",
    ],
)
def test_the_accounts_own_affairs_stay_closed(trade: Trade, url: str) -> None:
    client = inside(trade)
    assert client.get(url).status_code == 403
    before = User.objects.get(pk=trade.people[Role.INSTALLER].pk), company(trade).switching_until
    assert client.post(url, {"length": "30", "theme": "dark", "first_name": "Eve"}).status_code == 403
    after = User.objects.get(pk=trade.people[Role.INSTALLER].pk), company(trade).switching_until
    assert (before[0].__dict__ | {"_state": 0}, before[1]) == (after[0].__dict__ | {"_state": 0}, after[1])


def test_no_second_switch_from_inside(trade: Trade, rival: Trade) -> None:
    client = inside(trade)
    assert client.post(address(trade)).status_code == 403
    acting = client.get("/").wsgi_request.scope  # type: ignore[attr-defined]
    assert refused(switching.start, scope=acting, organisation=company(trade)) == "acting"
    assert refused(switching.grant, scope=acting, length="30") == "not-allowed"
    assert refused(switching.revoke, scope=acting) == "not-allowed"
    assert not acting.can(Can.SWITCH_GRANT)


def test_logins_of_installers_are_not_touched_from_inside(trade: Trade) -> None:
    client = inside(trade)
    boss = trade.people[Role.INSTALLER]
    for page in ("", "edit/", "details/", "off/", "delete/"):
        assert client.get(f"/accounts/users/{boss.pk}/{page}").status_code == 404
    acting = client.get("/").wsgi_request.scope  # type: ignore[attr-defined]
    new = NewUser("backdoor", "eve@example.net", Role.INSTALLER)
    for call, given in (
        (users.change_user, {"user": boss, "changes": {"email": "eve@example.net"}}),
        (users.send_login_details, {"user": boss}),
        (users.switch_off, {"user": boss}),
        (users.create_user, {"organisation": company(trade), "new": new}),
    ):
        assert refused(call, scope=acting, **given) == "not-allowed"
    assert User.objects.get(pk=boss.pk).check_password(PASSWORD)
    manager = trade.people[Role.PROPERTY_MANAGER]
    assert client.get(f"/accounts/users/{manager.pk}/edit/").status_code == 200
