"""Front panels of simulated devices."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.permissions import Can
from devices.filters import DeviceFilter
from devices.models import Device
from provisioning.services import front_panel
from provisioning.services.front_panel import NotAnswering
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, Link, ListPage, PanelPage
from smartplus.kernel.words import _, pgettext


class SimulatorList(ListPage):
    """Simulated devices: each hangs where the portal says, and decides by itself."""

    model = Device
    needs = Can.SIMULATOR
    title = _("Simulator")
    noun = (_("device"), _("devices"))
    related = ("now", "site")
    prefetch = ("syncs",)
    columns = (
        Column("name", _("Device"), sort=True, cell="provisioning/cells/panel.html", kind="who"),
        Column("mac", "MAC", sort=True, cell="parts/cells/mac.html"),
        Column("kind", _("Type"), drop=2),
        Column("now.online", _("Status"), cell="devices/cells/online.html", export=lambda row: str(row.now)),
        Column("sync", _("Parts in sync"), cell="devices/cells/sync.html", drop=1, export=False),
    )
    order = ("name",)
    search = ("search_text",)
    search_hint = _("MAC, name, apartment")
    filter_class = DeviceFilter
    row_link = "provisioning:panel"
    export = False
    empty = Empty(
        _("No devices yet"),
        _("Each device of a site appears here by itself."),
        Link("sites:list", _("Go to the sites")),
    )

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def lead(self) -> str:
        """What this is."""
        return _(
            "Every device of your sites, played by a program with a mind of its own. Open one and type a PIN."
        )


class _Looking:
    """What the pages of one front panel share."""

    model = Device
    needs = Can.SIMULATOR
    related = ("site", "now")

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def context(self) -> dict[str, Any]:
        """What the device shows, or why nothing is seen of it."""
        act_url = reverse("provisioning:act", args=[self.row.pk])
        secrets = self.scope.can(Can.CREDENTIALS_VIEW)
        try:
            return {"panel": front_panel.look(device=self.row, secrets=secrets), "act_url": act_url}
        except NotAnswering as error:
            return {"panel": None, "trouble": str(error), "act_url": act_url}


class FrontPanel(_Looking, DetailPage):
    """One device as a person stands before it."""

    template = "provisioning/front_panel.html"
    width = "wide"
    meta_template = "provisioning/panel_meta.html"
    actions = (Link("devices:detail", _("Device page"), icon="door-closed"),)

    def title(self) -> str:
        """The name of the device."""
        return self.row.name

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Simulator"), reverse("provisioning:simulator"))]


class _Live(_Looking, PanelPage):
    """A piece of the front panel that renews itself."""

    abstract = True
    pieces: tuple[str, ...] = ()

    def version(self) -> str:
        """As the simulator tells it: what was not seen changed is not shown again."""
        self.seen = super().context()
        panel = self.seen["panel"] or {}
        return json.dumps(
            [self.seen.get("trouble"), *(panel.get(piece) for piece in self.pieces)], default=str
        )

    def context(self) -> dict[str, Any]:
        """What was just asked."""
        return self.seen


class FacePanel(_Live):
    """Screen and lamp."""

    title = _("Screen")
    template = fragment = "provisioning/panels/face.html"
    pieces = ("clock", "lamp", "typed", "screen", "online")


class KnowsPanel(_Live):
    """What the device holds."""

    title = _("What it knows")
    template = fragment = "provisioning/panels/knows.html"
    pieces = ("knows",)


class WirePanel(_Live):
    """The last messages."""

    title = _("On the wire")
    template = fragment = "provisioning/panels/wire.html"
    pieces = ("wire",)


class FrontPanelAct(_Looking, ActionPage):
    """Something a person does at the device, or a switch to make it misbehave."""

    confirm = False
    label = pgettext("at a device", "Act")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """There is no question to this: back to the panel."""
        return HttpResponseRedirect(self.success([self.row]))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Do it; the screen shows what came of it."""
        self.row  # noqa: B018 - a foreign device is a 404
        try:
            front_panel.do(device=self.row, words=request.POST.dict())
        except (Refused, NotAnswering) as error:
            return self._shown(str(error))
        return self._shown("")

    def _shown(self, refusal: str) -> HttpResponseBase:
        if self.wants_fragment:
            return HttpResponse(self.render("provisioning/panels/face.html", refusal=refusal).content)
        return HttpResponseRedirect(self.success([self.row]))

    def success(self, rows: list[Any]) -> str:
        """Back to the panel."""
        return reverse("provisioning:panel", args=[rows[0].pk])
