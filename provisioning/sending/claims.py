"""Taking due rows of the outbox, so that nobody else takes them, with the alarm set before anything is sent.

Two statements: the first locks what is due (rows another worker holds are left to it), the second
reads how the devices are now. A device that comes back meanwhile waits for our lock and then marks
its rows due again, so none is parked by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

AT_ONCE = 500
FIRST_RETRY = 5  # seconds; doubles with each attempt
LAST_RETRY = 900
PARKED = 900  # seconds until a device that is off line is looked at again; its return comes first
ANSWER_TIME = 10  # seconds one message of part `access` may be under way before the next one goes out


@dataclass(frozen=True, slots=True)
class Claim:
    """A device that shall be told `part` now. `rev`: the revision it is told; `flight`: name of the message.

    `store`, `store_place`: the memory it reported last; `place`: where it hangs. `reload_at`: the
    subject a reload has come to, None without one; `strange`: how often its digest differed in a row.
    """

    device_id: int
    mac: str
    place: int
    store: int
    store_place: int
    rev: int
    flight: str
    reload_at: int | None
    strange: int


_DUE = """
SELECT id FROM devices_devicesync
WHERE part = %(part)s AND due_at <= now() AND (busy_until IS NULL OR busy_until <= now())
ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

# Doubling with +- 20 % of chance, so that a thousand devices that failed together do not return together.
_TAKE = f"""
UPDATE devices_devicesync s SET
    due_at = CASE WHEN t.placed THEN now() END + interval '1 second' * CASE
        WHEN t.ready THEN least({FIRST_RETRY} * 2 ^ least(s.attempts, 12), {LAST_RETRY})
        ELSE {PARKED} END * (0.8 + 0.4 * random()),
    attempts = CASE WHEN t.ready THEN least(s.attempts + 1, 1000) ELSE s.attempts END,
    sent_rev = CASE WHEN t.known THEN s.desired_rev ELSE s.sent_rev END,
    sent_at = CASE WHEN t.known THEN clock_timestamp() ELSE s.sent_at END,
    flight = CASE WHEN t.known AND s.part = 'access'
        THEN substr(replace(gen_random_uuid()::text, '-', ''), 1, 16) ELSE s.flight END,
    busy_until = CASE WHEN t.known AND s.part = 'access'
        THEN now() + interval '{ANSWER_TIME} seconds' ELSE NULL END
FROM (
    SELECT d.id, d.mac, d.place, n.store, n.store_place, n.reload_at, n.strange,
        d.site_id IS NOT NULL AS placed,
        n.online AND d.site_id IS NOT NULL AS ready,
        n.online AND d.site_id IS NOT NULL AND n.store > 0 AS known
    FROM devices_device d JOIN devices_devicestate n ON n.device_id = d.id
) t
WHERE s.id = ANY(%(ids)s) AND t.id = s.device_id
RETURNING t.ready, s.device_id, t.mac, t.place, t.store, t.store_place, s.sent_rev, s.flight, t.reload_at,
    t.strange
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """`claims` can be told; `unmet` are on line but never said what they hold: they are asked first."""

    claims: list[Claim]
    unmet: list[Claim]
    rows: int


@transaction.atomic
def claim(part: str, limit: int = AT_ONCE) -> Taken:
    """Take up to `limit` due rows of a part.

    Rows of devices that are off line are parked, those of devices that hang nowhere are closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"part": part, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return Taken([], [], 0)
        cursor.execute(_TAKE, {"ids": ids})
        ready = [Claim(*row[1:]) for row in cursor.fetchall() if row[0]]
    claims = [each for each in ready if each.store > 0]
    return Taken(claims, [each for each in ready if each.store == 0], len(ids))
