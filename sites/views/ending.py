"""Leases that end soon, for the dashboard."""

from typing import Any

from accounts.permissions import Can
from sites.leases import Lease, ending, lease_q
from sites.models import Residency, Site
from smartplus.kernel.pages import PanelPage, Within
from smartplus.kernel.paging import counts
from smartplus.kernel.words import _

FEW = 6


class LeasesPanel(PanelPage):
    """Who moves out next."""

    model = Residency
    needs = Can.RESIDENTS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Leases that end")
    template = "sites/panels/leases.html"
    poll = 60

    def refine(self, rows: Any) -> Any:
        """Within the next days, as the list of residents filters."""
        return rows.filter(lease_q(Lease.ENDING))

    def context(self) -> dict[str, Any]:
        """The first to go, and how many there are."""
        zone, hours_24 = self.site.time_zone, self.site.hours_24
        return {
            "people": [
                (row, ending(row.valid_until, zone, hours_24))
                for row in self.rows.order_by("valid_until", "pk")[:FEW]
            ],
            "number": counts({"all": self.rows})["all"],
        }
