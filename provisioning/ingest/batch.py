"""A batch of messages, read and sorted by what they are. What is not ours is dropped and counted."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from provisioning.protocol import (
    AccessAck,
    Event,
    Hello,
    PartAck,
    ProtocolError,
    Status,
    decode,
    read_topic,
)

from .inbox import Raw

log = logging.getLogger(__name__)

MOST_KNOWN = 200_000
MOST_PLACES = 2**31 - 1
MOST_REVISIONS = 2**53


@dataclass(frozen=True, slots=True)
class Unread:
    """An event of a kind we do not know, or with a field we cannot keep: told as seen, and left out."""

    store: int
    seq: int


@dataclass(slots=True)
class Batch:
    """Messages with the device they come from, each kind in the order it arrived."""

    statuses: list[tuple[int, Status, bool]] = field(default_factory=list)
    hellos: list[tuple[int, Hello]] = field(default_factory=list)
    part_acks: list[tuple[int, PartAck]] = field(default_factory=list)
    access_acks: list[tuple[int, AccessAck]] = field(default_factory=list)
    events: list[tuple[int, Event | Unread]] = field(default_factory=list)


class Sorter:
    """Reads raw messages. Keeps which MAC is which device: that never changes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._devices: dict[str, int] = {}

    def sort(self, raws: Iterable[Raw]) -> Batch:
        """The batch of these messages. One query at most, for MACs not met before."""
        read: list[tuple[str, object, bool]] = []
        for raw in raws:
            self.counts["received"] += 1
            try:
                topic = read_topic(raw.topic)
                if topic.way != "up":
                    raise ProtocolError("Not for us")
            except ProtocolError:
                self.counts["dropped: topic"] += 1
                continue
            if (message := self._read(topic.leaf, raw.payload)) is not None:
                read.append((topic.mac, message, raw.retained))
        self._look_up({mac for mac, _, _ in read} - self._devices.keys())
        batch = Batch()
        for mac, message, retained in read:
            if (device_id := self._devices.get(mac)) is None:
                self.counts["dropped: unknown MAC"] += 1
            else:
                _put(batch, device_id, message, retained)
        return batch

    def _read(self, leaf: str, payload: bytes) -> object:
        try:
            message = decode(leaf, payload)
            if not _fits(message):
                raise ProtocolError("A counter we never gave")
            return message
        except ProtocolError:
            if leaf == "event" and (unread := unread_event(payload)) is not None:
                self.counts["left out: event"] += 1
                return unread
            self.counts["dropped: malformed"] += 1
        except Exception:
            log.exception("a message could not be read: %r", payload[:200])
            self.counts["dropped: unreadable"] += 1
        return None

    def device_of(self, mac: str) -> int | None:
        """The device of this MAC, if it was met before."""
        return self._devices.get(mac)

    def _look_up(self, macs: set[str]) -> None:
        if not macs:
            return
        if len(self._devices) > MOST_KNOWN:
            self._devices.clear()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT d.mac, d.id FROM devices_device d JOIN devices_devicestate n ON n.device_id = d.id"
                " WHERE d.mac = ANY(%s)",
                [list(macs)],
            )
            self._devices.update(cursor.fetchall())


def _fits(message: object) -> bool:
    """Whether its counters are ones we could have given; the tables hold no larger ones."""
    if isinstance(message, Hello):
        return message.place <= MOST_PLACES and max(message.revisions.values(), default=0) <= MOST_REVISIONS
    return not isinstance(message, Event) or message.place <= MOST_PLACES


def _put(batch: Batch, device_id: int, message: object, retained: bool) -> None:
    match message:
        case Status():
            batch.statuses.append((device_id, message, retained))
        case Hello():
            batch.hellos.append((device_id, message))
        case PartAck():
            batch.part_acks.append((device_id, message))
        case AccessAck():
            batch.access_acks.append((device_id, message))
        case Event() | Unread():
            batch.events.append((device_id, message))


def unread_event(payload: bytes) -> Unread | None:
    """Which event this is, if it says so much; the device would repeat it for ever otherwise."""
    try:
        raw = json.loads(payload)
        store, seq = raw["store"], raw["seq"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    whole = type(store) is int and type(seq) is int and 0 < store < 2**63 and 0 < seq < 2**63
    return Unread(store, seq) if whole else None
