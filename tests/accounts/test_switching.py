"""Acting in an installer's account: who gets in, what stays closed, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Organisation, Role, Switch, User
from accounts.permissions import Can, rebuild_scope
from accounts.services import organisations, switching, users
from accounts.services.users import NewUser
from sites.models import Site
from smartplus.kernel.errors import Refused

from .makers import KINDS, PASSWORD, Trade

pytestmark = pytest.mark.django_db

SITE = {
    "name": "Made inside", "city": "Bergen", "country": "NO", "time_zone": "Europe/Oslo", "hours_24": "True",
    "date_format": "Y/M/D", "pin_mode": "apt_pin", "access_control": "public", "managers_see_logs": "on",
}  # fmt: skip
"""What makes a site, typed by somebody who may."""


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def company(trade: Trade) -> Organisation:
    return Organisation.objects.get(pk=trade.companies[KINDS.INSTALLER].pk)


def offer(trade: Trade, on: bool = True) -> None:
    organisations.change_organisation(
        scope=trade.scope(Role.DISTRIBUTOR), organisation=company(trade), changes={"switching_offered": on}
    )


def granted(trade: Trade, length: str = "1") -> None:
    offer(trade)
    switching.grant(scope=trade.scope(Role.INSTALLER), length=length)


def address(trade: Trade) -> str:
    return f"/accounts/organisations/{company(trade).pk}/switch/"


def inside(trade: Trade, role: Role = Role.DISTRIBUTOR) -> Client:
    """A browser of somebody above, who has switched in."""
    granted(trade)
    client = signed_in(trade.people[role])
    assert client.post(address(trade))["Location"] == "/"
    return client


def refused(call: Callable[..., Any], **given: Any) -> str:
    """The code of the refusal; and nothing was written."""
    before = AuditEntry.objects.count(), Switch.objects.count()
    with pytest.raises(Refused) as caught:
        call(**given)
    assert (AuditEntry.objects.count(), Switch.objects.count()) == before
    return caught.value.code


def is_out(client: Client, why: str) -> None:
    """The next click does nothing, says why, and the one after it is in the own account."""
    response = client.post("/sites/add/community/", SITE)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Site.objects.filter(name=SITE["name"]).exists()
    home = client.get("/").content.decode()
    assert why in home
    assert "You act as" not in home
    assert "switch" not in client.session


# --- Offered, granted, revoked -------------------------------------------------------------------


def test_the_installer_is_asked_only_while_it_is_offered(trade: Trade) -> None:
    client = signed_in(trade.people[Role.INSTALLER])
    assert "/accounts/setting/" not in client.get("/accounts/profile/").content.decode()
    assert client.get("/accounts/setting/").status_code == 403
    assert refused(switching.grant, scope=trade.scope(Role.INSTALLER), length="1") == "not-offered"
    offer(trade)
    assert "/accounts/setting/" in client.get("/accounts/profile/").content.decode()
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


# --- Out -----------------------------------------------------------------------------------------


def test_one_click_back(trade: Trade) -> None:
    client = inside(trade)
    assert client.get("/accounts/return/").status_code == 302
    assert client.session["switch"]
    response = client.post("/accounts/return/")
    assert response["Location"] == f"/accounts/organisations/{company(trade).pk}/"
    assert "You act as" not in client.get("/").content.decode()
    stay = Switch.objects.get()
    assert (stay.end_reason, stay.is_over) == ("returned", True)
    assert AuditEntry.objects.get(verb="switch.end").actor == trade.people[Role.DISTRIBUTOR]


def test_revoked_in_the_middle(trade: Trade) -> None:
    client = inside(trade)
    signed_in(trade.people[Role.INSTALLER]).post("/accounts/setting/revoke/")
    assert company(trade).switching_until is None
    is_out(client, "taken the permission back")
    assert Switch.objects.get().end_reason == "revoked"


def test_withdrawn_in_the_middle_and_a_new_offer_finds_it_off(trade: Trade) -> None:
    client = inside(trade)
    offer(trade, on=False)
    is_out(client, "no longer offered")
    offer(trade)
    assert company(trade).switching_until is None
    assert client.post(address(trade)).status_code == 200
    assert "switch" not in client.session


def test_time_is_up(trade: Trade) -> None:
    client = inside(trade)
    Switch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    is_out(client, "time was up")
    assert Switch.objects.get().end_reason == "expired"


def test_the_grant_is_over_before_the_stay(trade: Trade) -> None:
    client = inside(trade)
    Organisation.objects.filter(pk=company(trade).pk).update(switching_until=timezone.now())
    is_out(client, "taken the permission back")


@pytest.mark.parametrize("what", ["login", "company", "role"])
def test_what_was_entered_is_switched_off(trade: Trade, what: str) -> None:
    client = inside(trade)
    entered = User.objects.filter(pk=trade.people[Role.INSTALLER].pk)
    if what == "login":
        entered.update(is_active=False)
    elif what == "role":
        entered.update(role=Role.SUB_INSTALLER)
    else:
        Organisation.objects.filter(pk=company(trade).pk).update(is_active=False)
    is_out(client, "may not be entered")


@pytest.mark.parametrize("what", ["login", "company"])
def test_who_acts_is_switched_off(trade: Trade, what: str) -> None:
    client = inside(trade)
    actor = trade.people[Role.DISTRIBUTOR]
    if what == "login":
        User.objects.filter(pk=actor.pk).update(is_active=False)
    else:
        Organisation.objects.filter(pk=trade.companies[KINDS.DISTRIBUTOR].pk).update(is_active=False)
    assert client.post("/sites/add/community/", SITE)["Location"].startswith("/login/")
    assert not Site.objects.filter(name=SITE["name"]).exists()
    assert Switch.objects.get().is_over


def test_who_acts_is_not_above_any_more(trade: Trade, rival: Trade) -> None:
    client = inside(trade)
    User.objects.filter(pk=trade.people[Role.DISTRIBUTOR].pk).update(
        organisation=rival.companies[KINDS.DISTRIBUTOR]
    )
    is_out(client, "may not be entered")


def test_signing_out_ends_it(trade: Trade) -> None:
    client = inside(trade)
    client.post("/logout/")
    assert Switch.objects.get().end_reason == "signed_out"
    client.force_login(trade.people[Role.DISTRIBUTOR])
    assert "You act as" not in client.get("/").content.decode()


def test_a_fragment_is_told_to_leave_as_well(trade: Trade) -> None:
    client = inside(trade)
    switching.revoke(scope=trade.scope(Role.INSTALLER))
    response = client.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"], response.content) == (204, "/", b"")


# --- Jobs, lists, cost ---------------------------------------------------------------------------


def test_a_job_acts_as_long_as_it_is_granted(trade: Trade) -> None:
    granted(trade)
    into, actor = trade.people[Role.INSTALLER], trade.people[Role.DISTRIBUTOR]
    scope = rebuild_scope(into.pk, actor.pk)
    assert (scope.user_id, scope.actor_id, scope.can(Can.PROFILE)) == (into.pk, actor.pk, False)
    switching.revoke(scope=trade.scope(Role.INSTALLER))
    with pytest.raises(PermissionError):
        rebuild_scope(into.pk, actor.pk)


def test_the_installer_reads_who_was_in_and_what_they_did(trade: Trade, rival: Trade) -> None:
    client = inside(trade)
    client.post("/sites/add/community/", SITE)
    client.post("/accounts/return/")
    stay = Switch.objects.get()
    boss = signed_in(trade.people[Role.INSTALLER])
    signed_in(trade.people[Role.INSTALLER]).post("/sites/add/community/", SITE | {"name": "Made by itself"})
    assert stay.actor_name in boss.get("/accounts/switches/").content.decode()
    done = boss.get(f"/logs/switches/{stay.pk}/").content.decode()
    assert "Made inside" in done
    assert "Made by itself" not in done
    assert stay.actor_name in client.get("/accounts/switches/").content.decode()
    colleague = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    assert stay.actor_name not in colleague.get("/accounts/switches/").content.decode()
    stranger = signed_in(rival.people[Role.INSTALLER])
    assert stay.actor_name not in stranger.get("/accounts/switches/").content.decode()
    assert stranger.get(f"/logs/switches/{stay.pk}/").status_code == 404


def test_the_stay_is_judged_anew_with_one_query(trade: Trade) -> None:
    client = inside(trade)
    client.get("/accounts/return/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/accounts/return/")
    assert len([query for query in asked if "accounts_switch" in query["sql"]]) == 1
    assert not [query for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
