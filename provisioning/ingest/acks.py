"""Answers to what was sent: a part is held, a right is held or refused, a range is through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from access.services import answers
from access.services.answers import AccessAnswer
from provisioning.protocol import AccessAck, PartAck
from provisioning.sending.settling import settle

# One UPDATE for any number of answers. Of a memory that is not the present one, or of a revision
# that was never sent or is confirmed already, an answer changes nothing.
_HELD = """
WITH answer AS (
    SELECT * FROM unnest(%(devices)s::bigint[], %(stores)s::bigint[], %(revs)s::bigint[])
        AS a(device_id, store, rev)
), locked AS (
    SELECT s.id, s.device_id, s.acked_rev, s.sent_rev, n.store FROM devices_devicesync s
    JOIN devices_devicestate n ON n.device_id = s.device_id
    WHERE s.part = %(part)s AND s.device_id IN (SELECT device_id FROM answer)
    ORDER BY s.device_id FOR NO KEY UPDATE OF s
), proven AS (
    SELECT l.id, max(a.rev) AS rev FROM locked l
    JOIN answer a ON a.device_id = l.device_id AND a.store = l.store
    WHERE l.acked_rev < a.rev AND a.rev <= l.sent_rev
    GROUP BY l.id
)
UPDATE devices_devicesync s SET
    acked_rev = p.rev, acked_at = now(), attempts = 0, last_error = '',
    due_at = CASE WHEN p.rev = s.desired_rev THEN NULL ELSE s.due_at END
FROM proven p WHERE s.id = p.id AND s.acked_rev < p.rev AND p.rev <= s.sent_rev
"""

_REFUSED = """
UPDATE devices_devicesync s SET last_error = left(a.error, 200)
FROM unnest(%(devices)s::bigint[], %(stores)s::bigint[], %(revs)s::bigint[], %(errors)s::text[])
    AS a(device_id, store, rev, error)
JOIN devices_devicestate n ON n.device_id = a.device_id AND n.store = a.store
WHERE s.device_id = a.device_id AND s.part = %(part)s AND s.acked_rev < a.rev AND a.rev <= s.sent_rev
"""


def hear_part_acks(acks: Sequence[tuple[int, PartAck]]) -> None:
    """Write answers of (device, ack), one transaction a part: rows are locked in the order of marks."""
    by_part: defaultdict[str, list[tuple[int, PartAck]]] = defaultdict(list)
    for device_id, ack in acks:
        by_part[ack.part].append((device_id, ack))
    for part in sorted(by_part):
        _hear_part(part, by_part[part])


@transaction.atomic
def _hear_part(part: str, acks: Sequence[tuple[int, PartAck]]) -> None:
    held = [(device_id, ack) for device_id, ack in acks if ack.error is None]
    refused = [(device_id, ack) for device_id, ack in acks if ack.error is not None]
    with connection.cursor() as cursor:
        if held:
            cursor.execute(_HELD, _columns(part, held))
        if refused:
            errors = [ack.error or "refused" for _, ack in refused]
            cursor.execute(_REFUSED, _columns(part, refused) | {"errors": errors})


def _columns(part: str, acks: Sequence[tuple[int, PartAck]]) -> dict[str, Any]:
    return {
        "part": part,
        "devices": [device_id for device_id, _ in acks],
        "stores": [ack.store for _, ack in acks],
        "revs": [ack.rev for _, ack in acks],
    }


# A range is through when the message under way is answered by the memory it was sent to. Who had
# gone before the list was read and was never put on the wire since this memory began is not in it.
# Who was put on the wire has to be removed by name: only that leaves the tombstone that a late
# message meets.
_PASSED = """
WITH answer AS (
    SELECT * FROM unnest(%(devices)s::bigint[], %(stores)s::bigint[], %(flights)s::text[], %(lows)s::bigint[],
        %(highs)s::bigint[], %(as_ofs)s::bigint[], %(lasts)s::boolean[])
        AS a(device_id, store, flight, low, high, as_of, is_last)
), passed AS (
    UPDATE devices_devicestate n SET reload_at = CASE WHEN a.is_last THEN NULL ELSE a.high END, strange = 0
    FROM answer a JOIN devices_devicesync s
        ON s.device_id = a.device_id AND s.part = 'access' AND s.flight = a.flight
    WHERE n.device_id = a.device_id AND n.store = a.store AND n.reload_at = a.low
    RETURNING a.*
), gone AS (
    SELECT x.id FROM passed p JOIN devices_device d ON d.id = p.device_id
    JOIN access_accessright x ON x.device_id = p.device_id AND x.place = d.place
    WHERE x.gone AND x.held IS DISTINCT FROM x.want AND x.sent_at IS NULL
        AND x.subject >= p.low AND x.subject < p.high AND x.want <= p.as_of
    ORDER BY x.id FOR NO KEY UPDATE OF x SKIP LOCKED
)
UPDATE access_accessright x SET held = x.want, held_at = now(), refused = '' FROM gone WHERE x.id = gone.id
"""


def hear_access_acks(acks: Sequence[tuple[int, AccessAck]]) -> bool:
    """Write answers of (device, ack). True: some device can be told more at once.

    Three steps, each right by itself: what is held and refused, ranges, then the rows of the outbox,
    which are read from the first two and found by the next sending if we are cut off here.
    """
    acks = _present(acks) if acks else []
    if not acks:
        return False
    taken = [AccessAnswer(device_id, ack.store, ack.items, ack.refused) for device_id, ack in acks]
    answers.confirm(taken)
    answers.refuse(taken)
    _pass_ranges([(device_id, ack) for device_id, ack in acks if ack.span is not None])
    return settle([(device_id, ack.message) for device_id, ack in acks])


def _present(acks: Sequence[tuple[int, AccessAck]]) -> list[tuple[int, AccessAck]]:
    """Answers of the memories that devices have now; those of earlier ones prove nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, store FROM devices_devicestate WHERE device_id = ANY(%s)",
            [list({device_id for device_id, _ in acks})],
        )
        stores: Mapping[int, int] = dict(cursor.fetchall())
    return [(device_id, ack) for device_id, ack in acks if stores.get(device_id) == ack.store]


@transaction.atomic
def _pass_ranges(acks: Sequence[tuple[int, AccessAck]]) -> None:
    spans = [(device_id, ack, ack.span) for device_id, ack in acks if ack.span is not None]
    if not spans:
        return
    values: dict[str, Any] = {
        "devices": [device_id for device_id, _, _ in spans],
        "stores": [ack.store for _, ack, _ in spans],
        "flights": [ack.message for _, ack, _ in spans],
        "lows": [span.low for _, _, span in spans],
        "highs": [span.high for _, _, span in spans],
        "as_ofs": [span.as_of for _, _, span in spans],
        "lasts": [span.last for _, _, span in spans],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, values)
