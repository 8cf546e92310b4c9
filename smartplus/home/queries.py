"""Figures of the dashboards: counted in the database, a handful of queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from accounts.permissions import Can
from devices import queries as devices
from devices.models import Device
from sites.models import Residency, Site, Unit
from smartplus.kernel.paging import counts
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

WORST = 6
KINDS = (
    (Site.Kind.COMMUNITY, _("Communities")),
    (Site.Kind.OFFICE, _("Offices")),
    (Site.Kind.HOUSE, _("Single-family houses")),
)
Tile = dict[str, Any]


def _devices(scope: Scope, site: Site | None) -> QuerySet[Device]:
    rows: QuerySet[Device] = Device.objects.visible_to(scope).filter(site__isnull=False)
    return rows.filter(site=site) if site else rows


def figures(scope: Scope, site: Site | None) -> list[Tile]:
    """Tiles: label, figure, note, url. Only what the reader may open."""
    tiles: list[Tile] = []
    if scope.can(Can.SITES_VIEW) and site is None:
        kinds = dict(Site.objects.visible_to(scope).order_by().values_list("kind").annotate(Count("pk")))
        url = reverse("sites:list")
        tiles += [
            {"label": label, "figure": f"{kinds.get(kind, 0):,}", "url": f"{url}?view={kind}"}
            for kind, label in KINDS
        ]
    if scope.can(Can.RESIDENTS_VIEW):
        tiles += _people(scope, site)
    if scope.can(Can.DEVICES_VIEW):
        tiles += _fleet(scope, site)
    return tiles


def _fleet(scope: Scope, site: Site | None) -> list[Tile]:
    known = devices.counts(_devices(scope, site))
    url = reverse("devices:site_list", args=[site.pk]) if site else reverse("devices:list")
    tiles: list[Tile] = [
        {
            "label": _("Devices online"),
            "figure": f"{known['online']:,}",
            "note": _("of {n}").format(n=f"{known['all']:,}"),
            "url": url,
        },
        {"label": _("Off line"), "figure": f"{known['offline']:,}", "url": f"{url}?view=offline"},
    ]
    if known["never"]:
        tiles.append(
            {"label": _("Never connected"), "figure": f"{known['never']:,}", "url": f"{url}?view=never"}
        )
    return tiles


def _people(scope: Scope, site: Site | None) -> list[Tile]:
    """Apartments and residents of one site; over all sites, how many live or work there."""
    people: Any = Residency.objects.visible_to(scope)
    people = people.filter(site=site) if site else people
    asked = {"all": people, "registered": people.filter(app_state=Residency.AppState.REGISTERED)}
    if site is not None and site.kind == Site.Kind.COMMUNITY:
        asked["units"] = Unit.objects.visible_to(scope).filter(site=site)
    counted = counts(asked)
    tiles: list[Tile] = []
    if site is not None and "units" in counted:
        url = reverse("sites:units", args=[site.pk])
        tiles.append({"label": _("Apartments"), "figure": str(counted["units"]), "url": url})
    office = site is not None and site.kind == Site.Kind.OFFICE
    tiles.append(
        {
            "label": _("People") if office else _("Residents"),
            "figure": str(counted["all"]),
            "note": _("{n} with the app").format(n=counted["registered"]),
            "url": reverse("sites:residents", args=[site.pk]) if site else "",
        }
    )
    return tiles


def accounts(scope: Scope) -> dict[str, Counter[str]]:
    """App accounts of everybody the reader sees, by `app_state` and by `account_state`: one pass."""
    rows: Any = Residency.objects.visible_to(scope).order_by()
    states: dict[str, Counter[str]] = {"app": Counter(), "account": Counter()}
    for app, account, number in rows.values_list("app_state", "account_state").annotate(Count("pk")):
        states["app"][app] += number
        states["account"][account] += number
    return states


def trouble(scope: Scope, site: Site | None) -> list[Device]:
    """Devices that need somebody: refusing, then longest off line."""
    if not scope.can(Can.DEVICES_VIEW):
        return []
    return devices.trouble(_devices(scope, site), WORST)
