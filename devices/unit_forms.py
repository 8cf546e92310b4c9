"""An apartment together with its indoor monitor: what the Basic plan of a community asks for (S2)."""

from __future__ import annotations

from typing import Any

from django import forms

from sites import services as sites
from sites.forms import UnitAddForm
from sites.models import Unit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.forms import Group
from smartplus.kernel.widgets import Code
from smartplus.kernel.words import _

from . import services
from .models import DeviceKind
from .services.macs import plain_mac

RELAYS = ("relay_1", "relay_2")
RELAY_HELP = _("What the monitor’s own relay switches, such as Garden light. Blank: off.")


class MonitoredUnitForm(UnitAddForm):
    """A new apartment, its indoor monitor, and its family master now or later."""

    monitor_mac = forms.CharField(
        label="MAC", max_length=17, widget=Code, help_text=_("12 characters; it must be in your MAC library.")
    )
    monitor_name = forms.CharField(
        label=_("Location"), max_length=64, help_text=_("Where it hangs, such as Hall: it is called so.")
    )
    network_group = forms.IntegerField(
        label=_("Network group"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=_("Devices of one building share a network group."),
    )

    relay_1 = forms.CharField(label=_("Relay 1"), max_length=64, required=False, help_text=RELAY_HELP)
    relay_2 = forms.CharField(label=_("Relay 2"), max_length=64, required=False, help_text=RELAY_HELP)

    groups = (
        *UnitAddForm.groups[:1],
        Group(
            _("Indoor monitor"), ("monitor_mac", "monitor_name", "network_group", *RELAYS),
            help=_("In the Basic plan each apartment has one."),
        ),
        *UnitAddForm.groups[1:],
    )  # fmt: skip

    def clean_monitor_mac(self) -> str:
        """The MAC as the library writes it."""
        try:
            return plain_mac(self.cleaned_data["monitor_mac"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def new_unit(self, values: dict[str, Any]) -> sites.NewUnit:
        """The monitor comes in the same transaction."""
        return super().new_unit({**values, "monitored": True})

    def perform(self) -> Unit:
        """Add the apartment with its master, then hang up the monitor with its relays."""
        unit = super().perform()
        given = self.cleaned_data
        monitor = services.NewDevice(
            mac=given["monitor_mac"], kind=DeviceKind.INDOOR_MONITOR, name=given["monitor_name"],
            building_id=unit.building_id, unit_id=unit.pk, network_group=given["network_group"],
        )  # fmt: skip
        try:
            (hung,) = services.add_devices(scope=self.scope, site=self.within["site"], rows=[monitor])
        except RefusedMany as refused:
            (only,) = refused.rows.values()
            field = {"mac": "monitor_mac", "name": "monitor_name"}.get(only.field or "", only.field)
            raise Refused(only.message, field=field, code=only.code) from refused
        for number, name in enumerate(RELAYS, start=1):
            if called := given[name]:
                to = services.RelayChange(called)
                services.add_relay(scope=self.scope, device=hung, to=to, number=number)
        return unit
