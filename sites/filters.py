"""How lists of places and people are narrowed."""

from typing import Any

import django_filters

from smartplus.kernel.filters import ScopedFilterSet

from . import queries
from .models import Building, Residency, Site


class UnitFilter(ScopedFilterSet):
    """Apartments of one building."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label="Building")


class ResidentFilter(ScopedFilterSet):
    """People by place, kind and state."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label="Building")
    apt = django_filters.CharFilter(method="of_apartment", label="APT")
    kind = django_filters.ChoiceFilter(choices=Residency.Kind, label="Account type")
    account_state = django_filters.ChoiceFilter(choices=Residency.AccountState, label="Account status")
    app_state = django_filters.ChoiceFilter(choices=Residency.AppState, label="App status")

    def of_apartment(self, rows: Any, name: str, number: str) -> Any:
        """People of the apartments of this number."""
        return queries.of_apartment(rows, number)

    def setup(self, form: Any) -> None:
        """Offer what there is on this kind of site."""
        site: Any = self.places.get("site")
        if site is None:
            return
        office, house = site.kind == Site.Kind.OFFICE, site.kind == Site.Kind.HOUSE
        kinds = Residency.Kind
        left = (kinds.STAFF, kinds.PERSONNEL) if office else (kinds.MASTER, kinds.MEMBER)
        form.fields["kind"].choices = [(kind.value, kind.label) for kind in left]
        if office:
            form.fields["building"].label, form.fields["kind"].label = "Department", "Identity"
        for name in ("apt",) if office else ("building", "apt") if house else ():
            del form.fields[name]


class EndUserFilter(ScopedFilterSet):
    """What the search looks into, and whether family masters or members."""

    by = django_filters.ChoiceFilter(method="as_it_is", label="Search in", empty_label="Search in all")
    kind = django_filters.ChoiceFilter(
        choices=Residency.Kind, label="Account type", empty_label="All account types"
    )

    def as_it_is(self, rows: Any, name: str, value: str) -> Any:
        """The search itself asks for it."""
        return rows

    def setup(self, form: Any) -> None:
        """An office has no families; its projects are found by name."""
        office = self.data.get("view") == Site.Kind.OFFICE
        found = [("sip", "SIP"), ("name", "Name"), ("email", "Email"), ("mobile", "Mobile number")]
        last = ("site", "Commercial name") if office else ("master", "Family master")
        form.fields["by"].choices = [*found, ("installer", "Installer"), last]
        if office:
            del form.fields["kind"]
        else:
            kinds = (Residency.Kind.MASTER, Residency.Kind.MEMBER)
            form.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
