"""Thousands of MQTT clients in one thread: paho does MQTT, asyncio watches the sockets.

Only dialling (name look-up, TCP, TLS) happens in a few helper threads, since it may block. A new
client for each connection (`Line`): what an old one had not sent is lost with it.
"""

import asyncio
import random
import ssl
from concurrent.futures import Executor
from dataclasses import dataclass
from urllib.parse import urlsplit

from .device import Device
from .line import Line

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STARTS_PER_SECOND = 500


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens. `authority`: file of certificates to trust (None: the system's)."""

    host: str
    port: int
    tls: bool = False
    authority: str | None = None

    @classmethod
    def of(cls, url: str, authority: str | None = None) -> "Broker":
        """From mqtt://host:port or mqtts://host:port. Raises `ValueError`."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts", "tcp", "ssl") or not parts.hostname:
            raise ValueError(f"No MQTT address: {parts.scheme}://{parts.hostname or ''}")
        tls = parts.scheme in ("mqtts", "ssl")
        return cls(parts.hostname, parts.port or (8883 if tls else 1883), tls, authority)

    def context(self) -> ssl.SSLContext | None:
        """What to check the broker's certificate with; None without TLS. Raises `OSError`."""
        return ssl.create_default_context(cafile=self.authority) if self.tls else None


class Wire:
    """The connections of a fleet. All methods belong to the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, broker: Broker, helpers: Executor) -> None:
        self.loop = loop
        self.broker = broker
        self.helpers = helpers
        self.context = broker.context()
        self._plugs: dict[str, Plug] = {}

    def plug(self, device: Device) -> None:
        """Connect the device, and again whenever the connection breaks."""
        if device.spec.mac not in self._plugs:
            plug = self._plugs[device.spec.mac] = Plug(self, device)
            plug.dial_in(random.uniform(0, len(self._plugs) / STARTS_PER_SECOND))

    def unplug(self, device: Device) -> None:
        """Cut the connection without a word, and do not connect again."""
        plug = self._plugs.pop(device.spec.mac, None)
        if plug is not None:
            plug.pull()

    def tick(self) -> None:
        """Now and then: pings, and connections that fell silent."""
        for plug in list(self._plugs.values()):
            plug.tick()


class Plug:
    """Keeps one device connected: waits, dials, and begins again, longer each time it fails."""

    def __init__(self, wire: Wire, device: Device) -> None:
        self.wire = wire
        self.device = device
        self._failures = 0
        self._line: Line | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pulled = False

    def dial_in(self, delay: float) -> None:
        """Try in so many seconds."""
        self._timer = self.wire.loop.call_later(delay, self._dial)

    def pull(self) -> None:
        """No more of it."""
        self._pulled = True
        if self._timer is not None:
            self._timer.cancel()
        if self._line is not None:
            self._line.cut()

    def tick(self) -> None:
        """See `Wire.tick`."""
        if self._line is not None:
            self._line.tick()

    def _dial(self) -> None:
        self._line = Line(self.wire, self.device, self._up, self._down)
        self._line.dial()

    def _up(self, line: "Line") -> None:
        if line is self._line and not self._pulled:
            self._failures = 0
            self.device.connected(line)

    def _down(self, line: "Line", reason: str) -> None:
        if line is not self._line or self._pulled:
            return
        self._line = None
        self.device.disconnected(reason)
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        self.dial_in(random.uniform(longest / 2, longest))
