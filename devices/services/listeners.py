"""What follows here from what sites announce."""

from devices.models import Device, DeviceKind
from sites.events import MonitoredUnitsLeaving

from .devices import take_out


def monitored_units_leaving(news: MonitoredUnitsLeaving) -> None:
    """Nobody could take out the last indoor monitor of an apartment: it goes with the apartment."""
    monitors = Device.objects.filter(kind=DeviceKind.INDOOR_MONITOR, unit__in=news.unit_ids)
    take_out(scope=news.scope, devices=list(monitors))
