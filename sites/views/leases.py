"""The lease table of a property management system."""

from sites.imports import LeaseImporter
from sites.models import Site
from smartplus.kernel.pages import ImportPage, Within

from .common import in_community
from .residents import resident_crumbs


class LeaseImport(ImportPage):
    """Bring people up to date with a table of leases, as often as wanted."""

    importer = LeaseImporter
    within = {"site": Within(Site, "")}

    def allowed(self) -> bool:
        """The table is one for apartments."""
        return in_community(self)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the residents."""
        return resident_crumbs(self.site)
