"""The menus: each role its own, in the order of features H18; nothing that the reader may not open."""

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import Role
from accounts.permissions import HOLDERS
from smartplus.kernel.pages import Page

pytestmark = pytest.mark.django_db

# The modules of H18 that are built, in its order; entries of our own may stand between them.
ORDER: dict[Role, tuple[str, ...]] = {
    Role.DISTRIBUTOR: (
        "Project devices", "Personal devices", "MAC library", "Sub-distributors", "Installers", "End users",
        "Settings",
    ),
    Role.SUB_DISTRIBUTOR: ("Project devices", "Personal devices", "Installers", "End users", "Settings"),
    Role.INSTALLER: ("Dashboard", "Sites", "Users", "MAC library", "Settings"),
    Role.SUB_INSTALLER: ("Dashboard", "Sites", "MAC library", "Settings"),
    Role.PROPERTY_MANAGER: (
        "Dashboard", "Apartments", "Residents", "Access groups", "Door log", "Devices", "Settings",
    ),
    Role.RESIDENT: ("My doors", "Settings"),
    Role.OPERATOR: ("Dashboard", "Distributors", "Sub-distributors", "Installers", "Users", "Settings"),
}  # fmt: skip


def menu(world: Any, role: Role, url: str = "") -> list[Any]:
    """The entries of a person of a role, top to bottom."""
    client = Client()
    client.force_login(world.people[role])
    groups = client.get(url or "/accounts/profile/").context["navigation"]
    return [entry for group in groups for entry in group.entries]


@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_modules_in_order(alpha: Any, role: Role) -> None:
    labels = [entry.label for entry in menu(alpha, role)]
    wanted = ORDER[role]
    assert [label for label in labels if label in wanted] == list(wanted)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("role", Role)
def test_a_menu_leads_nowhere_forbidden(alpha: Any, role: Role) -> None:
    for entry in menu(alpha, role):
        page = getattr(resolve(entry.url.partition("?")[0]).func, "view_class", None)
        if page is not None and issubclass(page, Page):
            assert role in HOLDERS[page.needs], entry.label


def test_one_entry_at_most_is_marked(alpha: Any) -> None:
    entries = menu(alpha, Role.INSTALLER, "/devices/macs/")
    assert [entry.label for entry in entries if entry.active] == ["MAC library"]
    entries = menu(alpha, Role.DISTRIBUTOR, "/devices/project/")
    assert [entry.label for entry in entries if entry.active] == ["Project devices"]


def test_only_who_has_sub_distributors_is_shown_them(alpha: Any) -> None:
    assert "Sub-distributors" not in [entry.label for entry in menu(alpha, Role.SUB_DISTRIBUTOR)]
    assert "End users" not in [entry.label for entry in menu(alpha, Role.PROPERTY_MANAGER)]
