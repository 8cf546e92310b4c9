"""One simulated device: it listens, answers, remembers, decides."""

import json
import random

from provisioning.protocol import AccessState, Command, Message, PartState, ProtocolError, Seen, decode

from .autop import Fetched
from .catalogue import model_of
from .clock import Clock
from .faults import Faults
from .front import Front
from .keeper import take_access, take_part
from .memory import Memory
from .obey import obey, resume
from .orders import Orders
from .surroundings import Host, Link, Spec
from .voice import Voice

BOOT_TAKES = 2.0
TIDY_EVERY = 3600.0


class Device:
    """One device: what it holds (`memory`, `orders`), its face (`front`), what it says (`voice`), its time.

    `mounted`: still part of the fleet; `trouble`: why it has no connection; `autop`: what the last
    fetch of its own configuration gave.
    """

    def __init__(self, spec: Spec, host: Host) -> None:
        self.spec = spec
        self.host = host
        self.model = model_of(spec.model)
        self.faults = Faults(chance=random.Random(spec.mac))
        self.clock = Clock(host.time, self.faults)
        self.memory = Memory.open(host.disk, spec.mac, self.clock.true())
        self.orders = Orders(host.disk, spec.mac)
        self.front = Front(self)
        self.voice = Voice(self)
        self.autop: Fetched | None = None
        self.mounted = True
        self.powered = False
        self.trouble = ""
        self.booted = self.clock.true()
        self._tidy_at = 0.0

    @property
    def online(self) -> bool:
        """Whether it has a connection."""
        return self.voice.link is not None

    @property
    def ip(self) -> str:
        """An address of its own, made from the MAC."""
        low = int(self.spec.mac[6:], 16)
        return f"10.{low >> 16 & 255}.{low >> 8 & 255}.{low & 255}"

    # Power

    def start(self) -> None:
        """Switch it on: what the power cut off is told, then it connects."""
        self.powered = True
        self.booted = self.clock.true()
        self._tidy_at = self.host.time() + TIDY_EVERY * self.faults.chance.uniform(0.8, 1.2)
        self.orders.load(self.booted)
        self.front.reset()
        resume(self)
        if not self.faults.offline:
            self.host.plug(self)
        self.host.fetch_autop(self)

    def stop(self) -> None:
        """Pull the plug."""
        self.powered = False
        self._cut()

    def restart(self) -> None:
        """Off, and on again a little later."""
        self.stop()
        self.host.later(BOOT_TAKES, self._start_again)

    def _start_again(self) -> None:
        if self.mounted and not self.powered:
            self.start()

    def _cut(self) -> None:
        self.voice.link = None
        self.host.unplug(self)

    def relabel(self, spec: Spec) -> None:
        """The fleet says something new about it; a new secret means a new connection."""
        changed = spec.secret != self.spec.secret
        self.spec, self.model = spec, model_of(spec.model)
        if changed and self.powered and not self.faults.offline:
            self._cut()
            self.host.plug(self)

    def misbehave(self, wanted: dict[str, object]) -> None:
        """Switch faults. Raises `ValueError` for one there is not."""
        self.faults.set(**wanted)
        self._follow_fault()

    def behave(self) -> None:
        """Switch all faults off."""
        self.faults.clear()
        self._follow_fault()

    def _follow_fault(self) -> None:
        if self.faults.offline:
            self._cut()
        elif self.powered:
            self.host.plug(self)

    def forget(self) -> None:
        """Lose the whole memory, as after a new flash."""
        self.memory.empty(self.clock.true(), place=0)
        self.front.reset()
        self.voice.hello_soon()

    # Connection

    def connected(self, link: Link) -> None:
        """The connection is up and subscribed."""
        self.trouble = ""
        self.voice.connected(link)

    def disconnected(self, reason: str) -> None:
        """The connection is gone, or did not come about."""
        self.voice.link, self.trouble = None, reason

    def heard(self, leaf: str, payload: bytes) -> None:
        """A message arrived (and may be lost, doubled or delayed on purpose)."""
        copies = self.faults.copies()
        if copies == 0:
            self.voice.write_log("lost", leaf, payload)
        for _ in range(copies):
            if self.faults.slow:
                self.host.later(self.faults.slow, lambda: self._handle(leaf, payload))
            else:
                self._handle(leaf, payload)

    def _handle(self, leaf: str, payload: bytes) -> None:
        if not self.powered:
            return
        try:
            message = decode(leaf, payload)
        except ProtocolError as error:
            self.voice.write_log("down", leaf, payload, str(error))
            return
        self.voice.write_log("down", leaf, payload)
        self._take(message)

    def _take(self, message: Message) -> None:
        if isinstance(message, AccessState):
            take_access(self, message)
        elif isinstance(message, PartState):
            take_part(self, message)
        elif isinstance(message, Command):
            obey(self, message)
        elif isinstance(message, Seen):
            self.voice.seen(message)

    def fetch(self, message: PartState) -> None:
        """Fetch the body of a part from its address, then keep it. Without it nothing is answered."""

        def fetched(body: bytes | None, error: str) -> None:
            try:
                if body is None:
                    raise ValueError(error)
                whole = PartState(message.store, message.part, message.rev, body=json.loads(body))
            except (ValueError, RecursionError) as wrong:
                self.voice.write_log("down", message.leaf, b"{}", str(wrong))
            else:
                take_part(self, whole)

        self.host.fetch_body(self, message.url or "", fetched)

    def tick(self) -> None:
        """Once a second: what is due. Hourly old tombstones go and the own configuration is fetched anew."""
        now = self.host.time()
        if not self.powered:
            return
        self.front.tick(now)
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_EVERY * self.faults.chance.uniform(0.8, 1.2)
            self.memory.forget_tombstones(self.clock.true())
            self.host.fetch_autop(self)
        self.voice.tick(now)
