"""What `doctor` and operators ask: is what devices must know on its way, and is the broker told?"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F

from provisioning.ingest.loop import COUNTS, HEARTBEAT
from provisioning.models import BrokerAccount

from .accounts import told_by_table

# Due for longer than a sweep or two takes, at devices that are there to be told.
_OVERDUE = """
SELECT count(*) FROM devices_devicesync s
JOIN devices_devicestate n ON n.device_id = s.device_id AND n.online
WHERE s.due_at < now() - interval '1 minute' AND (s.busy_until IS NULL OR s.busy_until < now())
"""


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """`age`: seconds since the last sign of life, None if never. `counts`: what came and what was dropped."""

    age: float | None
    counts: dict[str, int]


def ingest_health() -> IngestHealth:
    """How ingest is, by its own word."""
    last = cache.get(HEARTBEAT)
    age = None if last is None else time.time() - float(last)
    return IngestHealth(age, dict(cache.get(COUNTS) or {}))


def overdue() -> int:
    """Parts of devices on line that should have been sent a minute ago: nobody sends."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE)
        return int(cursor.fetchone()[0])


def untold_accounts() -> int:
    """Device accounts the broker has not confirmed; 0 where it asks our table by itself."""
    if told_by_table():
        return 0
    return BrokerAccount.objects.exclude(told=F("want")).count()


def broker_address() -> str:
    """Which broker this is about, without the password."""
    return settings.MQTT_URL.rpartition("@")[2]
