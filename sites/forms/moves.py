"""Where somebody moves to, and when somebody moves out."""

from __future__ import annotations

from typing import Any

from django import forms

from sites import queries
from sites.models import Building, Residency, Unit
from sites.services import moves
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.widgets import Radios, Switch
from smartplus.kernel.words import _, filled
from smartplus.kernel.zones import describe

from .moments import MomentField
from .residents import FAMILY, offer_apartments

KINDS = Residency.Kind


class MoveForm(ScopedForm):
    """Another apartment of the same community, and as what somebody lives there."""

    building = forms.ModelChoiceField(Building.objects.all(), label=_("Building"))
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("APT"))
    kind = forms.ChoiceField(label=_("Account type there"), choices=FAMILY, widget=Radios)
    family = forms.BooleanField(
        label=_("The family comes along"), required=False, initial=True, widget=Switch,
        help_text=_("Off: the family members stay, without a family master until another one moves in."),
    )  # fmt: skip

    refresh = ("building", "unit")
    groups = (Group(_("New apartment"), ("building", "unit")), Group(_("Family"), ("kind", "family")))

    def setup(self) -> None:
        """Apartments of the chosen building, with who is at home in the chosen one."""
        offer_apartments(self)
        if not moves.members_of(self.row):
            del self.fields["family"]
        chosen = str(self.current("unit") or "")
        if chosen.isdigit():
            self._tell_of(int(chosen[:18]))

    def _tell_of(self, unit_id: int) -> None:
        units: Any = self.fields["unit"]
        master = queries.living_master_of(units.queryset.filter(pk=unit_id).first())
        self.fields["kind"].help_text = (
            filled(_("The family master there is {name}."), name=master.full_name)
            if master is not None and master.pk != self.row.pk
            else _("This apartment has no family master.")
        )

    def perform(self) -> Residency:
        """Move."""
        given = self.cleaned_data
        to = moves.Move(given["unit"].pk, given["kind"], given.get("family", True))
        return moves.move_person(scope=self.scope, person=self.row, to=to)[0]


class MoveOutForm(ScopedForm):
    """Now, or at a moment to come."""

    when = forms.ChoiceField(
        label=_("When"), widget=Radios, initial="now", choices=[("now", _("Now")), ("at", _("At this time:"))]
    )
    at = MomentField(label=_("Move-out"), required=False)
    family = forms.BooleanField(
        label=_("The family moves out too"), required=False, initial=True, widget=Switch
    )

    def setup(self) -> None:
        """The family is asked about where there is one."""
        zone = self.row.site.time_zone
        at: Any = self.fields["at"]
        at.zone, at.help_text = zone, _("Time of the site, {zone}.").format(zone=describe(zone))
        if not moves.members_of(self.row):
            del self.fields["family"]

    def clean(self) -> dict[str, Any]:
        """A time where one is chosen."""
        given = super().clean() or self.cleaned_data
        if given.get("when") == "at" and not given.get("at") and "at" not in self.errors:
            self.add_error("at", _("Type a day and a time."))
        return given

    def apply(self) -> list[Residency]:
        """Let the lease end."""
        given = self.cleaned_data
        at = given["at"] if given["when"] == "at" else None
        return moves.move_out(scope=self.scope, person=self.row, at=at, family=given.get("family", True))
