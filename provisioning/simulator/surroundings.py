"""What a device stands in, as it sees it: a label, a socket, a disk, the time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .disk import Disk

if TYPE_CHECKING:
    from .device import Device


@dataclass(frozen=True, slots=True)
class Spec:
    """What stands on the label of a device, and the secret it was given."""

    mac: str
    secret: str
    model: str = "R29"
    firmware: str = "29.30.10.437"
    name: str = ""
    kind: str = "0"


class Link(Protocol):
    """A connection that is up. `conn` is its random name."""

    conn: str

    def publish(self, leaf: str, payload: bytes, retain: bool) -> None:
        """Send, or lose it when the connection breaks."""


class Host(Protocol):
    """Whoever runs devices."""

    disk: Disk

    def time(self) -> float:
        """The true time, seconds since 1970."""

    def later(self, delay: float, task: Callable[[], None]) -> object:
        """Run the task in `delay` seconds."""

    def plug(self, device: "Device") -> None:
        """Connect it, and again whenever the connection breaks."""

    def unplug(self, device: "Device") -> None:
        """Cut its connection without a word, so that the broker tells its will."""

    def fetch_autop(self, device: "Device") -> None:
        """Fetch its AutoP file; `device.autop` is set when it came."""

    def fetch_body(self, device: "Device", url: str, done: Callable[[bytes | None, str], None]) -> None:
        """Fetch a large body, then `done(body, error)`."""
