"""The way up from a page of a site; every app above uses it."""

from django.urls import reverse

from smartplus.kernel.words import _

from .models import Site


def site_crumbs(site: Site, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """(label, url) from the list of sites down to `site`, then `further`."""
    return [
        (_("Sites"), reverse("sites:list")),
        (site.name, reverse("sites:detail", args=[site.pk])),
        *further,
    ]
