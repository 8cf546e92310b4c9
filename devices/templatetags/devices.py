"""Filters about devices."""

from django import template

from devices.models import Device, DeviceKind
from devices.queries import meter_of

register = template.Library()

_ICONS: dict[int, str] = {
    DeviceKind.DOOR_PHONE: "door-closed",
    DeviceKind.UNIT_DOOR_PHONE: "door-closed",
    DeviceKind.INDOOR_MONITOR: "tablet",
    DeviceKind.GUARD_PHONE: "phone",
    DeviceKind.ACCESS_CONTROL: "nfc",
}
_PORTRAITS: dict[int, str] = {
    DeviceKind.INDOOR_MONITOR: "monitor",
    DeviceKind.GUARD_PHONE: "guard",
    DeviceKind.ACCESS_CONTROL: "terminal",
}


@register.filter
def kind_icon(kind: int) -> str:
    """The icon of a device type."""
    return _ICONS.get(kind, "door-closed")


@register.filter
def kind_portrait(kind: int) -> str:
    """The portrait of a device type."""
    return _PORTRAITS.get(kind, "door-phone")


@register.filter
def meter(device: Device) -> dict[str, str]:
    """Part to state word; `syncs` should be prefetched in lists."""
    return meter_of(device.syncs.all())
