"""Apartments: changed one by one, or many at once."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Role
from sites import services
from sites.models import Site, Unit
from sites.services.plans import quiet_because
from sites.services.validity import MOST_MEMBERS
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.widgets import Switch
from smartplus.kernel.words import _, pgettext

from .moments import SPAN, LeaseFields, at_site, changed_span
from .parts import PHONES, taken
from .places import UnitFields

NO_SPAN = {"valid_from": None, "valid_until": None, "auto_delete": False}
BOUNDS_MISSING = _("Say from when or until when.")
DELETES = _("At the end the people of the apartment are deleted with their logins, PINs and cards.")
LEAVE = ("", _("Leave as it is"))
SET, OFF = "set", "off"


def limits_families(scope: Any, site: Site) -> bool:
    """Whether the size of families is this reader's to limit."""
    return scope.role != Role.PROPERTY_MANAGER or not quiet_because(site)


def deletes_people(scope: Any, site: Site) -> bool:
    """Whether this reader may let accounts be deleted."""
    return bool(scope.role != Role.PROPERTY_MANAGER or site.managers_delete_people)


class UnitForm(LeaseFields, UnitFields, ScopedForm):
    """Change an apartment, or the home of a house."""

    valid_time = forms.BooleanField(
        label=_("Set valid time"), required=False, widget=Switch,
        help_text=_("For a lease: before and after it the app and everything that opens a door rest."),
    )  # fmt: skip
    auto_delete = forms.BooleanField(
        label=_("Auto-delete the accounts at its end"), required=False, widget=Switch, help_text=DELETES
    )
    member_limit = forms.IntegerField(
        label=_("Family member limit"), required=False, min_value=0, max_value=MOST_MEMBERS,
        help_text=_("How many members the family master may have. Blank: no limit."),
    )  # fmt: skip

    refresh = ("valid_time",)
    groups = (
        Group(_("Apartment"), ("number", "name")),
        Group(_("Calls"), ("call_type", *PHONES)),
        Group(_("Valid time"), ("valid_time", *SPAN, "auto_delete")),
        Group(_("Family"), ("member_limit",)),
    )

    def setup(self) -> None:
        """Leave out what does not count here: the number of a house's home, times that are off."""
        site: Site = self.within["site"]
        at_site(self, site)
        self.fields["valid_from"].label, self.fields["valid_until"].label = _("From"), _("Until")
        left_out = set() if self.row.building_id else {"number"}
        if not self.current("valid_time"):
            left_out |= NO_SPAN.keys()
        if not deletes_people(self.scope, site):
            left_out.add("auto_delete")
        if not limits_families(self.scope, site):
            left_out.add("member_limit")
        for name in left_out:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A valid time has a beginning or an end."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("valid_time") and not any(cleaned.get(name) or name in self.errors for name in SPAN):
            self.add_error("valid_until", BOUNDS_MISSING)
        return cleaned

    def perform(self) -> Unit:
        """Change it."""
        values = taken(self, ("number", "name", "call_type", *PHONES, "auto_delete", "member_limit"))
        span = changed_span(self) if self.cleaned_data["valid_time"] else NO_SPAN
        return services.change_unit(scope=self.scope, unit=self.row, **values, **span)


class UnitsForm(LeaseFields, ScopedForm):
    """The same changes for many apartments; whatever is not chosen is left as it is."""

    call_type = forms.TypedChoiceField(
        label=_("Call type"), choices=[LEAVE, *Unit.CallType.choices], coerce=int, required=False,
        empty_value=None,
    )  # fmt: skip
    valid_time = forms.ChoiceField(
        label=_("Valid time"), required=False,
        choices=[LEAVE, (SET, _("From and until as below")), (OFF, pgettext("valid time", "Off"))],
    )  # fmt: skip
    auto_delete = forms.ChoiceField(
        label=_("Auto-delete the accounts at its end"), required=False, help_text=DELETES,
        choices=[LEAVE, (SET, pgettext("auto-delete", "On")), (OFF, pgettext("auto-delete", "Off"))],
    )  # fmt: skip
    limit = forms.ChoiceField(
        label=_("Family member limit"), required=False,
        choices=[LEAVE, (SET, _("At most as below")), (OFF, _("No limit"))],
    )  # fmt: skip
    member_limit = forms.IntegerField(
        label=_("Family members at most"), required=False, min_value=0, max_value=MOST_MEMBERS
    )

    groups = (
        Group(_("Calls"), ("call_type",)),
        Group(_("Valid time"), ("valid_time", *SPAN, "auto_delete")),
        Group(_("Family"), ("limit", "member_limit")),
    )

    def setup(self) -> None:
        """What this reader may change."""
        site: Site = self.within["site"]
        at_site(self, site)
        self.fields["valid_from"].label, self.fields["valid_until"].label = _("From"), _("Until")
        if not deletes_people(self.scope, site):
            del self.fields["auto_delete"]
        if not limits_families(self.scope, site):
            del self.fields["limit"], self.fields["member_limit"]

    def clean(self) -> dict[str, Any]:
        """Times and a number count only where their choice says so; something has to be chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._judge("valid_time", SPAN, BOUNDS_MISSING)
        if "limit" in self.fields:
            self._judge("limit", ("member_limit",), _("Say how many."))
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("Choose at least one change."), code="nothing")
        return cleaned

    def _judge(self, choice: str, details: tuple[str, ...], missing: str) -> None:
        if any(name in self.errors for name in details):
            return
        given = any(self.cleaned_data.get(name) is not None for name in details)
        if self.cleaned_data.get(choice) == SET and not given:
            self.add_error(details[-1], missing)
        elif self.cleaned_data.get(choice) != SET and given:
            self.add_error(choice, _("Choose here that what is typed below counts, or empty it."))

    def changes(self) -> dict[str, Any]:
        """The fields of an apartment that change, with their values."""
        cleaned, made = self.cleaned_data, {}
        if cleaned.get("call_type") is not None:
            made["call_type"] = cleaned["call_type"]
        if cleaned.get("valid_time"):
            made |= {name: cleaned[name] for name in SPAN} if cleaned["valid_time"] == SET else NO_SPAN
        if cleaned.get("auto_delete"):
            made["auto_delete"] = cleaned["auto_delete"] == SET
        if cleaned.get("limit"):
            made["member_limit"] = cleaned["member_limit"] if cleaned["limit"] == SET else None
        return made
