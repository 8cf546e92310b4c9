"""What this app announces to the apps above it.

Ids only; emitted once per set, in the transaction of the change.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SyncMarked:
    """Devices must be told something new of a part; the row says it, this only hurries the sender."""

    part: str
    device_ids: tuple[int, ...]


@dataclass(frozen=True)
class CommandsOrdered:
    """Commands wait to be sent."""

    command_ids: tuple[int, ...]


@dataclass(frozen=True)
class DevicesAdded:
    """Devices were hung up at a site (new place, new secret)."""

    site_id: int
    device_ids: tuple[int, ...]


@dataclass(frozen=True)
class DevicesMoved:
    """Devices serve other buildings or hang elsewhere on the same site."""

    site_id: int
    device_ids: tuple[int, ...]


@dataclass(frozen=True)
class DevicesRemoved:
    """Devices were taken out of a site; `place` of each already counts the next place."""

    site_id: int
    device_ids: tuple[int, ...]


@dataclass(frozen=True)
class RelaysChanged:
    """Relays were added, removed, switched, or their methods changed."""

    site_id: int
    device_ids: tuple[int, ...]
