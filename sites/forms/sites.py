"""Sites: one form for communities and offices, one for a house with its family master."""

from __future__ import annotations

from typing import Any

from django import forms

from sites import services
from sites.countries import country_choices
from sites.fields import NameField, TextField
from sites.models import Site, Unit
from sites.services.plans import FIXED, quiet_because
from sites.services.sites import MOST_APARTMENTS, changeable, settable
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.widgets import Radios, Switch
from smartplus.kernel.words import _, filled
from smartplus.kernel.zones import TimeZoneField

from .parts import PERSON, PHONES, PersonFields, PhoneFields, taken

CLOCKS = ((True, _("24 hours (17:30)")), (False, _("12 hours (5:30 PM)")))
PREMIUM, BASIC = Site.FeaturePlan.PREMIUM, Site.FeaturePlan.BASIC
PREMIUM_HELP = _("Property managers set PINs, the PIN mode and how many members a family has.")
BASIC_HELP = _("They set cards and access groups only, and each apartment needs an indoor monitor.")
PREMIUM_OFFICE_HELP = _("Property managers set PINs, cards and access groups.")
BASIC_OFFICE_HELP = _("They set cards and access groups only.")


def plans(premium: str, basic: str) -> tuple[tuple[str, str], ...]:
    """The feature plans, each with what it means below."""
    return (
        (PREMIUM.value, filled("{plan}\n{help}", plan=PREMIUM.label, help=premium)),
        (BASIC.value, filled("{plan}\n{help}", plan=BASIC.label, help=basic)),
    )


ADDRESS = ("street", "city", "post_code", "state", "country")
TIME = ("time_zone", "hours_24", "date_format")


def countries() -> list[tuple[str, str]]:
    """Countries for a drop-down, the empty one first."""
    return [("", _("Not said")), *country_choices()]


class PlaceFields(forms.Form):
    """Name, address and clock of any site."""

    name = NameField(label=_("Name"), help_text=_("As people call it. Once among your sites."))
    street = TextField(most=128, label=_("Street"))
    city = TextField(most=64, label=_("City"))
    post_code = TextField(most=16, label=_("Post code"))
    state = TextField(most=64, label=_("State or province"))
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)
    time_zone = TimeZoneField(
        help_text=_("Schedules of doors and all shown times follow it. Type the city to find it."),
    )
    hours_24 = forms.TypedChoiceField(
        label=_("Time format"), choices=CLOCKS, coerce=lambda value: str(value) == "True", initial=True,
        widget=Radios,
    )  # fmt: skip
    date_format = forms.ChoiceField(
        label=_("Date format"), choices=Site.DateFormat, initial=Site.DateFormat.YMD
    )


class SiteForm(PlaceFields, ScopedForm):
    """A community; without what only apartments have, an office."""

    kind = Site.Kind.COMMUNITY.value

    apartments_planned = forms.IntegerField(
        label=_("Number of apartments"), required=False, min_value=1, max_value=MOST_APARTMENTS,
        help_text=_("How many the community has when all are set up. Blank: not said."),
    )  # fmt: skip
    feature_plan = forms.ChoiceField(
        label=_("Feature plan"), choices=plans(PREMIUM_HELP, BASIC_HELP), initial=PREMIUM, widget=Radios,
        help_text=_("Chosen now for good: it cannot be changed later."),
    )  # fmt: skip
    pin_mode = forms.ChoiceField(
        label=_("PIN mode"), choices=Site.PinMode, initial=Site.PinMode.PIN, widget=Radios,
        help_text=_("APT + PIN: the apartment’s number is typed first, such as 101 and 1234."),
    )  # fmt: skip
    access_control = forms.ChoiceField(
        label=_("Permission of access control"), choices=Site.AccessControl, initial=Site.AccessControl.ALL,
        widget=Radios, help_text=_("Only public area: residents open public doors only."),
    )  # fmt: skip
    managers_see_logs = forms.BooleanField(
        label=_("Log access"), required=False, initial=True, widget=Switch,
        help_text=_("Off: managers see no door log, call history or captures."),
    )  # fmt: skip
    managers_delete_people = forms.BooleanField(
        label=_("Delete account permission"), required=False, initial=True, widget=Switch,
        help_text=_("Off: managers cannot delete residents."),
    )  # fmt: skip

    groups = (
        Group(_("Site"), ("name", "apartments_planned", "feature_plan")),
        Group(_("Address"), ADDRESS),
        Group(_("Time"), TIME),
        Group(_("Doors"), ("pin_mode",)),
        Group(
            _("Property managers"),
            ("access_control", "managers_see_logs", "managers_delete_people"),
            help=_("What your installers leave to them."),
        ),
    )

    def setup(self) -> None:
        """The plan of a site that is there is shown only."""
        if self.row is not None and "feature_plan" in self.fields:
            self.fields["feature_plan"].disabled = True
            self.fields["feature_plan"].help_text = FIXED

    def perform(self) -> Site:
        """Add it, or change what is there."""
        if self.row:
            values = taken(self, changeable(self.kind))
            return services.change_site(scope=self.scope, site=self.row, **values)
        values = taken(self, settable(self.kind))
        return services.add_site(scope=self.scope, kind=self.kind, **values)


class OfficeForm(SiteForm):
    """An office: no apartments, so a PIN is always typed alone."""

    kind = Site.Kind.OFFICE.value
    pin_mode = None
    apartments_planned = None

    def setup(self) -> None:
        """The plans in an office's words."""
        super().setup()
        plan: Any = self.fields["feature_plan"]
        plan.choices = plans(PREMIUM_OFFICE_HELP, BASIC_OFFICE_HELP)


class SiteSettingsForm(PlaceFields, ScopedForm):
    """What a property manager changes of the site (S16)."""

    pin_mode = SiteForm.base_fields["pin_mode"]

    groups = (
        Group(_("Site"), ("name",)),
        Group(_("Address"), ADDRESS),
        Group(_("Time"), TIME),
        Group(_("Doors"), ("pin_mode",)),
    )

    def setup(self) -> None:
        """An office has no apartments to type; the Basic plan leaves the PIN mode to the installer."""
        SiteForm.setup(self)  # type: ignore[arg-type]
        if "pin_mode" not in changeable(self.row.kind) or quiet_because(self.row):
            del self.fields["pin_mode"]

    def perform(self) -> Site:
        """Change it."""
        values = taken(self, changeable(self.row.kind))
        return services.change_site(scope=self.scope, site=self.row, **values)


class HouseForm(PlaceFields, PersonFields, PhoneFields, ScopedForm):
    """A house, its home and its family master, on one page."""

    room_name = TextField(most=64, label=_("Room name"), help_text=_("Such as Garden house."))
    call_type = forms.TypedChoiceField(
        label=_("Call type"), choices=Unit.CallType, coerce=int, initial=0, help_text=_("Who rings.")
    )

    groups = (
        Group(_("House"), ("name", "room_name")),
        Group(_("Family master"), PERSON, help=_("Whom the login details go to.")),
        Group(_("Address"), ADDRESS),
        Group(_("Time"), TIME),
        Group(_("Calls"), ("call_type", *PHONES)),
    )

    setup = SiteForm.setup

    def perform(self) -> Site:
        """Add it, or change what is there."""
        parts: dict[str, Any] = {
            "values": taken(self, changeable(Site.Kind.HOUSE)),
            "home": {"name": self.cleaned_data["room_name"], **taken(self, ("call_type", *PHONES))},
            "master": taken(self, PERSON),
        }
        if self.row:
            return services.change_house(scope=self.scope, site=self.row, **parts)
        return services.add_house(scope=self.scope, **parts)
