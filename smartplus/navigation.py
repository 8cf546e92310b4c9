"""The menu, by role (features H18).

An entry shows when the capability of its page is held; nothing here decides rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Role
from accounts.permissions import Can
from accounts.queries.notices import unread_count
from sites.models import Site
from sites.queries import first_site
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _


@dataclass(frozen=True)
class Place:
    """What stands over the menu: whose house, or which site."""

    name: str
    note: str
    seed: int
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: str
    icon: str
    url: str
    active: bool


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    label: str
    entries: list[Entry]


@dataclass(frozen=True)
class Item:
    """A line as declared: the address is one of the site the reader is in when `in_site`."""

    label: str
    icon: str
    to: str
    needs: Can
    in_site: bool = False
    when: Callable[[Any], bool] | None = None


def _logs_shown(site: Site | None) -> bool:
    return site is None or site.managers_see_logs


def _has_units(site: Site | None) -> bool:
    return site is not None and site.kind != Site.Kind.OFFICE


def _simulated(site: Site | None) -> bool:
    return bool(settings.SIMULATOR_URL)


HOME = Item(_("Dashboard"), "layout-dashboard", "home", Can.HOME)
SIMULATOR = Item(_("Simulator"), "flask-conical", "provisioning:simulator", Can.SIMULATOR, when=_simulated)
MACS = Item(_("MAC library"), "library", "devices:macs", Can.MACS_VIEW)
USERS = Item(_("Users"), "users", "accounts:users", Can.USERS_VIEW)
END_USERS = Item(_("End users"), "circle-user", "sites:end_users", Can.END_USERS_VIEW)
TRADE = (
    Item(_("Distributors"), "building", "accounts:distributors", Can.DISTRIBUTORS_VIEW),
    Item(_("Sub-distributors"), "building", "accounts:sub_distributors", Can.SUB_DISTRIBUTORS_VIEW),
    Item(_("Installers"), "wrench", "accounts:installers", Can.INSTALLERS_VIEW),
)
ACCOUNT: tuple[str, tuple[Item, ...]] = (_("Account"), (
    Item(_("Operation log"), "scroll-text", "logs:operations", Can.AUDIT_VIEW),
    Item(_("Settings"), "settings", "accounts:settings", Can.HOME),
))  # fmt: skip
NOTICES = Item(_("Notification Center"), "bell", "accounts:notifications", Can.NOTICES_READ)
SUPPORT = Item(_("Support & Service"), "life-buoy", "accounts:support", Can.SUPPORT_VIEW)
FEEDBACK = Item(_("Feedback"), "message-square", "accounts:feedback", Can.FEEDBACK_GIVE)
PRIVACY = Item(_("Privacy Policy"), "file-text", "accounts:agreement", Can.POLICIES_READ)
AGREEMENT = replace(PRIVACY, label=_("User Agreement"))
RECEIVED = Item(_("Feedback received"), "inbox", "accounts:feedback_received", Can.FEEDBACK_ANSWER)


def _account(*more: Item) -> tuple[str, tuple[Item, ...]]:
    """The last group of the menu, with what follows the settings."""
    return (ACCOUNT[0], (*ACCOUNT[1], *more))


OPERATOR: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (HOME,)),
    (_("User"), (
        *TRADE,
        Item(_("All companies"), "building", "accounts:organisations", Can.ORGANISATIONS_VIEW),
        USERS,
    )),
    (_("Information"), (
        Item(_("Notices"), "bell", "accounts:notices", Can.NOTICES_EDIT),
        Item(_("Policies"), "file-text", "accounts:policies", Can.POLICIES_EDIT),
        Item(_("Documents"), "file-text", "accounts:documents", Can.SUPPORT_EDIT),
        Item(_("Emails"), "mail", "accounts:letters", Can.MAIL_PREVIEW),
        RECEIVED,
    )),
    ACCOUNT,
)  # fmt: skip
RESELLER: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (HOME,)),
    (_("Devices"), (
        Item(_("Project devices"), "door-closed", "devices:project_list", Can.DEVICES_VIEW),
        Item(_("Personal devices"), "house", "devices:personal_list", Can.DEVICES_VIEW),
        MACS,
    )),
    (_("User"), (
        *TRADE,
        END_USERS,
        USERS,
        Item(_("Sites"), "building-2", "sites:list", Can.SITES_VIEW),
    )),
    _account(replace(NOTICES, label=_("System Notification")), RECEIVED, PRIVACY),
)  # fmt: skip
INSTALLER: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (
        HOME,
        Item(_("Sites"), "building-2", "sites:list", Can.SITES_VIEW),
        USERS,
        END_USERS,
    )),
    (_("Fleet"), (
        Item(_("Devices"), "door-closed", "devices:list", Can.DEVICES_VIEW),
        MACS,
        SIMULATOR,
    )),
    _account(NOTICES, SUPPORT, RECEIVED, PRIVACY),
)  # fmt: skip
MANAGER: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (
        HOME,
        Item(_("Apartments"), "house", "sites:units", Can.UNITS_VIEW, in_site=True, when=_has_units),
        Item(_("Residents"), "users", "sites:residents", Can.RESIDENTS_VIEW, in_site=True),
        Item(_("Access groups"), "key-round", "access:groups", Can.GROUPS_VIEW, in_site=True),
    )),
    (_("Doors"), (
        Item(_("Door log"), "scroll-text", "logs:doors", Can.LOGS_VIEW, in_site=True, when=_logs_shown),
        Item(_("Doors"), "door-open", "access:doors", Can.DOORS_UNLOCK, in_site=True),
        Item(_("Devices"), "door-closed", "devices:site_list", Can.DEVICES_VIEW, in_site=True),
        SIMULATOR,
    )),
    (_("Account"), (
        Item(_("Operation log"), "list", "logs:site_operations", Can.AUDIT_VIEW, in_site=True),
        Item(_("Site settings"), "sliders-horizontal", "sites:settings", Can.SITE_SETTINGS, in_site=True),
        Item(_("Settings"), "settings", "accounts:settings", Can.HOME),
        NOTICES,
        SUPPORT,
        FEEDBACK,
        AGREEMENT,
    )),
)  # fmt: skip
RESIDENT: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (
        Item(_("My doors"), "door-open", "access:mine", Can.OWN_ACCESS),
        replace(NOTICES, label=_("Notices")),
        FEEDBACK,
        Item(_("Settings"), "settings", "accounts:settings", Can.HOME),
        PRIVACY,
    )),
)  # fmt: skip
MENUS = {
    Role.OPERATOR: OPERATOR,
    Role.DISTRIBUTOR: RESELLER,
    Role.SUB_DISTRIBUTOR: RESELLER,
    Role.INSTALLER: INSTALLER,
    Role.SUB_INSTALLER: INSTALLER,
    Role.PROPERTY_MANAGER: MANAGER,
    Role.RESIDENT: RESIDENT,
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the shell: menu and place of the signed-in reader. Nothing for strangers."""
    scope: Scope | None = getattr(request, "scope", None)
    if scope is None or request.headers.get("HX-Request") == "true":
        return {}
    site = _site_of(request, scope)
    groups = MENUS[Role(scope.role)]
    made = [Group(label, list(_entries(items, scope, site, request.path))) for label, items in groups]
    _mark_one(made)
    return {
        "navigation": [group for group in made if group.entries],
        "place": _place(request, scope, site),
        **_bell(scope),
        **({"search_url": reverse("search")} if scope.can(Can.SEARCH) else {}),
    }


def _bell(scope: Scope) -> dict[str, Any]:
    """The bell of who reads notifications; its number is asked for when it is drawn."""
    if not scope.can(Can.NOTICES_READ):
        return {}
    return {"bell_url": reverse("accounts:notifications"), "bell_count": lambda: unread_count(scope)}


def _entries(items: Iterable[Item], scope: Scope, site: Site | None, path: str) -> Iterable[Entry]:
    for item in items:
        if (
            not scope.can(item.needs)
            or (item.in_site and site is None)
            or (item.when and not item.when(site))
        ):
            continue
        try:
            url = reverse(item.to, args=[site.pk] if item.in_site and site else [])
        except NoReverseMatch:
            continue
        active = path == url or (url != "/" and path.startswith(url))
        yield Entry(item.label, item.icon, url, active)


def _mark_one(groups: list[Group]) -> None:
    """Of the entries above the present page mark the nearest only: /devices/macs/ is not /devices/."""
    nearest = max((len(entry.url) for group in groups for entry in group.entries if entry.active), default=0)
    for group in groups:
        group.entries[:] = [
            replace(entry, active=entry.active and len(entry.url) == nearest) for entry in group.entries
        ]


def _site_of(request: HttpRequest, scope: Scope) -> Site | None:
    """The site a property manager works in: the one of the address, else the last one, else the first."""
    if scope.role != Role.PROPERTY_MANAGER:
        return None
    match = request.resolver_match
    named = match.kwargs.get("site") if match else None
    if match and match.view_name in ("sites:detail", "sites:settings"):
        named = match.kwargs.get("pk")
    wanted = named or request.session.get("site")
    site = first_site(scope, wanted)
    if site is not None and request.session.get("site") != site.pk:
        request.session["site"] = site.pk
    return site


def _place(request: HttpRequest, scope: Scope, site: Site | None) -> Place:
    user: Any = request.user
    if site is not None:
        return Place(site.name, site.get_kind_display(), site.pk, reverse("sites:list"))
    if user.organisation is not None and scope.role != Role.RESIDENT:
        return Place(user.organisation.name, user.get_role_display(), user.organisation_id)
    return Place(user.full_name or user.username, user.get_role_display(), user.pk)
