"""Outputs of a device."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from devices import services
from devices.forms import RelayForm
from devices.models import Device, Relay
from smartplus.kernel.pages import ActionPage, FormPage, PanelPage, Within
from smartplus.kernel.words import _

from .inventory import device_crumbs


class RelaysPanel(PanelPage):
    """The relays of a device."""

    model = Device
    needs = Can.DEVICES_VIEW
    title = _("Relays")
    template = "devices/panels/relays.html"
    poll = 0

    def context(self) -> dict[str, Any]:
        """In the order of their numbers, with what the reader may do."""
        installer, manager = self.scope.can(Can.DEVICES_EDIT), self.scope.can(Can.DEVICES_ADJUST)
        change = "devices:relay_change" if installer else "devices:relay_adjust" if manager else ""
        return {"relays": self.row.relays.all(), "change": change, "remove": installer}


class RelayEdit(FormPage):
    """Add or change a relay."""

    model = Relay
    needs = Can.DEVICES_EDIT
    within = {"device": Within(Device, "device", related=("site", "now"))}
    form_class = RelayForm
    related = ("device__site",)
    submit = _("Save relay")

    def title(self) -> str:
        """Which relay."""
        return _("Edit {name}").format(name=self.row.name) if self.row else _("Add relay")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        return device_crumbs(
            self.device, (self.device.name, reverse("devices:detail", args=[self.device.pk]))
        )


class RelayAdjust(RelayEdit):
    """The same for property managers (D16)."""

    needs = Can.DEVICES_ADJUST


class RelayRemove(ActionPage):
    """Remove a relay."""

    model = Relay
    needs = Can.DEVICES_EDIT
    within = {"device": Within(Device, "device")}
    label = _("Remove relay")
    title = _("Remove {0}?")
    tone = "danger"
    related = ("device",)

    def explain(self, row: Relay) -> list[str]:
        """What goes."""
        return [_("It leaves all access groups; nobody opens it any more.")]

    def act(self, row: Relay) -> None:
        """Remove it."""
        services.remove_relay(scope=self.scope, relay=row)

    def success(self, rows: Any) -> str:
        """Back to the device."""
        return reverse("devices:detail", args=[self.device.pk])
