"""What one device holds: items with their numbers, parts, events, the commands it was ever given.

Numbers and the digest stand in RAM, bodies on disk: a thousand devices may each know ten thousand people.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from provisioning.protocol import (
    Event,
    Item,
    Range,
    Removal,
    Schedule,
    encode,
    pair_hash,
    read_item,
)
from provisioning.protocol.events import What

from .decide import Book
from .disk import Disk
from .parts import Parts
from .spool import Spool

Held = tuple[int, int, bool]
Refusal = tuple[int, int, str]
Objection = Callable[["Memory", Item], str | None]
TOMBSTONE = timedelta(hours=24)

KEEP = "INSERT OR REPLACE INTO item (mac, subject, number, kept, kind, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
SWEEP = """UPDATE item SET number = ?1, at = CASE WHEN kept THEN ?2 ELSE at END, kept = 0, body = NULL
WHERE mac = ?3 AND subject = ?4"""


class Memory:
    """The memory of the device `mac`. Every change is written at once; see `Disk` for when it is safe."""

    def __init__(self, disk: Disk, mac: str) -> None:
        self.disk = disk
        self.mac = mac
        self.store = self.place = self.seq = 0
        self.parts = Parts(disk, mac)
        self.spool = Spool(disk, mac)
        self.used: dict[int, int] = {}
        self._numbers: dict[int, int] = {}  # subject: its number, below zero for a removal
        self._schedules: set[int] = set()
        self._digest = 0
        self._people = 0
        self._book: Book | None = None

    @classmethod
    def open(cls, disk: Disk, mac: str, now: datetime) -> "Memory":
        """What the disk holds of the device; a store of its own where it holds nothing."""
        memory = cls(disk, mac)
        rows = disk.rows("SELECT store, place, seq FROM device WHERE mac = ?", mac)
        if not rows:
            memory.empty(now, place=0)
            return memory
        memory.store, memory.place, memory.seq = rows[0]
        memory.parts.load()
        memory.used = dict(disk.rows("SELECT subject, times FROM used WHERE mac = ?", mac))
        for subject, number, kept, kind in disk.rows(
            "SELECT subject, number, kept, kind FROM item WHERE mac = ?", mac
        ):
            memory._count(subject, number if kept else -number, kind)
        return memory

    # What it is

    @property
    def digest(self) -> str:
        """Over everything held that is on, as `hello` tells it."""
        return f"{self._digest:016x}"

    @property
    def people(self) -> int:
        """How many people it holds."""
        return self._people

    def held(self, subject: int) -> Held | None:
        """The subject, its number, and whether it is on; None when nothing is known of it."""
        number = self._numbers.get(subject)
        return None if number is None else (subject, abs(number), number > 0)

    def has_schedule(self, subject: int) -> bool:
        """Whether the schedule is held."""
        return subject in self._schedules

    def items(self) -> list[Item]:
        """Everything held, removals too, in subject order."""
        sql = "SELECT subject, number, kept, kind, body FROM item WHERE mac = ? ORDER BY subject"
        found: list[Item] = []
        for subject, number, kept, kind, body in self.disk.rows(sql, self.mac):
            found.append(read_item(json.loads(body)) if kept else Removal(subject, number, kind))
        return found

    def changed(self) -> datetime | None:
        """When an item last changed."""
        at = self.disk.rows("SELECT max(at) FROM item WHERE mac = ?", self.mac)[0][0]
        return None if at is None else datetime.fromtimestamp(at, UTC)

    def book(self) -> Book:
        """Everybody it knows, made ready at the first question after a change."""
        if self._book is None:
            self._book = Book.of(item for item in self.items() if not isinstance(item, Removal))
        return self._book

    # Items

    def take(
        self, items: Iterable[Item], span: Range | None, objection: Objection, now: datetime
    ) -> tuple[tuple[Held, ...], tuple[Refusal, ...]]:
        """Take a message of items, as docs/protocol.md says; `objection` tells why one cannot be kept.

        Gives what is now held of the subjects named, and what was refused.
        """
        items = list(items)
        if span is not None:
            self._sweep(span, {item.subject for item in items}, now)
        refused: list[Refusal] = []
        for item in sorted(items, key=_schedules_first):
            if item.number <= abs(self._numbers.get(item.subject, 0)):
                continue
            reason = objection(self, item)
            if reason is None:
                self._keep(item, now)
            else:
                refused.append((item.subject, item.number, reason))
        held = (self.held(item.subject) for item in items)
        return tuple(entry for entry in held if entry is not None), tuple(refused)

    def _keep(self, item: Item, now: datetime) -> None:
        body = json.dumps(item.json(), ensure_ascii=False) if item.on else None
        self._count(item.subject, item.number if item.on else -item.number, item.kind)
        values = (self.mac, item.subject, item.number, int(item.on), item.kind, body, now.timestamp())
        self.disk.write(KEEP, *values)

    def _sweep(self, span: Range, listed: set[int], now: datetime) -> None:
        """What lies in the span, is not listed and not newer than the list becomes a removal of `as_of`."""
        sql = "SELECT subject, kind FROM item WHERE mac = ? AND subject >= ? AND subject < ? AND number <= ?"
        rows = self.disk.rows(sql, self.mac, span.low, span.high, span.as_of)
        gone = [(subject, kind) for subject, kind in rows if subject not in listed]
        for subject, kind in gone:
            self._count(subject, -span.as_of, kind)
        if gone:
            at = now.timestamp()
            self.disk.write_many(SWEEP, [(span.as_of, at, self.mac, subject) for subject, _ in gone])

    def _count(self, subject: int, number: int, kind: str) -> None:
        """Note a subject's new number (below zero: removed) in everything that is kept in RAM."""
        old = self._numbers.get(subject, 0)
        if old > 0:
            self._digest ^= pair_hash(subject, old)
            self._people -= subject not in self._schedules
            self._schedules.discard(subject)
        if number > 0:
            self._digest ^= pair_hash(subject, number)
            self._people += kind == "person"
            if kind == "schedule":
                self._schedules.add(subject)
        self._numbers[subject] = number
        self._book = None

    def count_use(self, subject: int) -> None:
        """The subject opened once more."""
        self.used[subject] = self.used.get(subject, 0) + 1
        sql = "INSERT OR REPLACE INTO used (mac, subject, times) VALUES (?, ?, ?)"
        self.disk.write(sql, self.mac, subject, self.used[subject])

    def forget_tombstones(self, now: datetime) -> None:
        """Drop removals older than a day, with the counts of their uses."""
        sql = "SELECT subject FROM item WHERE mac = ? AND NOT kept AND at < ?"
        old = [row[0] for row in self.disk.rows(sql, self.mac, (now - TOMBSTONE).timestamp())]
        for subject in old:
            del self._numbers[subject]
            self.used.pop(subject, None)
        keys = [(self.mac, subject) for subject in old]
        if keys:
            self.disk.write_many("DELETE FROM item WHERE mac = ? AND subject = ?", keys)
            self.disk.write_many("DELETE FROM used WHERE mac = ? AND subject = ?", keys)

    # The whole of it

    def empty(self, now: datetime, place: int, *, keep_events: bool = False) -> None:
        """Forget everything but the ids of commands; a new store, higher than any before.

        `keep_events`: what waits stays, under the store and place it happened in (the device was moved).
        """
        for table in ("item", "used"):
            self.disk.write(f"DELETE FROM {table} WHERE mac = ?", self.mac)
        self.parts.clear()
        if not keep_events:
            self.spool.clear()
        self.used.clear()
        self._numbers.clear()
        self._schedules.clear()
        self._digest = self._people = 0
        self._book = None
        self.store, self.place, self.seq = max(self.store + 1, int(now.timestamp())), place, 0
        self._write_device()

    def settle(self, place: int) -> None:
        """Learn for the first time where it hangs."""
        self.place = place
        self._write_device()

    def append(self, what: What, at: datetime, times: int = 1) -> None:
        """Note that something happened (`times` over, each with a number of its own)."""
        first = self.seq + 1
        event = encode(Event(store=self.store, place=self.place, seq=first, at=at, what=what))
        head, _, tail = event.partition(b'"seq":%d,' % first)
        self.seq += times
        rows = [(seq, b'%b"seq":%d,%b' % (head, seq, tail)) for seq in range(first, first + times)]
        self.spool.keep(self.store, rows)
        self._write_device()

    def _write_device(self) -> None:
        sql = "INSERT OR REPLACE INTO device (mac, store, place, seq) VALUES (?, ?, ?, ?)"
        self.disk.write(sql, self.mac, self.store, self.place, self.seq)


def _schedules_first(item: Item) -> int:
    return 0 if isinstance(item, Schedule) else 1
