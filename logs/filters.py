"""How logs are narrowed."""

import django_filters
from django.db.models import QuerySet

from accounts.models import AuditEntry
from sites.models import Building
from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _, pgettext

from .models import DoorLog
from .queries import at_devices
from .verbs import AREAS


class DoorLogFilter(ScopedFilterSet):
    """By time, place, person and outcome."""

    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=pgettext("a day", "From")
    )
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=pgettext("a day", "To"))
    building = django_filters.ModelChoiceFilter(
        queryset=Building.objects.all(), label=_("Building"), empty_label=_("All buildings")
    )
    # Words, not a choice: ten thousand devices in a drop-down cost more than the page itself.
    device = django_filters.CharFilter(method="filter_device", label=_("Device"))
    method = django_filters.ChoiceFilter(
        choices=DoorLog.Method, label=pgettext("a way to open", "By"), empty_label=_("Any method")
    )
    response = django_filters.ChoiceFilter(
        choices=DoorLog.Response, label=pgettext("a door", "Response"), empty_label=_("Any response")
    )

    class Meta:
        model = DoorLog
        fields = ("since", "until", "building", "device", "method", "response")

    def filter_device(self, rows: "QuerySet[DoorLog]", name: str, value: str) -> "QuerySet[DoorLog]":
        """At devices that are found by these words."""
        return at_devices(rows, value, self.scope)


class OperationFilter(ScopedFilterSet):
    """By time and subject of the change."""

    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=pgettext("a day", "From")
    )
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=pgettext("a day", "To"))
    about = django_filters.ChoiceFilter(
        choices=[(area, label) for area, label in AREAS.items()],
        method="filter_about",
        label=pgettext("a log", "About"),
        empty_label=_("Everything"),
    )

    class Meta:
        model = AuditEntry
        fields = ("since", "until", "about")

    def filter_about(self, rows: "QuerySet[AuditEntry]", name: str, value: str) -> "QuerySet[AuditEntry]":
        """Verbs begin with what they are about."""
        return rows.filter(verb__startswith=f"{value}.")
