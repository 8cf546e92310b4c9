"""Asking a device what it holds.

The protocol has no question: a message of another store is answered by `hello`, so that is what is
sent. Its place is the lowest there is, because a higher one would empty the memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from provisioning.mqtt import Wire, publisher
from provisioning.protocol import AccessState, down, encode

LOWEST = 1


class Asked(Protocol):
    """Somebody to ask: `store` is the memory we believe in, 0 when it was never told."""

    @property
    def mac(self) -> str: ...
    @property
    def store(self) -> int: ...


def probe(mac: str, store: int) -> Wire:
    """A message that changes nothing and is answered by `hello`."""
    other = store - 1 if store > 1 else store + 1
    return down(mac, "state"), encode(AccessState(store=other, place=LOWEST, message="probe"))


def ask(devices: Iterable[Asked]) -> None:
    """Make devices say hello. Not waited for: who does not hear it is asked again."""
    publisher.publish([probe(each.mac, each.store) for each in devices], wait=False)
