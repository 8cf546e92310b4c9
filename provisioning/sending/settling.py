"""What is left to do for part `access` after an answer: read from the rights, never counted along.

The row is done when no right is owed and no reload runs. Otherwise it is due at once if the device
can be told something it was not told in the message it just answered; what it neither took nor
refused waits for the alarm, or a confused device would be sent the same for ever.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from access.queries.items import OWED

# Locked in the order everybody takes them; a mark that comes meanwhile is waited for and stays due.
_LOCK = """
SELECT id FROM devices_devicesync WHERE part = 'access' AND device_id = ANY(%s)
ORDER BY device_id FOR NO KEY UPDATE
"""

_DONE = "t.number = 0 AND NOT t.reloading"
_MORE = "t.answered AND (t.untold OR t.reloading)"

_SETTLE = f"""
WITH answer AS (
    SELECT * FROM unnest(%(devices)s::bigint[], %(flights)s::text[]) AS answer(device_id, flight)
), standing AS (
    SELECT s.id, bool_or(s.flight = a.flight) AS answered, n.reload_at IS NOT NULL AS reloading, owed.*
    FROM answer a
    JOIN devices_devicesync s ON s.device_id = a.device_id AND s.part = 'access'
    JOIN devices_device d ON d.id = s.device_id
    JOIN devices_devicestate n ON n.device_id = s.device_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS number, count(*) FILTER (WHERE x.refused <> '') AS refused,
            coalesce(min(x.refused) FILTER (WHERE x.refused <> ''), '') AS reason,
            coalesce(bool_or(x.refused = '' AND (x.sent_at IS NULL OR x.sent_at < s.sent_at)), false)
                AS untold
        FROM (
            SELECT x.refused, x.sent_at FROM access_accessright x
            WHERE x.device_id = s.device_id AND x.place = d.place AND {OWED}
            ORDER BY x.turn, x.want LIMIT 1000
        ) x
    ) owed
    GROUP BY s.id, n.reload_at, owed.number, owed.refused, owed.reason, owed.untold
)
UPDATE devices_devicesync s SET
    flight = CASE WHEN t.answered THEN '' ELSE s.flight END,
    busy_until = CASE WHEN t.answered THEN NULL ELSE s.busy_until END,
    acked_rev = CASE WHEN {_DONE} THEN greatest(s.acked_rev, s.sent_rev) ELSE s.acked_rev END,
    acked_at = CASE WHEN {_DONE} THEN now() ELSE s.acked_at END,
    attempts = CASE WHEN {_DONE} OR {_MORE} THEN 0 ELSE s.attempts END,
    last_error = CASE WHEN t.refused > 0 THEN left(t.refused || ' refused: ' || t.reason, 200) ELSE '' END,
    due_at = CASE
        WHEN {_DONE} AND s.sent_rev = s.desired_rev THEN NULL
        WHEN {_MORE} THEN now()
        ELSE s.due_at END
FROM standing t WHERE s.id = t.id
RETURNING s.device_id, s.due_at IS NOT NULL AND s.due_at <= now()
"""


@transaction.atomic
def settle(answered: Sequence[tuple[int, str]]) -> bool:
    """Bring the rows of these (device, flight) up to date. True: some device can be told more at once."""
    if not answered:
        return False
    devices, flights = (list(column) for column in zip(*answered, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [devices])
        cursor.execute(_SETTLE, {"devices": devices, "flights": flights})
        return any(due for _, due in cursor.fetchall())
