"""How an app says that devices must be told something new."""

from collections.abc import Iterable

from django.db import connection

from devices.events import SyncMarked
from devices.models import Part
from smartplus.kernel.events import emit

# Ordered, so that everybody locks in the same order; one statement for any number of devices.
_MARK = """
INSERT INTO devices_devicesync AS sync
    (device_id, part, desired_rev, sent_rev, acked_rev, due_at, attempts, last_error, changed_at)
SELECT id, %s, 1, 0, 0, now(), 0, '', now() FROM unnest(%s::bigint[]) AS id ORDER BY id
ON CONFLICT (device_id, part) DO UPDATE
SET desired_rev = sync.desired_rev + 1, due_at = now(), attempts = 0, last_error = '', changed_at = now()
"""


def mark_changed(device_ids: Iterable[int], part: Part | str) -> None:
    """Record, in the caller's transaction, that these devices must be told something new of `part`.

    The whole interface between the apps that own state and the machinery that pushes it; the last
    statement of a service. Devices that hang nowhere are the caller's to leave out.
    Raises `RuntimeError` outside a transaction: the mark would not stand or fall with the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("mark_changed must share the transaction of the change it announces")
    ids = sorted(set(device_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [str(part), ids])
    emit(SyncMarked(str(part), tuple(ids)))
