"""What keepers of a login ask of it, and what happens when something changes under way."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, HeldLogin, Role, User
from accounts.permissions import scope_for
from accounts.queries.factors import factors_of
from accounts.services import factors, passwords, users
from smartplus.kernel.errors import Refused

from .makers import PASSWORD, Trade
from .test_passwords import NEW
from .test_second_step import begun, guarded, is_in, mailed, type_code, with_app

__all__ = ["guarded"]
pytestmark = pytest.mark.django_db


def test_a_login_under_way_ends_with_the_password_the_mailbox_and_the_account(
    guarded: User, trade: Trade
) -> None:
    boss = trade.scope(Role.DISTRIBUTOR)
    changes = (
        lambda: passwords.change_own(scope=scope_for(guarded), user=guarded, password=NEW),
        lambda: users.change_user(scope=boss, user=guarded, changes={"email": "other@nord.example"}),
        lambda: users.send_login_details(scope=boss, user=guarded),
        lambda: with_app(guarded),
    )
    for change in changes:
        one = HeldLogin.objects.create(user=guarded, by_email=True)
        change()
        one.refresh_from_db()
        assert one.closed_at


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!removed"}])
def test_a_login_switched_off_meanwhile_is_not_let_in(guarded: User, change: dict[str, Any]) -> None:
    client, code = begun(guarded), mailed(guarded)
    User.objects.filter(pk=guarded.pk).update(**change)
    assert type_code(client, code)["Location"] == "/login/"
    assert not is_in(client)


def test_only_keepers_demand_and_never_of_themselves(trade: Trade) -> None:
    boss, user = trade.scope(Role.INSTALLER), trade.people[Role.PROPERTY_MANAGER]
    users.change_user(scope=boss, user=user, changes={"code_demanded": True, "reminded_monthly": True})
    entry = AuditEntry.objects.filter(verb="user.change").latest("pk")
    assert entry.after == {"code_demanded": True, "reminded_monthly": True}
    for scope, whom in (
        (trade.scope(Role.PROPERTY_MANAGER), user), (boss, trade.people[Role.INSTALLER]),
        (boss, trade.people[Role.SUB_INSTALLER]), (boss, trade.people[Role.DISTRIBUTOR]),
    ):  # fmt: skip
        before = User.objects.get(pk=whom.pk).code_demanded
        with pytest.raises(Refused):
            users.change_user(scope=scope, user=whom, changes={"code_demanded": not before})
        assert User.objects.get(pk=whom.pk).code_demanded == before


def test_the_switches_stand_on_the_users_page(trade: Trade) -> None:
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    user = trade.people[Role.PROPERTY_MANAGER]
    url = f"/accounts/users/{user.pk}/edit/"
    assert "Off by default" in client.get(url).content.decode()
    own = client.get(f"/accounts/users/{trade.people[Role.INSTALLER].pk}/edit/")
    assert "code_demanded" not in own.context["form"].fields
    form = {name: field.value() for name, field in
            ((field.name, field) for field in client.get(url).context["form"])}  # fmt: skip
    client.post(url, {**{name: value for name, value in form.items() if value}, "code_demanded": "on"})
    user.refresh_from_db()
    assert (user.code_demanded, user.reminded_monthly) == (True, False)


def test_keepers_help_who_lost_everything(trade: Trade) -> None:
    user = trade.people[Role.PROPERTY_MANAGER]
    with_app(user)
    client, keeper = Client(), Client()
    client.force_login(user)
    assert is_in(client)
    keeper.post("/login/", {"username": trade.people[Role.INSTALLER].username, "password": PASSWORD})
    url = f"/accounts/users/{user.pk}/factors/"
    assert url in keeper.get(f"/accounts/users/{user.pk}/").content.decode()
    assert keeper.post(url).status_code == 302
    assert not factors_of(user).own
    assert not user.recovery_codes.exists()
    assert not is_in(client)
    assert user.emails.filter(kind="factor_changed").count() == 2
    assert url not in keeper.get(f"/accounts/users/{user.pk}/").content.decode()


def test_but_nobody_else_and_not_by_an_old_proof(trade: Trade, rival: Trade) -> None:
    user = trade.people[Role.PROPERTY_MANAGER]
    with_app(user)
    for scope in (rival.scope(Role.INSTALLER), trade.scope(Role.DISTRIBUTOR), scope_for(user)):
        with pytest.raises(Refused):
            factors.remove_all(scope=scope, user=user)
    client = Client()
    client.force_login(trade.people[Role.INSTALLER])
    there = client.post(f"/accounts/users/{user.pk}/factors/")["Location"]
    assert there.startswith("/accounts/confirm/")
    assert factors_of(user).own
