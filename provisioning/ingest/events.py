"""What happened at the doors, and what became of commands: written once, then told as seen."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import connection, transaction

from logs.services.ingest import DoorNews, store_door_events
from provisioning.protocol import Door, Event, Result

from .batch import Unread
from .sequences import Ledger, SeenUpTo

log = logging.getLogger(__name__)


_READ = """
SELECT n.device_id, d.mac, n.store, n.seen_seq, n.ahead, n.earlier
FROM devices_devicestate n JOIN devices_device d ON d.id = n.device_id
WHERE n.device_id = ANY(%s) ORDER BY n.device_id FOR NO KEY UPDATE OF n
"""

_WRITE = """
UPDATE devices_devicestate n SET seen_seq = t.seen, ahead = t.ahead::bigint[], earlier = t.earlier::jsonb
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS t(device_id, seen, ahead, earlier)
WHERE n.device_id = t.device_id
"""

# Evidence beats the clock: what expired for want of an answer is done once the device says so.
# What was never sent cannot have been carried out.
_RESULTS = """
UPDATE devices_command c SET
    state = t.result, result = t.detail, finished_at = greatest(c.sent_at, least(t.at, now()))
FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
    AS t(device_id, key, result, detail, at)
WHERE c.key = t.key AND c.device_id = t.device_id AND c.sent_at IS NOT NULL AND c.state IN ('sent', 'expired')
"""


@transaction.atomic
def hear_events(events: Sequence[tuple[int, Event | Unread]], counts: Counter[str]) -> list[SeenUpTo]:
    """Write the events of a batch of (device, event). What is returned may be told once this is committed."""
    if not events:
        return []
    store_door_events(_door_news(events))
    _count(events, counts)
    return _advance(events)


def _door_news(events: Sequence[tuple[int, Event | Unread]]) -> list[DoorNews]:
    return [
        DoorNews(
            device_id=device_id,
            place=event.place,
            store=event.store,
            seq=event.seq,
            at=event.at,
            action=event.what.action,
            relay=event.what.relay,
            method=event.what.method,
            subject=event.what.subject,
            response=event.what.response,
            reason=event.what.reason or "",
            code=event.what.code or "",
        )
        for device_id, event in events
        if isinstance(event, Event) and isinstance(event.what, Door)
    ]


def hear_results(events: Sequence[tuple[int, Event | Unread]]) -> None:
    """Close the commands these events are about: before the log is written, since somebody waits for it.

    Repeated, it changes nothing; the event itself is seen only when all of the batch is written.
    """
    rows = [
        (device_id, event.what.id, event.what.result, event.what.detail, event.at)
        for device_id, event in events
        if isinstance(event, Event) and isinstance(event.what, Result)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_RESULTS, [list(column) for column in zip(*rows, strict=True)])


def _count(events: Sequence[tuple[int, Event | Unread]], counts: Counter[str]) -> None:
    for _, event in events:
        if isinstance(event, Event):
            counts[f"event: {event.what.kind}"] += 1
    if unread := [(device_id, event.seq) for device_id, event in events if isinstance(event, Unread)]:
        log.warning("%s events of no known kind, first (device, seq) %s", len(unread), unread[0])


def _advance(events: Sequence[tuple[int, Event | Unread]]) -> list[SeenUpTo]:
    """Up to where everything of each device's stores is written."""
    told: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for device_id, event in events:
        told[device_id][event.store].add(event.seq)
    seen: list[SeenUpTo] = []
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted(told)])
        ledgers = [Ledger.of(*row) for row in cursor.fetchall()]
        for ledger in ledgers:
            for store, numbers in sorted(told[ledger.device_id].items()):
                seen.append(ledger.note(store, numbers))
        rows = [ledger.row() for ledger in ledgers if ledger.changed]
        if rows:
            cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
    return seen
