"""Parts that are one body: config, contacts."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from provisioning.mqtt import Wire, publisher
from provisioning.protocol import PartState, ProtocolError, body_digest, down, encode
from provisioning.protocol.checks import Json
from provisioning.rendering import RENDERERS

from .claims import AT_ONCE, Claim, claim
from .probes import ask

MOST_IN_A_MESSAGE = 60_000  # bytes; a larger body is fetched over HTTP

_DIGESTS = """
UPDATE devices_devicesync s SET sent_digest = t.digest, last_error = t.error
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t(device_id, digest, error)
WHERE s.device_id = t.device_id AND s.part = %s
    AND (s.sent_digest <> t.digest OR (t.error <> '' AND s.last_error <> t.error))
"""


def send_states(part: str, limit: int = AT_ONCE) -> int:
    """Tell up to `limit` devices what `part` should be; returns how many rows were due.

    A crash or a broker away leaves the rows due again later. Raises `BrokerAway`.
    """
    part = str(part)
    publisher.ready()
    taken = claim(part, limit)
    if taken.unmet:
        ask(taken.unmet)
    if taken.claims:
        # After the revision was read: the body is never older than its number.
        bodies = RENDERERS[part]([each.device_id for each in taken.claims])
        messages: list[Wire] = []
        notes: list[tuple[int, str, str]] = []
        for each in taken.claims:
            if (body := bodies.get(each.device_id)) is not None:
                _address(each, part, body, messages, notes)
        _note(part, notes)
        publisher.publish(messages)
    return taken.rows


def _address(
    claimed: Claim, part: str, body: Json, messages: list[Wire], notes: list[tuple[int, str, str]]
) -> None:
    """Add the message for one device, or the reason why there is none."""
    try:
        payload = encode(PartState(store=claimed.store, part=part, rev=claimed.rev, body=body))
        if len(payload) > MOST_IN_A_MESSAGE:
            url = state_url(claimed.mac, part, claimed.rev)
            payload = encode(PartState(store=claimed.store, part=part, rev=claimed.rev, url=url))
    except ProtocolError as error:
        notes.append((claimed.device_id, "", f"Cannot be told: {error}"[:200]))
        return
    messages.append((down(claimed.mac, "state"), payload))
    notes.append((claimed.device_id, body_digest(body), ""))


def state_url(mac: str, part: str, rev: int) -> str:
    """Where a device fetches a body that is too large for a message."""
    return f"{settings.DEVICE_HTTP_URL}/d/state/{mac}/{part}?rev={rev}"


def _note(part: str, notes: Sequence[tuple[int, str, str]]) -> None:
    """Remember what the bodies look like, so that a device that holds something else is found out."""
    if notes:
        columns = [list(column) for column in zip(*notes, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_DIGESTS, [*columns, part])
