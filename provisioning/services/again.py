"""Telling a device everything once more, because somebody wants to see it done."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from devices.models import Device, DeviceSync
from devices.services import mark_changed
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _


@transaction.atomic
def push_again(*, scope: Scope, device: Device) -> None:
    """Mark every part of a device, so that it is told again at once.

    Raises `Refused` for a device that hangs nowhere.
    """
    if device.site_id is None:
        raise Refused(_("This device hangs at no site."), code="no-site")
    parts = sorted(DeviceSync.objects.filter(device=device).values_list("part", flat=True))
    audit.record(scope, "device.push", device, after={"parts": ", ".join(parts)}, site_id=device.site_id)
    for part in parts:
        mark_changed([device.pk], part)
