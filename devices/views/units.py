"""Apartments that come with an indoor monitor."""

from devices.unit_forms import MonitoredUnitForm
from sites.views.units import UnitAdd


class MonitoredUnitAdd(UnitAdd):
    """A new apartment with its indoor monitor: the way to add one in the Basic plan."""

    form_class = MonitoredUnitForm

    def allowed(self) -> bool:
        """In any plan: only without a monitor the Basic plan takes no apartment."""
        return True
