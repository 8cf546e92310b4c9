"""Who is there: heartbeats and last wills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import now

from provisioning.protocol import Status

SILENCE = timedelta(seconds=150)  # without a status a device counts as off line
HELLO_TIME = 3  # seconds a device has for its hello before it is told things on what is known


@dataclass(slots=True)
class Presence:
    """What is known of a device's connection."""

    device_id: int
    online: bool
    conn: str
    since: datetime | None
    last_seen: datetime | None
    skew: float
    load: float
    changed: bool = False
    connected: bool = False

    def hear(self, status: Status, moment: datetime, retained: bool) -> None:
        """Take one status in. A will of another connection than the current one changes nothing.

        A status the broker kept from earlier proves only that the device was there when it said so.
        """
        if not status.online:
            if self.online and status.conn == self.conn:
                self.online, self.since, self.changed = False, moment, True
            return
        age = timedelta(0) if status.at is None else moment - status.at
        if retained and age > SILENCE:
            return
        if not self.online:
            self.since = moment
        self.connected = self.connected or not self.online or self.conn != status.conn
        self.online, self.conn, self.last_seen, self.changed = True, status.conn, moment, True
        self.load = status.load
        if not retained:
            self.skew = -age.total_seconds()


_READ = """
SELECT device_id, online, conn, since, last_seen, skew, load FROM devices_devicestate
WHERE device_id = ANY(%s) ORDER BY device_id FOR NO KEY UPDATE
"""

_WRITE = """
UPDATE devices_devicestate n
SET online = t.online, conn = t.conn, since = t.since, last_seen = t.last_seen, skew = t.skew, load = t.load
FROM unnest(%s::bigint[], %s::boolean[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::float8[],
    %s::float8[]) AS t(device_id, online, conn, since, last_seen, skew, load)
WHERE n.device_id = t.device_id
"""

# Back again: what was sent to the last connection is lost with it.
_WAKE = f"""
WITH owed AS (
    SELECT id FROM devices_devicesync
    WHERE device_id = ANY(%s) AND acked_rev <> desired_rev
    ORDER BY part, device_id FOR NO KEY UPDATE
)
UPDATE devices_devicesync s
SET due_at = now() + interval '{HELLO_TIME} seconds', attempts = 0, busy_until = NULL, flight = ''
FROM owed WHERE s.id = owed.id
"""

_SILENT = """
UPDATE devices_devicestate SET online = false, since = last_seen WHERE online AND last_seen < %s
"""


@transaction.atomic
def hear_statuses(statuses: Sequence[tuple[int, Status, bool]]) -> bool:
    """Write (device, status, retained) of a batch. True: somebody connected, and may wait for orders."""
    if not statuses:
        return False
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted({device_id for device_id, _, _ in statuses})])
        known = {row[0]: Presence(*row) for row in cursor.fetchall()}
        for device_id, status, retained in statuses:
            if device_id in known:
                known[device_id].hear(status, moment, retained)
        changed = [each for each in known.values() if each.changed]
        if changed:
            rows = [(e.device_id, e.online, e.conn, e.since, e.last_seen, e.skew, e.load) for e in changed]
            cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
        connected = [each.device_id for each in changed if each.connected and each.online]
        if connected:
            cursor.execute(_WAKE, [connected])
    return bool(connected)


def sweep_silent() -> int:
    """Devices without a status for too long are off line since their last one; returns how many.

    Only for who has listened without a break for as long: otherwise the silence is our own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [now() - SILENCE])
        return int(cursor.rowcount)
