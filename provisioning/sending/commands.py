"""Commands: at most once, in order for each device, never when void.

A command is taken (queued to sent, committed) before it is published: what a crash cuts off is not
sent again. While one worker publishes for a device no other does, or the order would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from provisioning.mqtt import Wire, publisher
from provisioning.protocol import Command, ProtocolError, down, encode
from provisioning.protocol.checks import Json

AT_ONCE = 500
NAMESPACE = 0x5C0D  # of our advisory locks; the second half is the device

_FRESH = """
FROM devices_command c
JOIN devices_device d ON d.id = c.device_id AND d.place = c.place AND d.site_id IS NOT NULL
JOIN devices_devicestate n ON n.device_id = c.device_id AND n.online
WHERE c.state = 'queued' AND c.expires_at > now()
"""

_WAITING = f"SELECT DISTINCT c.device_id {_FRESH} ORDER BY c.device_id LIMIT %s"
_NAMED = "SELECT DISTINCT device_id FROM devices_command WHERE id = ANY(%s) ORDER BY device_id"

# The locks are had before any row is taken, and in the order of the devices: two workers cannot wait
# for each other. What comes in after this statement began is the next one's.
_TAKE = f"""
WITH held AS MATERIALIZED (
    SELECT id, {{lock}}({NAMESPACE}, (id %% 2147483647)::int) AS lock FROM ({{named}} OFFSET 0) AS named (id)
), taken AS (
    UPDATE devices_command c SET state = 'sent', sent_at = now()
    FROM (SELECT c.id, d.mac {_FRESH} AND c.device_id IN (SELECT id FROM held WHERE {{ours}})) fresh
    WHERE c.id = fresh.id AND c.state = 'queued'
    RETURNING c.id, c.device_id, fresh.mac, c.key, c.verb, c.args, c.expires_at
)
SELECT held.id, {{ours}}, taken.* FROM held LEFT JOIN taken ON taken.device_id = held.id ORDER BY taken.id
"""
_UNLOCK = f"SELECT pg_advisory_unlock({NAMESPACE}, (id %% 2147483647)::int) FROM unnest(%s::bigint[]) AS id"

_FAIL = """
UPDATE devices_command SET state = 'failed', result = %s, finished_at = now() WHERE id = %s AND state = 'sent'
"""


@dataclass(frozen=True, slots=True)
class _Order:
    id: int
    device_id: int
    mac: str
    key: UUID
    verb: str
    args: Json
    expires_at: datetime


def send_commands(command_ids: Sequence[int] | None = None, *, wait: bool = True) -> int:
    """Send every waiting command of devices that are on line; returns how many. Raises `BrokerAway`.

    With `command_ids` only of the devices these are for. Without `wait` devices another worker sends
    to just now are left out.
    """
    sent = 0
    while command_ids is not None or _any_waiting():
        publisher.ready()
        with _alone(command_ids, wait) as (devices, orders):
            publisher.publish(_messages(orders))
        sent += len(orders)
        if command_ids is not None or devices < AT_ONCE or not orders:
            break
    return sent


def _any_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 {_FRESH})")
        return bool(cursor.fetchone()[0])


@contextmanager
def _alone(command_ids: Sequence[int] | None, wait: bool) -> Iterator[tuple[int, list[_Order]]]:
    """How many devices are meant, and the orders taken; until the block ends nobody else sends to these."""
    named, value = (_WAITING, AT_ONCE) if command_ids is None else (_NAMED, list(command_ids))
    lock, ours = ("pg_advisory_lock", "lock IS NOT NULL") if wait else ("pg_try_advisory_lock", "lock")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(named=named, lock=lock, ours=ours), [value])
        rows = cursor.fetchall()
        try:
            yield len({row[0] for row in rows}), [_order(row[2:]) for row in rows if row[2]]
        finally:
            cursor.execute(_UNLOCK, [list({row[0] for row in rows if row[1]})])


def _order(row: Sequence[Any]) -> _Order:
    number, device_id, mac, key, verb, args, expires_at = row
    return _Order(number, device_id, mac, key, verb, json.loads(args), expires_at)


def _messages(orders: list[_Order]) -> list[Wire]:
    messages: list[Wire] = []
    for order in orders:
        try:
            told = Command(id=str(order.key), verb=order.verb, args=order.args, expires_at=order.expires_at)
            messages.append((down(order.mac, "command"), encode(told)))
        except ProtocolError as error:
            with connection.cursor() as cursor:
                cursor.execute(_FAIL, [f"Cannot be told: {error}"[:200], order.id])
    return messages
