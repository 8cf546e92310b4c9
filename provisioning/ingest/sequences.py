"""Up to which number everything is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

MOST_AHEAD = 1000  # numbers kept after a gap; the device repeats what lies behind


def advance(seen: int, ahead: Iterable[int], new: Iterable[int]) -> tuple[int, list[int]]:
    """`seen` and the numbers known after a gap, once the `new` ones are there as well.

    >>> advance(3, [6], [4, 7])
    (4, [6, 7])
    >>> advance(4, [6, 7], [5, 2])
    (7, [])
    """
    waiting = {number for number in (*ahead, *new) if number > seen}
    while seen + 1 in waiting:
        seen += 1
        waiting.remove(seen)
    return seen, sorted(waiting)[:MOST_AHEAD]


@dataclass(frozen=True, slots=True)
class SeenUpTo:
    """What a device may forget: events of `store` up to `seq`. `strange`: it must say hello first."""

    mac: str
    store: int
    seq: int
    strange: bool = False


@dataclass(slots=True)
class Ledger:
    """Which events of one device are committed: of its present store and of the last ones before."""

    device_id: int
    mac: str
    store: int
    seen: int
    ahead: list[int]
    earlier: dict[str, tuple[int, list[int]]]
    changed: bool = False

    @classmethod
    def of(cls, device_id: int, mac: str, store: int, seen: int, ahead: list[int], earlier: str) -> Ledger:
        """From a row; `earlier` is JSON."""
        return cls(device_id, mac, store, seen, ahead, json.loads(earlier))

    def note(self, store: int, numbers: set[int]) -> SeenUpTo:
        """These events of `store` are written now. What the device may be told."""
        if store > self.store:  # its hello was lost: nothing is seen until we know the store
            return SeenUpTo(self.mac, self.store, 0, strange=True)
        if store == self.store:
            seen, ahead = advance(self.seen, self.ahead, numbers)
            self.changed |= (seen, ahead) != (self.seen, self.ahead)
            self.seen, self.ahead = seen, ahead
            return SeenUpTo(self.mac, store, seen)
        # A device that was moved keeps what happened before; of a store we never met it begins with these.
        known = self.earlier.get(str(store), (min(numbers) - 1, []))
        seen, ahead = advance(*known, numbers)
        self.changed |= [seen, ahead] != list(known)
        self.earlier[str(store)] = (seen, ahead)
        return SeenUpTo(self.mac, store, seen)

    def row(self) -> tuple[int, int, str, str]:
        """As it is written."""
        ahead = "{" + ",".join(map(str, self.ahead)) + "}"
        return self.device_id, self.seen, ahead, json.dumps(self.earlier)
