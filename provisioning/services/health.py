"""What `doctor` and operators ask: is what devices must know on its way, and is the broker told?"""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from provisioning.models import BrokerAccount

from .accounts import told_by_table

# Due for longer than a sweep or two takes, at devices that are there to be told.
_OVERDUE = """
SELECT count(*) FROM devices_devicesync s
JOIN devices_devicestate n ON n.device_id = s.device_id AND n.online
WHERE s.due_at < now() - interval '1 minute' AND (s.busy_until IS NULL OR s.busy_until < now())
"""


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
