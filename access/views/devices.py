"""The people a device knows."""

from typing import Any

from django.urls import reverse

from access.models import AccessRight
from access.queries import doors as queries
from accounts.permissions import Can
from devices.models import Device
from sites.crumbs import site_crumbs
from smartplus.kernel.pages import Column, Empty, Link, ListPage, PanelPage, View, Within
from smartplus.kernel.words import _


class DevicePanel(PanelPage):
    """How many people a device knows, must learn, must forget, refused."""

    model = Device
    needs = Can.RIGHTS_VIEW
    title = _("Who can open")
    template = "access/panels/device.html"
    related = ("now",)
    poll = 2
    actions = (
        Link(
            lambda page, row: reverse("access:device_people", args=[row.pk]),
            _("Show people"),
            icon="users",
            needs=Can.RIGHTS_VIEW,
        ),
    )

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def version(self) -> str:
        """Changes with the figures."""
        return f"{queries.figures_of_device(self.row.pk)}:{self.row.now.online}"

    def context(self) -> dict[str, Any]:
        """The figures."""
        return {"figures": queries.figures_of_device(self.row.pk)}


class DevicePeople(ListPage):
    """Each person on a device, as the device proves it."""

    model = AccessRight
    needs = Can.RIGHTS_VIEW
    within = {"device": Within(Device, "device", related=("now", "site"))}
    related = ("device__now",)
    noun = (_("person"), _("people"))
    columns = (
        Column("who", _("Name"), kind="who"),
        Column("where", _("APT")),
        Column(
            "proof",
            _("The device"),
            cell="access/cells/proof.html",
            value=queries.proof_on_device,
            export=lambda row: queries.proof_on_device(row).state,
        ),
        Column("subject", _("Number"), kind="num", shown=False),
        Column("want", _("Wanted"), kind="num", shown=False),
        Column("held", _("Held"), kind="num", shown=False),
    )
    order = ("subject",)
    search = ("subject",)
    search_hint = _("Name, APT")
    views = (
        View("all", _("All")),
        View("held", _("On the device"), q=lambda page: queries.held()),
        View("pending", _("Pending"), q=lambda page: queries.waiting()),
        View("leaving", _("To be forgotten"), q=lambda page: queries.leaving()),
        View("refused", _("Refused"), q=lambda page: queries.refused(), tone="bad"),
    )
    row_link = ""
    empty = Empty(_("Nobody is on this device"), _("Put its doors into an access group."))

    def refine(self, rows: Any) -> Any:
        """People at its present place."""
        return queries.people_on_device(rows)

    def search_rows(self, rows: Any, text: str) -> Any:
        """By name or apartment."""
        return queries.named(rows, text)

    def title(self) -> str:
        """Which device."""
        return _("People on {device}").format(device=self.device.name)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        device = self.device
        above = (_("Devices"), reverse("devices:site_list", args=[device.site_id]))
        return site_crumbs(device.site, above, (device.name, reverse("devices:detail", args=[device.pk])))
