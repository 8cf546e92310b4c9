"""The way up from a page of a site; every app above uses it."""

from django.urls import reverse

from .models import Site


def site_crumbs(site: Site, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """(label, url) from the list of sites down to `site`, then `further`."""
    return [
        ("Sites", reverse("sites:list")),
        (site.name, reverse("sites:detail", args=[site.pk])),
        *further,
    ]
