"""Telling a device to do something once."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from devices import queries, services
from devices.forms import AutopForm, OneTimeAutopForm, ResetForm
from devices.models import Command, Device
from smartplus.kernel.pages import ActionPage, FormPage, Link, PanelPage
from smartplus.kernel.words import _

from .inventory import device_crumbs


class CommandsPanel(PanelPage):
    """The last orders to a device and their results."""

    model = Device
    needs = Can.DEVICES_COMMAND
    title = _("Commands")
    template = "devices/panels/commands.html"
    poll = 2

    def version(self) -> str:
        """Changes with each order and result."""
        return queries.commands_version(self.row)

    def context(self) -> dict[str, Any]:
        """The newest ten."""
        return {"commands": queries.last_commands(self.row)}


class DeviceReboot(ActionPage):
    """Restart a device."""

    model = Device
    needs = Can.DEVICES_COMMAND
    label = _("Reboot")
    title = _("Reboot {0}?")

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def explain(self, row: Device) -> list[str]:
        """What happens."""
        return [
            _("It is away for about a minute. Who may open stays as it is."),
            _("Void if it does not start within 60 s."),
        ]

    def act(self, row: Device) -> None:
        """Order it."""
        services.order_command(scope=self.scope, device=row, verb=Command.Verb.REBOOT)

    def success(self, rows: Any) -> str:
        """To the device, where the result shows."""
        return reverse("devices:detail", args=[self.row.pk])


class DeviceReset(DeviceReboot):
    """Make a device forget."""

    label = _("Reset device")
    title = _("Reset {0}?")
    tone = "danger"
    form_class = ResetForm

    def explain(self, row: Device) -> list[str]:
        """What goes."""
        return [
            _("Configuration: relays, AutoP and contacts are sent again."),
            _("Everything: PINs, cards and schedules too; doors stay shut until they are sent again."),
            _("One-time AutoP commands that wait are dropped."),
        ]

    def act(self, row: Device) -> None:
        """Order it."""
        extent = self.form.cleaned_data["extent"]
        services.order_command(scope=self.scope, device=row, verb=Command.Verb.RESET, args={"scope": extent})


class DeviceAutop(FormPage):
    """Regular AutoP commands of a device."""

    model = Device
    needs = Can.AUTOP
    form_class = AutopForm
    related = ("site",)
    submit = _("Save commands")
    actions = (Link("devices:autop_once", _("One-time commands"), icon="zap"),)

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def title(self) -> str:
        """Which device."""
        return _("AutoP of {name}").format(name=self.row.name)

    def lead(self) -> str:
        """What regular means."""
        return _("These lines stay in the device's configuration and are served at each AutoP.")

    def initial(self) -> dict[str, Any]:
        """As they are."""
        return {"lines": "\n".join(f"{line.key} = {line.value}" for line in self.row.autop_lines.all())}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        return device_crumbs(self.row, (self.row.name, reverse("devices:detail", args=[self.row.pk])))


class DeviceAutopOnce(DeviceAutop):
    """AutoP commands served once."""

    form_class = OneTimeAutopForm
    submit = _("Send once")
    actions = (Link("devices:autop", _("Regular commands"), icon="repeat"),)

    def title(self) -> str:
        """Which device."""
        return _("One-time AutoP of {name}").format(name=self.row.name)

    def lead(self) -> str:
        """What one-time means."""
        return _("Served once; dropped by a reset, void after 7 days.")

    def initial(self) -> dict[str, Any]:
        """Empty: nothing to start from."""
        return {}
