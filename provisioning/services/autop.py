"""AutoP over HTTP: a device fetches its own configuration. One-time commands are in it once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.timezone import now

from devices.models import Device, DeviceState
from provisioning.protocol import Config
from provisioning.protocol.checks import Json
from provisioning.rendering import RENDERERS, render_config
from provisioning.rendering.autop import autop_text
from smartplus.kernel.words import noop

# Fetched by who has the secret: that is all a file can prove.
_FETCHED = noop("Fetched over HTTP")
_ONCE = f"""
UPDATE devices_command c
SET state = 'done', result = '{_FETCHED}', sent_at = now(), finished_at = now()
FROM devices_device d
WHERE c.device_id = %s AND d.id = c.device_id AND d.place = c.place
    AND c.verb = 'autop' AND c.state = 'queued' AND c.expires_at > now()
RETURNING c.id, c.args
"""


@dataclass(frozen=True, slots=True)
class AutopFile:
    """What a device is given. `tag` names the lasting part; `once` is told this one time."""

    text: str
    tag: str
    once: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The file as it is sent."""
        return self.text + "".join(f"{line}\n" for line in ("# once", *self.once) if self.once)


def autop_file(*, device_id: int, take_once: bool) -> AutopFile | None:
    """The configuration of a device, None when it hangs nowhere.

    With `take_once` one-time commands that wait are in it, and never again; without (somebody only
    asks whether it changed) they stay.
    """
    device = (
        Device.objects.select_related("site").defer("secret").filter(pk=device_id, site__isnull=False).first()
    )
    body = render_config([device_id]).get(device_id)
    if device is None or body is None:
        return None
    text = autop_text(device, Config.read(body), now())
    tag = hashlib.sha256(text.encode()).hexdigest()[:32]
    return AutopFile(text, tag, _take_once(device_id) if take_once else ())


@transaction.atomic
def _take_once(device_id: int) -> tuple[str, ...]:
    DeviceState.objects.filter(pk=device_id).update(autop_at=now())
    with connection.cursor() as cursor:
        cursor.execute(_ONCE, [device_id])
        orders = sorted(cursor.fetchall())
    return tuple(line for _, args in orders for line in json.loads(args)["lines"])


def part_body(*, device_id: int, part: str) -> Json | None:
    """The body of a part as it is now, for a device that was told to fetch it; None when there is none."""
    render = RENDERERS.get(part)
    return None if render is None else render([device_id]).get(device_id)
