"""How lists of places and people are narrowed."""

from typing import Any

import django_filters

from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _

from . import queries
from .leases import Lease, lease_q
from .models import Building, Residency, Site


class UnitFilter(ScopedFilterSet):
    """Apartments of one building."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label=_("Building"))


class ResidentFilter(ScopedFilterSet):
    """People by place, kind and state."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label=_("Building"))
    apt = django_filters.CharFilter(method="of_apartment", label=_("APT"))
    kind = django_filters.ChoiceFilter(choices=Residency.Kind, label=_("Account type"))
    account_state = django_filters.ChoiceFilter(choices=Residency.AccountState, label=_("Account status"))
    app_state = django_filters.ChoiceFilter(choices=Residency.AppState, label=_("App status"))

    lease = django_filters.ChoiceFilter(choices=Lease, method="by_lease", label=_("Lease"))

    def by_lease(self, rows: Any, name: str, state: str) -> Any:
        """People whose lease is in this state."""
        return rows.filter(lease_q(state))

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
            form.fields["building"].label, form.fields["kind"].label = _("Department"), _("Identity")
        for name in ("apt",) if office else ("building", "apt") if house else ():
            del form.fields[name]


class EndUserFilter(ScopedFilterSet):
    """What the search looks into, and whether family masters or members."""

    by = django_filters.ChoiceFilter(method="as_it_is", label=_("Search in"), empty_label=_("Search in all"))
    kind = django_filters.ChoiceFilter(
        choices=Residency.Kind, label=_("Account type"), empty_label=_("All account types")
    )

    def as_it_is(self, rows: Any, name: str, value: str) -> Any:
        """The search itself asks for it."""
        return rows

    def setup(self, form: Any) -> None:
        """An office has no families; its projects are found by name."""
        office = self.data.get("view") == Site.Kind.OFFICE
        found = [("sip", "SIP"), ("name", _("Name")), ("email", _("Email")), ("mobile", _("Mobile number"))]
        last = ("site", _("Commercial name")) if office else ("master", _("Family master"))
        form.fields["by"].choices = [*found, ("installer", _("Installer")), last]
        if office:
            del form.fields["kind"]
        else:
            kinds = (Residency.Kind.MASTER, Residency.Kind.MEMBER)
            form.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
