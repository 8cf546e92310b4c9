"""What a device is and holds, as it says itself: believed in both directions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from django.db import connection, transaction

from access.queries.digests import expected_digests
from access.services import answers
from access.services.locks import access_lock
from devices.models import Part
from provisioning.protocol import Hello
from smartplus.kernel.words import noop

from .memories import Memory, PartRow, compare_access, compare_part

_READ = """
SELECT n.device_id, d.site_id, d.place, n.store, n.store_place, n.reload_at, n.strange
FROM devices_devicestate n JOIN devices_device d ON d.id = n.device_id
WHERE n.device_id = ANY(%s) ORDER BY n.device_id FOR NO KEY UPDATE OF n
"""

_WRITE = """
UPDATE devices_devicestate n SET
    store = t.store, store_place = t.place, model = t.model, firmware = t.firmware, boot_at = t.boot,
    ip = nullif(t.ip, '')::inet, reported = t.reported::jsonb,
    seen_seq = CASE WHEN n.store = t.store THEN n.seen_seq ELSE 0 END,
    ahead = CASE WHEN n.store = t.store THEN n.ahead ELSE '{}' END,
    earlier = CASE WHEN n.store IN (0, t.store) THEN n.earlier ELSE (
        SELECT jsonb_object_agg(key, value) FROM (
            SELECT * FROM jsonb_each(
                n.earlier
                || jsonb_build_object(n.store::text, jsonb_build_array(n.seen_seq, to_jsonb(n.ahead))))
            ORDER BY key::bigint DESC LIMIT 5) kept) END
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::timestamptz[], %s::text[],
    %s::text[]) AS t(device_id, store, place, model, firmware, boot, ip, reported)
WHERE n.device_id = t.device_id
"""

_WRITE_RELOADS = """
UPDATE devices_devicestate n SET reload_at = t.reload_at, strange = t.strange
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS t(device_id, reload_at, strange)
WHERE n.device_id = t.device_id AND (n.reload_at IS DISTINCT FROM t.reload_at OR n.strange <> t.strange)
"""

# A device is told its place, and reloaded, by part access, also while nobody may open it.
_ENSURE = """
INSERT INTO devices_devicesync
    (device_id, part, desired_rev, sent_rev, acked_rev, attempts, last_error, changed_at)
SELECT id, 'access', 0, 0, 0, 0, '', now() FROM unnest(%s::bigint[]) AS id ORDER BY id
ON CONFLICT (device_id, part) DO NOTHING
"""

_READ_PARTS = """
SELECT device_id, part, desired_rev, sent_rev, acked_rev, sent_digest,
    busy_until IS NOT NULL AND busy_until > now()
FROM devices_devicesync WHERE device_id = ANY(%s) ORDER BY part, device_id FOR NO KEY UPDATE
"""

# Not at once when something was just sent: a device that answers everything with hello would be
# told the same as fast as the wire goes.
_WRITE_PARTS = """
UPDATE devices_devicesync s SET
    desired_rev = t.desired, acked_rev = t.acked,
    acked_at = CASE WHEN t.acked > s.acked_rev THEN now() ELSE s.acked_at END,
    drifted_at = CASE WHEN t.drifted THEN now() ELSE s.drifted_at END,
    flight = CASE WHEN t.lost THEN '' ELSE s.flight END,
    busy_until = CASE WHEN t.lost THEN NULL ELSE s.busy_until END,
    attempts = 0, last_error = t.error,
    due_at = CASE WHEN t.due THEN greatest(now(), s.sent_at + interval '1 second') END
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::boolean[], %s::boolean[], %s::boolean[],
    %s::text[]) AS t(device_id, part, desired, acked, drifted, lost, due, error)
WHERE s.device_id = t.device_id AND s.part = t.part
"""

# What it was told once is gone with its memory.
_DROPPED = noop("Dropped by a reset")
_FORGOT = f"""
UPDATE devices_command SET state = 'expired', result = '{_DROPPED}', finished_at = now()
WHERE device_id = ANY(%s) AND verb = 'autop' AND state = 'sent'
"""


@transaction.atomic
def hear_hellos(hellos: Sequence[tuple[int, Hello]]) -> bool:
    """Write the hellos of a batch; of each device the newest counts. True: something is to be sent."""
    if not hellos:
        return False
    latest = _latest(hellos)
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted(latest)])
        memories = [Memory(*row) for row in cursor.fetchall()]
        heard = [memory for memory in memories if memory.take(latest[memory.device_id])]
        _begin_anew([memory for memory in heard if memory.replaced])
        _write_states(cursor, heard, latest)
        anew = [memory.device_id for memory in heard if memory.replaced or memory.astray]
        cursor.execute(_ENSURE, [anew])
        rows = _compare(cursor, heard, latest)
        _write_reloads(cursor, heard)
        _write_rows(cursor, rows)
    return any(row.due for row in rows)


def _latest(hellos: Sequence[tuple[int, Hello]]) -> dict[int, Hello]:
    """The last hello of each device's newest store."""
    latest: dict[int, Hello] = {}
    for device_id, hello in hellos:
        known = latest.get(device_id)
        if known is None or hello.store >= known.store:
            latest[device_id] = hello
    return latest


def _begin_anew(replaced: Sequence[Memory]) -> None:
    """Of these memories nothing is proven any more. Whoever changes access meanwhile is waited for."""
    if not replaced:
        return
    ids = [memory.device_id for memory in replaced]
    access_lock(memory.site_id for memory in replaced if memory.site_id is not None)
    answers.lose_store(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FORGOT, [ids])


def _write_states(cursor: Any, heard: Sequence[Memory], latest: Mapping[int, Hello]) -> None:
    rows = [
        (
            memory.device_id, hello.store, hello.place, hello.model, hello.firmware, hello.boot,
            _address(hello.ip), json.dumps(hello.revisions),
        )
        for memory in heard
        if (hello := latest[memory.device_id])
    ]  # fmt: skip
    if rows:
        cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


def _address(text: str) -> str:
    """The address a device says it has, or nothing where it is none."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _compare(cursor: Any, heard: Sequence[Memory], latest: Mapping[int, Hello]) -> list[PartRow]:
    """The rows of these devices as they must be from now on."""
    memories = {memory.device_id: memory for memory in heard}
    cursor.execute(_READ_PARTS, [list(memories)])
    rows = [PartRow(*row) for row in cursor.fetchall()]
    digests = expected_digests(memories)
    for row in rows:
        hello, memory = latest[row.device_id], memories[row.device_id]
        if row.part == Part.ACCESS:
            expected = digests[row.device_id]
            compare_access(memory, row, hello, digest=expected.value, pending=expected.pending)
        else:
            compare_part(row, hello)
    return rows


def _write_reloads(cursor: Any, heard: Sequence[Memory]) -> None:
    rows = [(memory.device_id, memory.reload_at, memory.strange) for memory in heard]
    if rows:
        cursor.execute(_WRITE_RELOADS, [list(column) for column in zip(*rows, strict=True)])


def _write_rows(cursor: Any, rows: Sequence[PartRow]) -> None:
    values = [(r.device_id, r.part, r.desired, r.acked, r.drifted, r.lost, r.due, r.error) for r in rows]
    if values:
        cursor.execute(_WRITE_PARTS, [list(column) for column in zip(*values, strict=True)])
