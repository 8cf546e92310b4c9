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

_TAKE = f"""
WITH taken AS (
    UPDATE devices_command c SET state = 'sent', sent_at = now()
    FROM (SELECT c.id, d.mac {_FRESH} AND c.device_id = ANY(%s)) fresh
    WHERE c.id = fresh.id AND c.state = 'queued'
    RETURNING c.id, c.device_id, fresh.mac, c.key, c.verb, c.args, c.expires_at
)
SELECT * FROM taken ORDER BY id
"""

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
    while device_ids := _devices(command_ids):
        publisher.ready()
        with _alone(device_ids, wait) as held:
            orders = _take(held)
            publisher.publish(_messages(orders))
        sent += len(orders)
        if command_ids is not None or len(device_ids) < AT_ONCE or not orders:
            break
    return sent


def _devices(command_ids: Sequence[int] | None) -> list[int]:
    with connection.cursor() as cursor:
        if command_ids is None:
            cursor.execute(_WAITING, [AT_ONCE])
        else:
            cursor.execute(_NAMED, [list(command_ids)])
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _alone(device_ids: list[int], wait: bool) -> Iterator[list[int]]:
    """Until the block ends nobody else sends to these; those of them it could be had for.

    The ids come sorted and are taken in that order: two workers cannot wait for each other.
    """
    lock = f"pg_{'' if wait else 'try_'}advisory_lock(%s, (id %% 2147483647)::int)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {lock} FROM unnest(%s::bigint[]) AS id", [NAMESPACE, device_ids])
        held = [device_id for device_id, taken in cursor.fetchall() if wait or taken]
        try:
            yield held
        finally:
            unlock = "SELECT pg_advisory_unlock(%s, (id %% 2147483647)::int) FROM unnest(%s::bigint[]) AS id"
            cursor.execute(unlock, [NAMESPACE, held])


def _take(device_ids: list[int]) -> list[_Order]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [device_ids])
        rows = cursor.fetchall()
    return [
        _Order(id, device_id, mac, key, verb, json.loads(args), until)
        for id, device_id, mac, key, verb, args, until in rows
    ]


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
