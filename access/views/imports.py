"""Residents by template (S12)."""

from django.urls import reverse

from access.imports import ResidentImporter
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.pages import ImportPage, Within
from smartplus.kernel.words import _


class ResidentImport(ImportPage):
    """The manager's template: people with cards, PINs and groups."""

    importer = ResidentImporter
    within = {"site": Within(Site, "")}

    def allowed(self) -> bool:
        """The template is one for apartments."""
        return self.site.kind == Site.Kind.COMMUNITY

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the residents."""
        return site_crumbs(self.site, (_("Residents"), reverse("sites:residents", args=[self.site.pk])))
