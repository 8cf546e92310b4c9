"""How lists of devices are narrowed."""

import django_filters

from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _

from .models import Device, DeviceKind, MacEntry


class DeviceFilter(ScopedFilterSet):
    """By site, building, type and connection."""

    kind = django_filters.ChoiceFilter(choices=DeviceKind, label=_("Type"), empty_label=_("All types"))

    class Meta:
        model = Device
        fields = ("site", "building", "kind")


class SiteDeviceFilter(ScopedFilterSet):
    """Within one site."""

    kind = django_filters.ChoiceFilter(choices=DeviceKind, label=_("Type"), empty_label=_("All types"))

    class Meta:
        model = Device
        fields = ("building", "kind")


class MacFilter(ScopedFilterSet):
    """By library."""

    class Meta:
        model = MacEntry
        fields = ("organisation",)
