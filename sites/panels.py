"""What the apps above put on the pages of this app: names of addresses only, so nothing is imported upwards.

A panel is loaded by its address and is not there for a reader without its capability; neither is a tab.
"""

from smartplus.kernel.pages import Link

SITE_TABS: tuple[Link, ...] = ()
"""More tabs over a site, each an address with the kwarg `site`."""

SITE_PANELS: tuple[str, ...] = ()
"""Panels on a site's overview, with the kwarg `site`."""

UNIT_PANELS: tuple[str, ...] = ()
"""Panels on an apartment's page, with the kwargs `site` and `pk` (the apartment)."""

RESIDENT_PANELS: tuple[str, ...] = ()
"""Panels on a person's page, with the kwargs `site` and `pk` (the residency)."""

RESIDENT_NEXT = ""
"""The page behind "Next" when a person was added (kwargs `site` and `pk`); "" while there is none."""

RESIDENT_ACTIONS: tuple[Link, ...] = ()
"""More buttons over the list of people, each an address with the kwarg `site` (import)."""
