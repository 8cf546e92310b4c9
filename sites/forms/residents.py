"""People: one form that shows what the kind of site asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from sites import services
from sites.fields import PhoneField, TextField
from sites.models import Building, Residency, Site, Unit
from sites.services.linked import KEPT, OWN, linked_among
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.widgets import Radios, Switch
from smartplus.kernel.words import _

from .moments import SPAN, LeaseFields, at_site, changed_span
from .parts import PersonFields, taken

KINDS = Residency.Kind
FAMILY = [(KINDS.MASTER.value, KINDS.MASTER.label), (KINDS.MEMBER.value, KINDS.MEMBER.label)]
WORKFORCE = [(KINDS.STAFF.value, KINDS.STAFF.label), (KINDS.PERSONNEL.value, KINDS.PERSONNEL.label)]
FIXED = ("building", "unit", "kind")
OFFICE_ONLY = ("unique_id", "intercom", "call_type", "phone")


def offer_apartments(form: Any) -> None:
    """Apartments of the chosen building only: a big site has tens of thousands."""
    chosen = str(form.current("building") or "")
    units = form.fields["unit"]
    units.queryset = units.queryset.filter(building_id=int(chosen) if chosen.isdigit() else None)
    units.empty_label = _("Choose the building first") if not chosen else _("Choose the apartment")


class ResidentForm(LeaseFields, PersonFields, ScopedForm):
    """Somebody of an apartment, a house or a department; new, or there already."""

    building = forms.ModelChoiceField(Building.objects.all(), label=_("Building"))
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("APT"))
    kind = forms.ChoiceField(label=_("Account type"), choices=FAMILY, initial=KINDS.MASTER, widget=Radios)
    unique_id = TextField(most=32, label="ID", required=True, help_text=_("Once in the office."))
    intercom = forms.BooleanField(
        label=_("SmartPlus intercom feature"), required=False, initial=True, widget=Switch,
        help_text=_("Off: only indoor monitors and guard phones ring."),
    )  # fmt: skip
    call_type = forms.TypedChoiceField(
        label=_("Call type"), choices=Residency.CallType, coerce=int, initial=0
    )
    phone = PhoneField(required=False, label=_("Landline"), help_text=_("Receives calls."))
    remark = TextField(most=200, label=_("Remark"), help_text=_("Such as tenant or owner."))

    refresh = ("building",)
    groups = (
        Group(_("Place"), ("building", "unit", "kind")),
        Group(_("Lease"), SPAN),
        Group(_("Person"), ("first_name", "last_name", "unique_id", "remark")),
        Group(_("Login details"), ("email", "language", "country_code", "mobile")),
        Group(_("Calls"), ("intercom", "call_type", "phone")),
    )

    def setup(self) -> None:
        """Leave out what this kind of site does not ask for, and what cannot change."""
        if self.row is not None and linked_among([self.row]):
            for name in OWN:
                self.fields[name].disabled = True
            self.fields["email"].help_text = KEPT
        site: Site = self.within["site"]
        at_site(self, site)
        office = site.kind == Site.Kind.OFFICE
        for name in ("unit",) if office else OFFICE_ONLY:
            del self.fields[name]
        if office:
            self._for_office()
        elif self.row is not None:
            for name in FIXED:
                del self.fields[name]
        elif site.kind == Site.Kind.HOUSE:
            del self.fields["building"], self.fields["unit"]
        else:
            offer_apartments(self)

    def _for_office(self) -> None:
        building, kind = self.fields["building"], self.fields["kind"]
        building.label, kind.label = _("Department"), _("Identity")
        kind.choices = WORKFORCE  # type: ignore[attr-defined]
        kind.initial = KINDS.STAFF
        self.refresh = ()  # type: ignore[misc]

    def perform(self) -> Residency:
        """Add the person, or change what is there."""
        site: Site = self.within["site"]
        values = taken(self, [name for name in self.fields if name not in SPAN]) | changed_span(self)
        if self.row is not None:
            return services.change_resident(scope=self.scope, person=self.row, **values)
        values.setdefault("unit_id", None)
        return services.add_resident(scope=self.scope, site=site, row=services.NewResident(**values))
