"""Two clocks: the true one of this machine, and the one a device goes by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .faults import Faults

FAR = 3e9


class Clock:
    """A device's clock. `travel`: seconds it was moved for a test (and may be trusted all the same)."""

    def __init__(self, time: Callable[[], float], faults: Faults) -> None:
        self._time = time
        self._faults = faults
        self.travel = 0.0

    def true(self) -> datetime:
        """The time outside: what a command's end and a tombstone's age are measured by."""
        return datetime.fromtimestamp(self._time(), UTC)

    def now(self) -> datetime:
        """The time the device goes by at the door, and writes into events."""
        return self.true() + timedelta(seconds=self.ahead)

    @property
    def ahead(self) -> float:
        """Seconds the device's clock is ahead of the true one."""
        return self.travel + (self._faults.clock or 0.0)

    @property
    def trusted(self) -> bool:
        """Whether the device may go by it."""
        return self._faults.clock is None

    def set_travel(self, seconds: float) -> None:
        """Move the clock. Raises `ValueError` for a time no calendar has."""
        if not -FAR <= seconds <= FAR:
            raise ValueError("Too far")
        self.travel = float(seconds)
