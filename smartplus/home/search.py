"""Search over everything the reader may see: the first few of each kind, and where all of them are listed.

Each kind is searched as its own list searches, so that "all 12" leads to a list of twelve. What the lists
need a site for (apartments; people, for who has no list of end users) is told by site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Can
from accounts.queries import organisations
from accounts.queries.people import looked_after
from devices.models import Device
from sites import queries as sites
from sites.models import Residency, Site, Unit
from smartplus.kernel.paging import COUNT_LIMIT, counts
from smartplus.kernel.paging import Count as Figure
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

FEW = 5
SHORTEST = 2
WORDS = 6
LONGEST = 100
MAC = re.compile(
    r"(?:[0-9a-f]{2}[:.\-]){2,5}[0-9a-f]{0,2}|(?:[0-9a-f]{4}[:.\-]){1,2}[0-9a-f]{0,4}", re.IGNORECASE
)
DIALLED = re.compile(r"\+?[\d\s()/\-]{6,}")


@dataclass(frozen=True)
class Hit:
    """One row that was found."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class More:
    """A list of all that was found, of one site or kind where `name` says which."""

    figure: Figure
    url: str
    name: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    label: str
    icon: str
    hits: list[Hit]
    more: list[More]


@dataclass(frozen=True)
class _Kind:
    """How one kind is found and shown. `lists` are conditions and addresses of its lists, by name."""

    key: str
    label: str
    icon: str
    rows: QuerySet[Any]
    order: tuple[str, ...]
    hit: Callable[[Any], Hit]
    lists: tuple[tuple[str, Q, str], ...] = ()
    by_site: str = ""


def tidied(text: str) -> str:
    """`text` as it is kept: a MAC without its separators, a telephone number as digits only."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if DIALLED.fullmatch(text) and sum(map(str.isdigit, text)) >= 6 and re.search(r"[+()/\-]", text):
        return re.sub(r"\D", "", text)
    words = (re.sub(r"[:.\-]", "", word) if MAC.fullmatch(word) else word for word in text.split()[:WORDS])
    return " ".join(words)


def search(scope: Scope, text: str) -> list[Group]:
    """What the reader may see of `text` (tidied), by kind; kinds of which nothing was found are left out."""
    kinds = [make(scope, text) for can, make in KINDS if any(scope.can(one) for one in can)]
    figures = counts(
        {
            f"{kind.key}:{name}": kind.rows.filter(condition)
            for kind in kinds
            for name, condition, _url in kind.lists
        }
    )
    groups = []
    for kind in kinds:
        found = list(kind.rows.order_by(*kind.order)[: FEW + 1])
        more = [
            More(figures[f"{kind.key}:{name}"], f"{url}{urlencode({'q': text})}", name)
            for name, _condition, url in kind.lists
        ]
        more += _by_site(kind, text) if kind.by_site else []
        if found:
            groups.append(
                Group(
                    kind.label,
                    kind.icon,
                    [kind.hit(row) for row in found[:FEW]],
                    [one for one in more if one.figure.rows] if len(found) > FEW else [],
                )
            )
    return groups


def _by_site(kind: _Kind, text: str) -> list[More]:
    """How many there are on each site, of the first `COUNT_LIMIT`; the sites with the most."""
    first = kind.rows.order_by().values("pk")[:COUNT_LIMIT]
    rows: Any = kind.rows.model._base_manager.filter(pk__in=first)
    most = rows.order_by().values_list("site", "site__name").annotate(n=Count("pk")).order_by("-n", "site")
    query = urlencode({"q": text})
    return [
        More(Figure(number), f"{reverse(kind.by_site, args=[site])}?{query}", name)
        for site, name, number in most[:FEW]
    ]


def _worded(rows: QuerySet[Any], text: str, *columns: str) -> QuerySet[Any]:
    """`rows` with each word in one of the columns, as lists search."""
    for word in text.split():
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(found)
    return rows


def _noted(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _all(name: str, condition: Q | None = None) -> tuple[tuple[str, Q, str], ...]:
    """One list of everything that was found."""
    return (("", condition or Q(), f"{reverse(name)}?"),)


def _companies(scope: Scope, text: str) -> _Kind:
    rows = organisations.search(Organisation.objects.visible_to(scope), text)
    return _Kind(
        "companies", _("Companies"), "building", rows, ("name", "pk"),
        lambda row: Hit(
            row.name,
            _noted(row.get_kind_display(), row.email),
            reverse("accounts:organisation", args=[row.pk]),
        ),
        _all("accounts:organisations"),
    )  # fmt: skip


def _sites(scope: Scope, text: str) -> _Kind:
    rows = sites.search_sites(Site.objects.visible_to(scope), text).select_related("organisation")
    names_installer = scope.can(Can.INSTALLERS_VIEW)
    return _Kind(
        "sites", _("Sites"), "building-2", rows, ("name", "pk"),
        lambda row: Hit(
            row.name,
            _noted(row.get_kind_display(), row.address, row.organisation.name if names_installer else ""),
            row.get_absolute_url(),
        ),
        _all("sites:list"),
    )  # fmt: skip


def _units(scope: Scope, text: str) -> _Kind:
    """Apartments; the home of a house is found as its site."""
    rows: Any = Unit.objects.visible_to(scope).exclude(site__kind=Site.Kind.HOUSE).select_related("site")
    return _Kind(
        "units", _("Apartments"), "house", _worded(rows, text, "search_text"), ("place_key", "pk"),
        lambda row: Hit(
            row.place_label or row.number, _noted(row.site.name, row.name), row.get_absolute_url()
        ),
        by_site="sites:units",
    )  # fmt: skip


END_USER_LISTS = (
    (Site.Kind.HOUSE, _("Single-family")),
    (Site.Kind.COMMUNITY, _("Community")),
    (Site.Kind.OFFICE, _("Commercial")),
)


def _people(scope: Scope, text: str) -> _Kind:
    rows: Any = Residency.objects.visible_to(scope).select_related("site__organisation")
    here, installers = scope.can(Can.RESIDENTS_VIEW), scope.can(Can.INSTALLERS_VIEW)
    everywhere = scope.can(Can.END_USERS_VIEW)

    def hit(row: Residency) -> Hit:
        url = row.get_absolute_url() if here else reverse("sites:end_user", args=[row.pk])
        installer = row.site.organisation.name if installers else ""
        return Hit(row.full_name, _noted(row.site.name, row.place_label, row.email, installer), url)

    lists = tuple(
        (str(label), Q(site__kind=kind), f"{reverse('sites:end_users')}?view={kind}&")
        for kind, label in END_USER_LISTS
    )
    return _Kind(
        "people", _("People"), "circle-user", sites.search_people(rows, text), ("sort_name", "pk"), hit,
        lists if everywhere else (), by_site="" if everywhere else "sites:residents",
    )  # fmt: skip


def _devices(scope: Scope, text: str) -> _Kind:
    rows: Any = Device.objects.visible_to(scope).filter(site__isnull=False).select_related("site")
    return _Kind(
        "devices", _("Devices"), "door-closed", _worded(rows, text, "search_text"), ("name", "pk"),
        lambda row: Hit(
            row.name,
            _noted(row.site.name, row.place_words, row.mac),
            reverse("devices:detail", args=[row.pk]),
        ),
        _all("devices:list"),
    )  # fmt: skip


def _users(scope: Scope, text: str) -> _Kind:
    rows = _worded(looked_after(scope), text, "username", "first_name", "last_name", "email")
    return _Kind(
        "users", _("Users"), "users", rows.select_related("organisation"), ("username", "pk"),
        lambda row: Hit(
            str(row), _noted(row.get_role_display(), row.organisation, row.email),
            reverse("accounts:user", args=[row.pk]),
        ),
        _all("accounts:users"),
    )  # fmt: skip


KINDS: tuple[tuple[tuple[Can, ...], Callable[[Scope, str], _Kind]], ...] = (
    ((Can.ORGANISATIONS_VIEW,), _companies),
    ((Can.SITES_VIEW,), _sites),
    ((Can.UNITS_VIEW,), _units),
    ((Can.RESIDENTS_VIEW, Can.END_USERS_VIEW), _people),
    ((Can.DEVICES_VIEW,), _devices),
    ((Can.USERS_VIEW,), _users),
)
