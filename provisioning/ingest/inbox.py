"""Between the network thread, which must not wait for the database, and the thread that writes."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

FULL = 20_000
LINGER = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as it came. `retained`: the broker kept it from earlier."""

    topic: str
    payload: bytes
    retained: bool = False


class Inbox:
    """A queue that hands out all that waits. A full one makes the broker wait, by not reading on."""

    def __init__(self, full: int = FULL) -> None:
        self._full = full
        self._waiting: deque[Raw] = deque()
        self._turn = threading.Condition()
        self._closed = False

    def put(self, raw: Raw) -> None:
        """Add one; blocks while the inbox is full and open."""
        with self._turn:
            while len(self._waiting) >= self._full and not self._closed:
                self._turn.wait(1.0)
            self._waiting.append(raw)
            if len(self._waiting) <= 2:  # the first, and the one that a lone first is given a moment for
                self._turn.notify_all()

    def take(self, most: int, timeout: float) -> list[Raw]:
        """What waits, oldest first, at most `most`; waits up to `timeout` seconds for the first one.

        A lone message is given a moment for what comes with it: a door event and the result of the
        command behind it are written together.
        """
        with self._turn:
            waiting = self._waiting
            if not waiting:
                self._turn.wait(timeout)
                if len(waiting) == 1 and not self._closed:
                    self._turn.wait(LINGER)
            taken = [waiting.popleft() for _ in range(min(most, len(waiting)))]
            if len(waiting) + len(taken) >= self._full:
                self._turn.notify_all()
            return taken

    def close(self) -> None:
        """Nobody takes any more: whoever waits to put goes on."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()

    def __len__(self) -> int:
        return len(self._waiting)
