"""What people type about devices."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation
from sites.models import Building, Site, Unit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Code, Switch, Tiles
from smartplus.kernel.words import _

from . import services
from .models import Command, Device, DeviceKind, MacEntry, Method, Relay
from .services.autop import parse_autop
from .services.devices import UNIT_KINDS
from .services.macs import plain_mac

PLACE_HELP = _("Contacts and default doors follow from it.")


class DevicePlaceForm(ScopedForm):
    """Name and place: shared by adding and changing."""

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("Shown in lists, in the app and in the door log.")
    )
    building = forms.ModelChoiceField(
        Building.objects.all(),
        label=_("Building"),
        required=False,
        empty_label=_("Public area"),
        help_text=_("Where it hangs."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Apartment"),
        empty_label=_("None"),
        help_text=_("For indoor monitors and single-tenant door phones."),
    )
    serves = forms.ModelMultipleChoiceField(
        Building.objects.all(),
        required=False,
        label=_("Serves"),
        help_text=_("Which buildings a device of the public area serves. None chosen: all."),
        widget=Tiles,
    )
    network_group = forms.IntegerField(
        label=_("Network group"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=_("Devices of one building share a network group."),
    )
    contacts_display = forms.ChoiceField(
        label=_("Contacts display"),
        choices=Device.ContactsDisplay,
        help_text=_("What a multi-tenant door phone of the public area lists."),
    )
    monitor_allowed = forms.BooleanField(
        required=False, initial=True, label=_("Allow users to monitor"), widget=Switch,
        help_text=_("Off: the app has no button to look through it; video in a call stays."),
    )  # fmt: skip
    call_allowed = forms.BooleanField(
        required=False, initial=True, label=_("Allow users to call"), widget=Switch
    )

    refresh = ("building",)

    def setup(self) -> None:
        site: Site = self.within["site"]
        office = site.kind == Site.Kind.OFFICE
        if site.kind == Site.Kind.HOUSE:
            for name in ("building", "serves", "contacts_display"):
                del self.fields[name]
        if office:
            del self.fields["unit"]
            self.fields["building"].label = _("Department")
        if "unit" in self.fields and "building" in self.fields:
            building = str(self.current("building") or "")
            units: Any = self.fields["unit"]
            units.queryset = units.queryset.filter(building_id=int(building) if building.isdigit() else None)

    def clean(self) -> dict[str, Any]:
        """A device of an apartment hangs in the apartment's building."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("serves") and cleaned.get("building"):
            self.add_error("serves", _("Only a device of the public area serves several buildings."))
        return cleaned

    def place(self) -> dict[str, Any]:
        """Building, unit and served buildings as ids."""
        cleaned = self.cleaned_data
        building, unit = cleaned.get("building"), cleaned.get("unit")
        if unit is not None and building is None:
            building = unit.building
        return {
            "building_id": building.pk if building else None,
            "unit_id": unit.pk if unit else None,
            "serves": tuple(b.pk for b in cleaned.get("serves") or ()),
        }


class DeviceAddForm(DevicePlaceForm):
    """A new device of a site."""

    mac = forms.CharField(
        label="MAC", max_length=17, widget=Code, help_text=_("12 characters; it must be in your MAC library.")
    )
    kind = forms.TypedChoiceField(label=_("Type"), choices=DeviceKind, coerce=int)

    groups = (
        Group(_("Device"), ("mac", "kind", "name")),
        Group(_("Place"), ("building", "unit", "serves", "network_group"), help=PLACE_HELP),
        Group(_("Use"), ("contacts_display", "monitor_allowed", "call_allowed")),
    )  # fmt: skip

    def clean_mac(self) -> str:
        """The MAC as the library writes it."""
        try:
            return plain_mac(self.cleaned_data["mac"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def perform(self) -> Device:
        """Hang it up; what goes beyond the plural form is changed right after, in the same transaction."""
        cleaned = self.cleaned_data
        new = services.NewDevice(
            mac=cleaned["mac"], kind=cleaned["kind"], name=cleaned["name"],
            network_group=cleaned["network_group"], **self.place(),
        )  # fmt: skip
        try:
            (device,) = services.add_devices(scope=self.scope, site=self.within["site"], rows=[new])
        except RefusedMany as refused:
            raise refused.rows[0] from refused
        use = {
            name: cleaned[name] for name in USE if name in cleaned and cleaned[name] != getattr(device, name)
        }
        if use:
            device = services.change_device(scope=self.scope, device=device, changes=use)
        return device


USE = ("contacts_display", "monitor_allowed", "call_allowed")


class DeviceChangeForm(DevicePlaceForm):
    """What an installer may change of a device; MAC, type and site stay."""

    groups = (
        Group(_("Device"), ("name",)),
        Group(_("Place"), ("building", "unit", "serves", "network_group"), help=PLACE_HELP),
        Group(_("Use"), ("contacts_display", "monitor_allowed", "call_allowed")),
    )  # fmt: skip

    def setup(self) -> None:
        super().setup()
        if "unit" in self.fields and self.row.kind not in UNIT_KINDS:
            del self.fields["unit"]
        if self.row.kind != DeviceKind.DOOR_PHONE:
            self.fields.pop("contacts_display", None)

    def perform(self) -> Device:
        """Change it in one go."""
        place = self.place()
        serves = place.pop("serves")
        changes = {
            name: self.cleaned_data[name] for name in ("name", "network_group", *USE) if name in self.fields
        }
        if "building" in self.fields:
            changes["building_id"] = place["building_id"]
        if "unit" in self.fields:
            changes["unit_id"] = place["unit_id"]
        return services.change_device(
            scope=self.scope,
            device=self.row,
            changes=changes,
            serves=serves if "serves" in self.fields else None,
        )


class DeviceAdjustForm(ScopedModelForm):
    """What a property manager may change of a device."""

    class Meta:
        model = Device
        fields = ("name", "contacts_display", "monitor_allowed", "call_allowed")
        widgets = {"monitor_allowed": Switch, "call_allowed": Switch}
        labels = {"name": _("Name"), "contacts_display": _("Contacts display")}

    def setup(self) -> None:
        public = self.row.building_id is None and self.row.unit_id is None
        if not (public and self.row.kind == DeviceKind.DOOR_PHONE):
            del self.fields["contacts_display"]

    def perform(self) -> Device:
        """Change it."""
        return services.adjust_device(scope=self.scope, device=self.row, changes=self.cleaned_data)


class RelayForm(ScopedModelForm):
    """An output of a device and what opens it."""

    methods = forms.MultipleChoiceField(
        choices=Method,
        required=False,
        label=_("Access methods"),
        widget=Tiles,
        help_text=_("A method opens only the relays where it is ticked."),
    )

    class Meta:
        model = Relay
        fields = ("name", "enabled", "methods", "dtmf", "hold_seconds")
        widgets = {"enabled": Switch, "dtmf": Code}
        labels = {"name": _("Name"), "enabled": _("Enabled"), "hold_seconds": _("Hold seconds")}
        help_texts = {
            "name": _("Usually the door's name; the app and the door log show it."),
            "enabled": _("Off: nothing opens it."),
            "dtmf": _("The key that opens it during a call: 0 to 9, * or #."),
        }

    groups = (
        Group(_("Relay"), ("name", "enabled")),
        Group(_("Opening"), ("methods", "dtmf", "hold_seconds")),
    )

    def perform(self) -> Relay:
        """Add or change the relay."""
        to = services.RelayChange(**self.cleaned_data)
        if self.row is None:
            return services.add_relay(scope=self.scope, device=self.within["device"], to=to)
        return services.change_relay(scope=self.scope, relay=self.row, to=to)


class AutopForm(ScopedForm):
    """Regular AutoP commands of a device."""

    lines = forms.CharField(
        required=False,
        label=_("Commands"),
        widget=forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"}),
        help_text=_("One a line: Config.Module.SECTION.Key = value. Lines beginning with # are left out."),
    )

    def clean_lines(self) -> list[tuple[str, str]]:
        """(key, value) pairs; the error names the line."""
        try:
            return parse_autop(self.cleaned_data["lines"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def perform(self) -> Device:
        """Keep them in the device's configuration."""
        services.save_autop(scope=self.scope, device=self.row, lines=self.cleaned_data["lines"])
        return self.row


class OneTimeAutopForm(AutopForm):
    """AutoP commands served once."""

    def clean_lines(self) -> list[tuple[str, str]]:
        """At least one command."""
        lines = super().clean_lines()
        if not lines:
            raise forms.ValidationError(_("Write at least one command."))
        return lines

    def perform(self) -> Device:
        """Order them; dropped by a reset, void after 7 days."""
        lines = [f"{key} = {value}" for key, value in self.cleaned_data["lines"]]
        services.order_command(
            scope=self.scope, device=self.row, verb=Command.Verb.AUTOP, args={"lines": lines}
        )
        return self.row


class ResetForm(ScopedForm):
    """How much is forgotten."""

    extent = forms.ChoiceField(
        label=_("Reset"),
        choices=(("config", _("Configuration")), ("factory", _("Everything (factory)"))),
        widget=forms.RadioSelect,
        initial="config",
    )


class MacAddForm(ScopedForm):
    """MACs for a library, one a line."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Library of"), empty_label=None)
    macs = forms.CharField(
        label=_("MACs"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
        help_text=_("One a line, with or without colons."),
    )

    def setup(self) -> None:
        choices: Any = self.fields["organisation"]
        choices.initial = self.scope.org_id
        if choices.queryset.count() == 1:
            choices.widget = forms.HiddenInput()

    def clean_macs(self) -> list[str]:
        """The lines that hold something."""
        lines = [line.strip() for line in self.cleaned_data["macs"].splitlines() if line.strip()]
        if len(lines) > 1000:
            raise forms.ValidationError(_("At most 1,000 at a time. Use the template for more."))
        return lines

    def perform(self) -> MacEntry:
        """Register them, all or none."""
        try:
            entries = services.add_macs(
                scope=self.scope,
                organisation=self.cleaned_data["organisation"],
                macs=self.cleaned_data["macs"],
            )
        except RefusedMany as refused:
            told = [
                _("Line {n}: {message}").format(n=index + 1, message=refusal.message)
                for index, refusal in list(refused.rows.items())[:20]
            ]
            raise Refused(" ".join(told), field="macs") from refused
        return entries[0]


class MacHandOverForm(ScopedForm):
    """To whose library."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("To the library of"))
