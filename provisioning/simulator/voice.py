"""What a device says: status, hello, answers, and events again and again until they are seen."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from provisioning.protocol import Event, Hello, Message, Seen, Status, encode
from provisioning.protocol.events import What

from .surroundings import Link

if TYPE_CHECKING:
    from .device import Device

STATUS_EVERY = 60.0
HELLO_EVERY = 3600.0
FIRST_PATIENCE, LAST_PATIENCE = 30.0, 600.0
LOGGED = 50


@dataclass(frozen=True, slots=True)
class Logged:
    """A message on the wire. `way`: up, down, or lost (on purpose). `note`: why it was not understood."""

    at: datetime
    way: str
    leaf: str
    payload: bytes
    note: str = ""


class Voice:
    """The sending half of one device, and its log of both ways."""

    def __init__(self, device: "Device") -> None:
        self._device = device
        self.link: Link | None = None
        self.log: deque[Logged] = deque(maxlen=LOGGED)
        self._status_at = self._hello_at = self._quiet_since = 0.0
        self._patience = FIRST_PATIENCE
        self._pumping = self._greeting = False

    def connected(self, link: Link) -> None:
        """The connection is up: who and what first, then the events that wait."""
        self.link = link
        self._device.memory.spool.rewind()
        self._patience = FIRST_PATIENCE
        self._say_status()
        self.hello_soon()

    def say(self, message: Message) -> None:
        """Send, if there is a connection; nothing is kept for later."""
        self._send(message.leaf, encode(message))

    def say_when_kept(self, message: Message) -> None:
        """Send once what the message speaks of is on disk."""
        self._device.host.disk.after(lambda: self.say(message))

    def hello_soon(self) -> None:
        """Say hello once everything is on disk; once for many reasons in the same turn."""
        if not self._greeting:
            self._greeting = True
            self._device.host.disk.after(self._say_hello)

    def note(self, what: What, times: int = 1) -> None:
        """Something happened: an event, kept until it is seen."""
        self._device.memory.append(what, self._device.clock.now(), times)
        self._pump_soon()

    def seen(self, message: Seen) -> None:
        """The portal has everything up to there: forget it, send more."""
        if self._device.memory.spool.seen(message.store, message.seq):
            self._quiet_since, self._patience = self._device.host.time(), FIRST_PATIENCE
        self._pump_soon()

    def tick(self, now: float) -> None:
        """Say what is due; repeat events that nobody has seen for long."""
        if self.link is None:
            return
        if now >= self._status_at:
            self._say_status()
        if now >= self._hello_at:
            self.hello_soon()
        spool = self._device.memory.spool
        if spool.flying and now - self._quiet_since >= self._patience:
            self._patience = min(self._patience * 2, LAST_PATIENCE)
            self._quiet_since = now
            spool.rewind()
            self._pump_soon()

    def write_log(self, way: str, leaf: str, payload: bytes, note: str = "") -> None:
        """Note a message for the front panel."""
        self.log.appendleft(Logged(self._device.clock.now(), way, leaf, payload, note))

    def _pump_soon(self) -> None:
        if not self._pumping:
            self._pumping = True
            self._device.host.disk.after(self._pump)

    def _pump(self) -> None:
        self._pumping = False
        if self.link is None or self._greeting:  # who speaks comes before what happened
            return
        spool = self._device.memory.spool
        idle = spool.flying == 0
        events = spool.take()
        if events and idle:
            self._quiet_since = self._device.host.time()
        for _, body in events:
            self._send(Event.leaf, body)

    def _send(self, leaf: str, payload: bytes) -> None:
        if self.link is None:
            return
        copies = self._device.faults.copies()
        self.write_log("up" if copies else "lost", leaf, payload)
        for _ in range(copies):
            self.link.publish(leaf, payload, leaf == Status.leaf)

    def _say_status(self) -> None:
        device = self._device
        self._status_at = device.host.time() + STATUS_EVERY * device.faults.chance.uniform(0.8, 1.2)
        if self.link is not None:
            spool = device.memory.spool
            load = min(1.0, spool.flying / spool.WINDOW)
            self.say(Status(True, self.link.conn, device.clock.now(), round(device.clock.ahead, 3), load))

    def _say_hello(self) -> None:
        device, memory = self._device, self._device.memory
        self._greeting = False
        self._hello_at = device.host.time() + HELLO_EVERY * device.faults.chance.uniform(0.9, 1.0)
        held = memory.parts.held
        hello = Hello(
            store=memory.store,
            place=memory.place,
            model=device.spec.model,
            firmware=device.spec.firmware,
            boot=device.booted,
            ip=device.ip,
            revisions={part: entry.rev for part, entry in held.items()},
            digests={"access": memory.digest} | {part: entry.digest for part, entry in held.items()},
            last_seq=memory.seq,
        )
        self.say(hello)
        self._pump_soon()
