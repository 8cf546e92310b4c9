"""The door log."""

from typing import Any

from django.db.models import Q

from accounts.permissions import Can
from devices.models import Device
from logs import queries
from logs.filters import DoorLogFilter
from logs.models import DoorLog
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.pages import Column, Empty, ListPage, PanelPage, View, Within
from smartplus.kernel.words import _, pgettext

RECENT = 8


def _door(row: DoorLog) -> str:
    return row.relay_name or row.device_name


class DoorLogList(ListPage):
    """Who opened which door, and who was refused, and why."""

    model = DoorLog
    needs = Can.LOGS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Door log")
    noun = (pgettext("a log", "entry"), pgettext("a log", "entries"))
    columns = (
        Column("at", _("Time"), sort=True, cell="logs/cells/at.html"),
        Column("initiator", _("Initiated by"), cell="logs/cells/initiator.html", kind="who"),
        Column("unit_label", _("Apartment"), drop=3),
        Column("relay_name", _("Door"), value=_door),
        Column("device_name", _("Device"), drop=1),
        Column("action", _("Action"), cell="logs/cells/action.html", drop=2),
        Column("response", pgettext("a door", "Response"), cell="logs/cells/response.html"),
        Column("reason", _("Reason"), drop=2),
    )
    order = ("-at",)
    search = ("search_text",)
    search_hint = _("Person, apartment, device")
    filter_class = DoorLogFilter
    views = (
        View("all", _("All")),
        View("call", pgettext("a way to open", "Call"), q=Q(action="call")),
        View("release", pgettext("a way to open", "Release"), q=Q(action="release")),
        View("close", pgettext("a way to open", "Close"), q=Q(action="close")),
        View("refused", pgettext("a way to open", "Refused"), q=Q(response="failed")),
    )
    row_link = ""
    counts = False
    live = True
    empty = Empty(
        _("Nothing happened yet"), _("Openings and refusals appear here seconds after they happen at a door.")
    )

    def allowed(self) -> bool:
        """The installer may have switched the logs off for managers of this site."""
        return bool(self.site.managers_see_logs)

    def refine(self, rows: Any) -> Any:
        """As long as entries are kept."""
        return queries.kept(rows)

    def lead(self) -> str:
        """Where it comes from."""
        return _("As the doors told it, newest first.")

    def version(self) -> str:
        """Changes with the newest entry."""
        return queries.newest(self.rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class DeviceLogPanel(PanelPage):
    """The last openings at one device."""

    model = Device
    needs = Can.LOGS_VIEW
    title = _("Door log")
    template = "logs/panels/recent.html"
    related = ("site",)
    poll = 3

    def allowed(self) -> bool:
        """As the list."""
        return bool(self.row.site and self.row.site.managers_see_logs)

    def version(self) -> str:
        """Changes with the newest entry."""
        return queries.newest(queries.of_device(self.row, self.scope))

    def context(self) -> dict[str, Any]:
        """The newest few."""
        return {"entries": queries.of_device(self.row, self.scope).order_by("-at", "-id")[:RECENT]}


class SiteLogPanel(PanelPage):
    """The last openings on a site."""

    model = DoorLog
    needs = Can.LOGS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("At the doors")
    template = "logs/panels/recent.html"
    poll = 3

    def allowed(self) -> bool:
        """As the list."""
        return bool(self.site.managers_see_logs)

    def refine(self, rows: Any) -> Any:
        """As long as entries are kept."""
        return queries.kept(rows)

    def version(self) -> str:
        """Changes with the newest entry."""
        return queries.newest(self.rows)

    def context(self) -> dict[str, Any]:
        """The newest few."""
        return {"entries": self.rows.order_by("-at", "-id")[:RECENT]}
