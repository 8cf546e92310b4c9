"""Apartments that come with an indoor monitor."""

from devices.unit_forms import MonitoredUnitForm
from sites.views.units import UnitAdd


class MonitoredUnitAdd(UnitAdd):
    """A new apartment of a community with the Basic plan."""

    form_class = MonitoredUnitForm

    def allowed(self) -> bool:
        """Where each apartment comes with one."""
        return self.site.needs_monitors
