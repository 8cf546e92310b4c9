"""What the apps above put on the pages of this app: names of addresses only, so nothing is imported upwards.

A panel is loaded by its address and is not there for a reader without its capability; neither is a tab.
"""

from typing import Any

from django.utils.timezone import now

from smartplus.kernel.pages import Link
from smartplus.kernel.words import _


def _has_left(page: Any, row: Any) -> bool:
    """Whether the person on the page has moved out."""
    return row is not None and row.valid_until is not None and row.valid_until <= now()


def _lets_delete(page: Any, row: Any) -> bool:
    """Whether the installer lets managers of the site delete accounts."""
    return bool(page.site.managers_delete_people)


SITE_TABS: tuple[Link, ...] = (
    Link("devices:site_list", _("Devices")),
    Link("access:groups", _("Access groups")),
    Link("access:doors", _("Doors")),
    Link("logs:site_operations", _("Operation log")),
)
"""More tabs over a site, each an address with the kwarg `site`."""

HANGING = "devices"
"""The relation by which the things that hang at a site are counted."""

SITE_PANELS: tuple[str, ...] = ("devices:site_panel", "logs:site_panel")
"""Panels on a site's overview, with the kwarg `site`."""

UNIT_PANELS: tuple[str, ...] = ("devices:unit_panel",)
"""Panels on an apartment's page, with the kwargs `site` and `pk` (the apartment)."""

RESIDENT_PANELS: tuple[str, ...] = ("access:resident_panel", "access:resident_keys")
"""Panels on a person's page, with the kwargs `site` and `pk` (the residency)."""

SETTINGS_PANELS: tuple[str, ...] = ("access:pin_clashes",)
"""Panels beside a site's settings, with the kwarg `pk` (the site)."""

MONITORED_UNIT = "devices:unit_add"
"""The page that adds an apartment with its indoor monitor (kwarg `site`), where the plan asks for one."""

RESIDENT_NEXT = "access:resident"
"""The page behind "Next" when a person was added (kwargs `site` and `pk`); "" while there is none."""

RESIDENT_ACTIONS: tuple[Link, ...] = (
    Link(
        "access:resident_export",
        _("Export to edit"),
        "download",
        when=lambda page, row: page.site.kind == "community",
        same_rows=True,
    ),
    Link(
        "access:resident_import", _("Import"), "upload", when=lambda page, row: page.site.kind == "community"
    ),
    Link("sites:leases", _("Lease table"), "calendar", when=lambda page, row: page.site.kind == "community"),
    Link("access:departures", _("Departures"), "log-out"),
)
"""More buttons over the list of people, each an address with the kwarg `site` (import)."""

RESIDENT_LINKS: tuple[Link, ...] = (
    Link("access:resident_departure", _("Departure report"), "shield-check", when=_has_left),
)
"""More buttons over a person, each an address with the kwargs `site` and `residency`."""

RESIDENT_ENDS: tuple[Link, ...] = (
    Link("access:resident_erase", _("Erase this person…"), "trash-2", "danger", when=_lets_delete),
)
"""Buttons after the one that deletes a person, each an address with the kwargs `site` and `pk`."""
