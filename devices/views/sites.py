"""Apartments, people and devices of a site by template (S10)."""

from django.urls import reverse

from devices.imports import CommunityImporter, OfficeImporter
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.imports import Importer
from smartplus.kernel.pages import ImportPage, Within
from smartplus.kernel.words import _


class SiteImport(ImportPage):
    """The installer's template; which one, the kind of the site decides."""

    importer = CommunityImporter
    within = {"site": Within(Site, "")}

    def importer_class(self) -> type[Importer]:
        """The office's template for offices."""
        return OfficeImporter if self.site.kind == Site.Kind.OFFICE else CommunityImporter

    def allowed(self) -> bool:
        """A house has no template."""
        return self.site.kind != Site.Kind.HOUSE

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the devices of the site."""
        return site_crumbs(self.site, (_("Devices"), reverse("devices:site_list", args=[self.site.pk])))
