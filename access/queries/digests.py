"""What a device must report as the digest of its access, computed where the rights are."""

from collections.abc import Iterable
from dataclasses import dataclass

from access.live import OWED
from access.statements import fetch


@dataclass(frozen=True, slots=True)
class ExpectedDigest:
    """16 hex digits over what the device confirmed to hold; only meaningful with nothing `pending`."""

    value: str
    pending: bool


# XOR over the first 8 bytes of SHA-256 of "subject:number"; pairs as in the protocol.
_DIGESTS = f"""
SELECT d.id,
    coalesce(to_hex(bit_xor(
        ('x' || encode(substr(sha256(convert_to(x.subject || ':' || x.held, 'UTF8')), 1, 8), 'hex'))
        ::bit(64)::bigint) FILTER (WHERE x.held = x.want AND NOT x.gone)), '0'),
    coalesce(bool_or({OWED}) FILTER (WHERE x.id IS NOT NULL), false)
FROM devices_device d
LEFT JOIN access_accessright x ON x.device_id = d.id AND x.place = d.place
WHERE d.id = ANY(%s::bigint[])
GROUP BY d.id
"""


def expected_digests(device_ids: Iterable[int]) -> dict[int, ExpectedDigest]:
    """By device: the digest of what it holds at its present place; is it owed anything? One query."""
    rows = fetch(_DIGESTS, [list(device_ids)])
    return {device_id: ExpectedDigest(value.rjust(16, "0"), owed) for device_id, value, owed in rows}
