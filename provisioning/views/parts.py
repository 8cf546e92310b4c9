"""Panels of the device page: what is in sync, and how the device reaches us."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.permissions import Can
from devices.models import Device
from devices.views.inventory import device_crumbs
from provisioning.queries.parts import part_lines, parts_version
from provisioning.services import again, secrets_once
from provisioning.services.accounts import rotate_secret
from smartplus.kernel.pages import ActionPage, DetailPage, Link, PanelPage
from smartplus.kernel.words import _


class SyncPanel(PanelPage):
    """What we want of each part, and what the device proved."""

    model = Device
    needs = Can.DEVICES_VIEW
    title = _("What we want, what it reports")
    template = "provisioning/panels/sync.html"
    related = ("now",)
    poll = 2
    actions = (Link("provisioning:push_again", _("Push all again"), icon="refresh-cw"),)

    def version(self) -> str:
        """Changes with each step of a part."""
        return parts_version(self.row.pk)

    def context(self) -> dict[str, Any]:
        """The ledger."""
        return {"lines": part_lines(self.row)}


class PushAgain(ActionPage):
    """Tell a device everything once more."""

    model = Device
    needs = Can.DEVICES_COMMAND
    confirm = False
    label = _("Push all again")

    def act(self, row: Device) -> None:
        """All parts."""
        again.push_again(scope=self.scope, device=row)

    def done(self, rows: list[Any]) -> str:
        """The toast."""
        return _("{device} is told everything again").format(device=rows[0])


class ConnectionPanel(PanelPage):
    """What an installer enters at the device so that it reaches us."""

    model = Device
    needs = Can.DEVICES_EDIT
    title = _("Connection")
    template = "provisioning/panels/connection.html"
    related = ("now",)
    poll = 0
    actions = (Link("provisioning:secret_new", _("New password…"), icon="key-round"),)

    def context(self) -> dict[str, Any]:
        """Where it connects and as whom."""
        mac = self.row.mac
        return {
            "broker": settings.DEVICE_MQTT_URL,
            "autop": f"{settings.DEVICE_HTTP_URL}/d/autop/{mac}.cfg",
        }


class SecretNew(ActionPage):
    """Give a device a new password."""

    model = Device
    needs = Can.DEVICES_EDIT
    title = _("New password for {0}?")
    label = _("Make a new password")
    related = ("site",)

    def explain(self, row: Device) -> list[str]:
        """What follows."""
        return [
            _("The old password stops working at once."),
            _("The device is off line until the new one is entered there."),
            _("The new one is shown once."),
        ]

    def act(self, row: Device) -> None:
        """Make it, and let the next page show it."""
        secret = rotate_secret(scope=self.scope, device=row)
        secrets_once.keep_for_showing(scope=self.scope, device=row, secret=secret)

    def success(self, rows: list[Any]) -> str:
        """On to where it is shown."""
        return reverse("provisioning:secret", args=[rows[0].pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        return device_crumbs(self.row, (self.row.name, reverse("devices:detail", args=[self.row.pk])))


class SecretShown(DetailPage):
    """The new password of a device, once."""

    model = Device
    needs = Can.DEVICES_EDIT
    title = _("Password of the device")
    template = "provisioning/secret.html"
    related = ("site",)
    width = "read"

    def context(self) -> dict[str, Any]:
        """Taken out by being read."""
        return {"secret": secrets_once.take_for_showing(scope=self.scope, device=self.row)}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        return device_crumbs(self.row, (self.row.name, reverse("devices:detail", args=[self.row.pk])))
