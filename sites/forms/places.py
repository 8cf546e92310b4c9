"""Buildings, departments and apartments."""

from __future__ import annotations

from typing import Any

from django import forms

from sites import services
from sites.fields import BUILDING_LENGTH, ApartmentField, NameField, TextField
from sites.models import Building, Site, Unit
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.words import _

from .parts import PERSON, PHONES, PersonFields, PhoneFields, taken


class BuildingForm(ScopedForm):
    """The name of a building or department."""

    name = NameField(most=BUILDING_LENGTH, label=_("Name"))

    def perform(self) -> Building:
        """Add it, or rename what is there."""
        name = self.cleaned_data["name"]
        if self.row:
            return services.rename_building(scope=self.scope, building=self.row, name=name)
        return services.add_building(scope=self.scope, site=self.within["site"], name=name)


class BuildingRemoveForm(ScopedForm):
    """The second question before a building goes."""

    typed_name = forms.CharField(label=_("Name"), max_length=BUILDING_LENGTH)

    def setup(self) -> None:
        """Say which name."""
        self.fields["typed_name"].label = _("Type “{name}” to be sure").format(name=self.row)
        self.fields["typed_name"].widget.attrs["autocomplete"] = "off"


class UnitFields(PhoneFields):
    """What is changed of an apartment."""

    number = ApartmentField(label=_("APT"), help_text=_("Letters, digits and #. Once in the building."))
    name = TextField(most=64, label=_("APT name"))
    call_type = forms.TypedChoiceField(
        label=_("Call type"), choices=Unit.CallType, coerce=int, initial=0, help_text=_("Who rings.")
    )


class UnitAddForm(UnitFields, PersonFields, ScopedForm):
    """A new apartment; its family master may come with it or later."""

    building = forms.ModelChoiceField(Building.objects.all(), label=_("Building"))

    groups = (
        Group(_("Apartment"), ("building", "number", "name")),
        Group(_("Calls"), ("call_type", *PHONES)),
        Group(_("Family master"), PERSON, help=_("Leave it blank to add the resident later."), closed=True),
    )

    def setup(self) -> None:
        """Nobody has to be added at once."""
        self.fields["first_name"].required = False

    def clean(self) -> dict[str, Any]:
        """Whoever fills in a part of the master needs a name for it."""
        cleaned = super().clean()
        told = ("last_name", "email", "country_code", "mobile")
        if any(cleaned.get(name) for name in told) and not cleaned.get("first_name"):
            self.add_error("first_name", _("Type a name."))
        return cleaned

    def new_unit(self, values: dict[str, Any]) -> services.NewUnit:
        """The apartment of these values."""
        return services.NewUnit(**values)

    def perform(self) -> Unit:
        """Add the apartment, then its master."""
        site: Site = self.within["site"]
        values = taken(self, ("building", "number", "name", "call_type", *PHONES))
        unit = services.add_units(scope=self.scope, site=site, rows=[self.new_unit(values)])[0]
        if self.cleaned_data["first_name"]:
            master = services.NewResident(kind="master", unit_id=unit.pk, **taken(self, PERSON))
            services.add_resident(scope=self.scope, site=site, row=master)
        return unit
