"""Role × address: the whole access policy, checked against the one table that states it."""

from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.acting import SWITCH
from accounts.models import Role, Switch
from accounts.permissions import HOLDERS, NOT_WHILE_ACTING
from smartplus import urls
from smartplus.kernel.pages import ActionPage, FormPage, ListPage, Page

from .addresses import PUBLIC, Address, addresses, everything
from .sessions import client_of

ALL = addresses()
TENANTS = [role for role in Role if role != Role.OPERATOR]  # the operator's world is all worlds
each_address = pytest.mark.parametrize("address", ALL, ids=lambda address: address.name)
each_row = pytest.mark.parametrize(
    "address", [address for address in ALL if address.has_row], ids=lambda address: address.name
)


@pytest.fixture(autouse=True)
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is refused is asked here, thousands of times; `home/test_refusals.py` reads the pages."""
    for status in (403, 404):
        monkeypatch.setattr(urls, f"handler{status}", partial(refused, status), raising=False)


def refused(status: int, request: object, exception: Exception) -> HttpResponse:
    """The answer without its page."""
    return HttpResponse(status=status)


def holds(role: Role, address: Address) -> bool:
    """Whether the table gives the role what the page needs."""
    return role in HOLDERS[address.view.needs]


def test_every_address_is_a_declared_page_or_a_decision() -> None:
    for name, view, _ in everything():
        is_page = isinstance(view, type) and issubclass(view, Page)
        if name in PUBLIC:
            assert not is_page, f"{name} is a page: take it out of PUBLIC"
        else:
            assert is_page, name
            assert view.needs in HOLDERS, name


def test_no_public_decision_is_stale() -> None:
    assert set(PUBLIC) - {"styleguide"} <= {name for name, _, _ in everything()}


def test_strangers_are_sent_to_the_login(alpha: Any) -> None:
    for address in ALL:
        role = next(role for role in Role if holds(role, address))
        response = Client().get(address.url(alpha, role))
        assert response.status_code == 302, address.name
        assert response["Location"].startswith("/login/"), address.name


@each_address
def test_role_opens_page_in_own_world_and_sees_nothing_of_the_other(
    address: Address, alpha: Any, bravo: Any
) -> None:
    for role in Role:
        opens_only_what_it_may(role, address, alpha, bravo)


def opens_only_what_it_may(role: Role, address: Address, own: Any, other: Any) -> None:
    """One role at one address."""
    response = client_of(own.people[role]).get(address.url(own, role))
    is_fitting(response, holds(role, address), role, address, own, other)


def is_fitting(response: Any, may: bool, role: Role, address: Address, own: Any, other: Any) -> None:
    """What a role gets at an address that it `may` open, or not."""
    if not may:
        assert response.status_code == 403, role
        return
    if response.status_code == 405:
        assert issubclass(address.view, ActionPage), "only an action may refuse to be looked at"
        return
    assert response.status_code in {200, 302}, (role, address.url(own, role))
    if role != Role.OPERATOR and response.status_code == 200 and not response.streaming:
        nothing_of(other, response)
        if issubclass(address.view, ListPage) and address.name not in own.empty_lists.get(role, ()):
            assert own.mark in response.content.decode(), f"empty by accident for {role}?"


def nothing_of(other: Any, response: Any) -> None:
    """No word of the other world on the page, no row of it among the choices of its form."""
    assert other.mark not in response.content.decode(errors="replace")
    form = response.context["form"] if response.context and "form" in response.context else None
    for name, field in getattr(form, "fields", {}).items():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and (foreign := other.rows.get(queryset.model)):
            assert not queryset.filter(pk=foreign.pk).exists(), name


@each_row
def test_rows_of_the_other_world_do_not_exist(address: Address, alpha: Any, bravo: Any) -> None:
    """Who may not look at such pages at all is turned away in the own world already."""
    for role in TENANTS:
        url = address.url(bravo, role)
        client = client_of(alpha.people[role])
        if holds(role, address):
            assert client.get(url).status_code == 404, role
        if issubclass(address.view, FormPage | ActionPage):
            assert client.post(url, {}).status_code == (404 if holds(role, address) else 403), role


def switched_in(world: Any) -> Client:
    """A browser of the world's distributor, who is switched into its installer's account."""
    client = client_of(world.people[Role.DISTRIBUTOR])
    session = client.session
    session[SWITCH] = world.rows[Switch].pk
    session.save()
    return client


@each_address
def test_acting_as_the_installer_opens_what_it_may_but_its_own_affairs(
    address: Address, alpha: Any, bravo: Any
) -> None:
    may = holds(Role.INSTALLER, address) and address.view.needs not in NOT_WHILE_ACTING
    client = switched_in(alpha)
    response = client.get(address.url(alpha, Role.INSTALLER))
    is_fitting(response, may, Role.INSTALLER, address, alpha, bravo)
    if response.status_code == 200 and response.context and "scope" in response.context:
        scope = response.context["scope"]
        assert (scope.user_id, scope.actor_id) == (
            alpha.people[Role.INSTALLER].pk, alpha.people[Role.DISTRIBUTOR].pk,
        )  # fmt: skip
    if issubclass(address.view, FormPage | ActionPage) and not may:
        assert client.post(address.url(alpha, Role.INSTALLER), {}).status_code == 403


@each_row
def test_acting_as_the_installer_rows_of_the_other_world_do_not_exist(
    address: Address, alpha: Any, bravo: Any
) -> None:
    may = holds(Role.INSTALLER, address) and address.view.needs not in NOT_WHILE_ACTING
    wanted = 404 if may else 403
    client, url = switched_in(alpha), address.url(bravo, Role.INSTALLER)
    assert client.get(url).status_code == wanted
    if issubclass(address.view, FormPage | ActionPage):
        assert client.post(url, {}).status_code == wanted


@pytest.mark.parametrize("role", TENANTS)
def test_exports_hold_no_row_of_the_other_world(role: Role, alpha: Any, bravo: Any, sheet_text: Any) -> None:
    client = client_of(alpha.people[role])
    for address in ALL:
        if issubclass(address.view, ListPage) and address.view.export and holds(role, address):
            response = client.get(address.url(alpha, role), {"export": ""})
            assert bravo.mark not in sheet_text(response), address.name
