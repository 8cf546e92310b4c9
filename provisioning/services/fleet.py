"""What the simulator has to know: every device that hangs somewhere, with its secret.

Only for installations that name a simulator token.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import connection

from devices.models import Device, DeviceKind
from provisioning.protocol.checks import Json

# What a device is as long as it has not said so itself: (model, firmware).
USUAL = {
    DeviceKind.DOOR_PHONE: ("R29", "29.30.10.437"),
    DeviceKind.UNIT_DOOR_PHONE: ("R20", "20.30.4.216"),
    DeviceKind.INDOOR_MONITOR: ("C313", "313.30.10.225"),
    DeviceKind.GUARD_PHONE: ("R49", "49.30.1.12"),
    DeviceKind.ACCESS_CONTROL: ("A05", "205.30.10.8"),
}

_TAG = """
SELECT md5(coalesce(string_agg(concat_ws('|', d.id, d.kind, d.name, md5(d.secret), n.model, n.firmware), ','
    ORDER BY d.id), ''))
FROM devices_device d LEFT JOIN devices_devicestate n ON n.device_id = d.id WHERE d.site_id IS NOT NULL
"""


def may_read_fleet(authorization: str) -> bool | None:
    """Whether a Bearer header holds the simulator's token; None where there is no simulator."""
    if not settings.SIMULATOR_TOKEN:
        return None
    wanted = f"Bearer {settings.SIMULATOR_TOKEN}"
    return hmac.compare_digest(authorization.encode(), wanted.encode())


def fleet_tag() -> str:
    """Changes whenever the fleet does; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TAG)
        return str(cursor.fetchone()[0])


def fleet() -> list[Json]:
    """Every device that hangs somewhere."""
    devices = Device.objects.filter(site__isnull=False).select_related("now").order_by("pk")
    return [_spec(device) for device in devices.iterator(chunk_size=2000)]


def _spec(device: Device) -> Json:
    model, firmware = USUAL[DeviceKind(device.kind)]
    now = getattr(device, "now", None)
    return {
        "mac": device.mac,
        "secret": device.secret,
        "model": (now and now.model) or model,
        "firmware": (now and now.firmware) or firmware,
        "name": device.name,
        "kind": str(device.kind),
    }
