"""How lists of devices are narrowed."""

import django_filters

from accounts.models import Organisation
from sites.models import Building, Site
from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _

from .models import Device, DeviceKind, MacEntry


class DeviceFilter(ScopedFilterSet):
    """By site, building, type and connection."""

    site = django_filters.ModelChoiceFilter(queryset=Site.objects.all(), label=_("Site"))
    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label=_("Building"))
    kind = django_filters.ChoiceFilter(choices=DeviceKind, label=_("Type"), empty_label=_("All types"))

    class Meta:
        model = Device
        fields = ("site", "building", "kind")


class SiteDeviceFilter(ScopedFilterSet):
    """Within one site."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label=_("Building"))
    kind = django_filters.ChoiceFilter(choices=DeviceKind, label=_("Type"), empty_label=_("All types"))

    class Meta:
        model = Device
        fields = ("building", "kind")


class MacFilter(ScopedFilterSet):
    """By library."""

    organisation = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.all(), label=_("Organisation")
    )

    class Meta:
        model = MacEntry
        fields = ("organisation",)
