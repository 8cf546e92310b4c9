"""Door events into the door log: set-based, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class DoorNews:
    """One door event as the device told it (docs/protocol.md, event of kind door)."""

    device_id: int
    place: int
    store: int
    seq: int
    at: datetime
    action: str
    relay: int | None
    method: str
    subject: int | None
    response: str
    reason: str
    code: str


_TYPES = (
    "bigint",
    "int",
    "bigint",
    "bigint",
    "timestamptz",
    "text",
    "int",
    "text",
    "bigint",
    "text",
    "text",
    "text",
)

# Whether the person behind number `s` began anew, or left with a home that did, since it happened: then it
# was somebody before, who is not named any more. Only the trail knows when that was.
_SINCE_RESET = """
EXISTS (
    SELECT FROM accounts_auditentry e
    WHERE e.object_type = 'sites.residency' AND e.object_id = s.residency_id AND e.verb = 'resident.reset'
        AND e.at >= news.at
) OR s.left_at IS NOT NULL AND EXISTS (
    SELECT FROM accounts_auditentry e JOIN sites_residency master ON master.id = e.object_id
    WHERE e.site_id = s.site_id AND e.at BETWEEN s.left_at AND s.left_at + interval '1 hour'
        AND e.verb = 'resident.reset' AND e.at >= news.at AND master.place_label = s.place_label
)
"""

# Where: the site the device hung at under that place. Who: the subject, as it was last known; for an
# order from the portal the person who gave it. Doubles of (device, store, seq, at) fall away.
_STORE = f"""
INSERT INTO logs_doorlog (
    at, received_at, site_id, device_id, device_name, building_id, place, store, seq, action, method, relay,
    relay_name, subject, person_id, initiator, unit_label, response, reason, code)
SELECT
    news.at, now(), p.site_id, news.device_id, d.name, p.building_id, news.place, news.store, news.seq,
    news.action, news.method, news.relay, coalesce(r.name, ''), s.id, coalesce(res.user_id, by.id),
    coalesce(s.name, by.name, ''), coalesce(s.place_label, ''), news.response, news.reason, news.code
FROM unnest({", ".join(f"%s::{kind}[]" for kind in _TYPES)})
    AS news({", ".join(field.name for field in fields(DoorNews))})
JOIN devices_device d ON d.id = news.device_id
JOIN devices_deviceplace p ON p.device_id = news.device_id AND p.place = news.place
LEFT JOIN devices_relay r ON r.device_id = news.device_id AND r.number = news.relay AND d.place = news.place
LEFT JOIN access_subject s
    ON s.id = news.subject AND s.site_id = p.site_id AND NOT ({_SINCE_RESET})
LEFT JOIN sites_residency res ON res.id = s.residency_id
LEFT JOIN LATERAL (
    SELECT u.id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username) AS name
    FROM devices_command c JOIN accounts_user u ON u.id = c.ordered_by_id
    WHERE news.method IN ('portal', 'app') AND c.device_id = news.device_id AND c.verb IN ('unlock', 'lock')
        AND (c.args ->> 'relay')::int = news.relay
        AND news.at BETWEEN c.created_at - interval '5 seconds' AND c.expires_at + interval '5 seconds'
    ORDER BY c.id DESC LIMIT 1
) by ON true
ON CONFLICT (device_id, store, seq, at) DO NOTHING
"""


def store_door_events(news: Sequence[DoorNews]) -> int:
    """Write door events; returns how many are new.

    Events told before, and events of a place nobody knows, are left out: both are `seen` all the
    same, or the device would repeat them for ever. Call it in the transaction that the `seen` follows.
    """
    if not news:
        return 0
    columns = [[getattr(one, field.name) for one in news] for field in fields(DoorNews)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, columns)
        return int(cursor.rowcount)
