"""Figures of the dashboards: counted in the database, a handful of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from accounts.permissions import Can
from devices import queries as devices
from devices.models import Device
from sites.models import Residency, Site
from smartplus.kernel.paging import counts
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

WORST = 6


def _devices(scope: Scope, site: Site | None) -> QuerySet[Device]:
    rows: QuerySet[Device] = Device.objects.visible_to(scope).filter(site__isnull=False)
    return rows.filter(site=site) if site else rows


def figures(scope: Scope, site: Site | None) -> list[dict[str, Any]]:
    """Tiles: label, figure, note, url. Only what the reader may open."""
    tiles: list[dict[str, Any]] = []
    if scope.can(Can.SITES_VIEW) and site is None:
        kinds = dict(Site.objects.visible_to(scope).order_by().values_list("kind").annotate(Count("pk")))
        tiles += [
            {"label": label, "figure": kinds.get(kind, 0), "url": f"{reverse('sites:list')}?view={kind}"}
            for kind, label in (
                ("community", _("Communities")),
                ("office", _("Offices")),
                ("house", _("Single-family houses")),
            )
        ]
    if scope.can(Can.DEVICES_VIEW):
        known = devices.counts(_devices(scope, site))
        url = reverse("devices:site_list", args=[site.pk]) if site else reverse("devices:list")
        tiles += [
            {
                "label": _("Devices online"),
                "figure": known["online"],
                "note": _("of {n}").format(n=f"{known['all']:,}"),
                "url": url,
            },
            {"label": _("Off line"), "figure": known["offline"], "url": f"{url}?view=offline"},
        ]
    if scope.can(Can.RESIDENTS_VIEW):
        people: Any = Residency.objects.visible_to(scope)
        people = people.filter(site=site) if site else people
        url = reverse("sites:residents", args=[site.pk]) if site else ""
        with_app = people.filter(app_state=Residency.AppState.REGISTERED)
        counted = counts({"all": people, "with the app": with_app})
        tiles.append(
            {
                "label": _("Residents"),
                "figure": str(counted["all"]),
                "note": _("{n} with the app").format(n=counted["with the app"]),
                "url": url,
            }
        )
    return tiles


def trouble(scope: Scope, site: Site | None) -> list[Device]:
    """Devices that need somebody: refusing, then longest off line."""
    if not scope.can(Can.DEVICES_VIEW):
        return []
    return devices.trouble(_devices(scope, site), WORST)
