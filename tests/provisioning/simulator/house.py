"""A house for single devices: real disk, a clock and a wire the test holds in its hands."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from provisioning.protocol import (
    AccessAck,
    AccessState,
    Command,
    Config,
    Event,
    Hello,
    Item,
    Message,
    PartState,
    Range,
    RelayConfig,
    Seen,
    decode,
    encode,
)
from provisioning.simulator.device import Device
from provisioning.simulator.disk import Disk
from provisioning.simulator.surroundings import Spec

START = datetime(2026, 11, 20, 8, 42, tzinfo=UTC).timestamp()
MAC = "0C11050B9814"
BOTH = RelayConfig(1, "Main door", methods=("pin", "card", "talking"), hold=5)
CONFIG = Config(
    "Main entrance",
    "Lindenhof Courtyard",
    "Europe/Berlin",
    relays=(BOTH, RelayConfig(2, "Garage", dtmf="1", methods=("card",), hold=3)),
)


class Wire:
    """A connection that remembers what was sent."""

    def __init__(self, conn: str) -> None:
        self.conn = conn
        self.sent: list[tuple[str, bytes, bool]] = []

    def publish(self, leaf: str, payload: bytes, retain: bool) -> None:
        self.sent.append((leaf, payload, retain))


class House:
    """Runs devices by hand: `turn` ends a turn of the loop, `wait` lets time pass."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.now = START
        self.devices: list[Device] = []
        self.wires: dict[str, Wire] = {}
        self.fetched: list[str] = []
        self._soon: list[Callable[[], None]] = []
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._conn = itertools.count(1)
        self.disk = Disk.open(path, self._soon.append)

    # What a device asks of its host

    def time(self) -> float:
        return self.now

    def later(self, delay: float, task: Callable[[], None]) -> None:
        self._later.append((self.now + delay, task))

    def plug(self, device: Device) -> None:
        if device.spec.mac not in self.wires:
            wire = self.wires[device.spec.mac] = Wire(f"conn{next(self._conn)}")
            device.connected(wire)

    def unplug(self, device: Device) -> None:
        self.wires.pop(device.spec.mac, None)

    def fetch_autop(self, device: Device) -> None:
        self.fetched.append(device.spec.mac)

    def fetch_body(self, device: Device, url: str, done: Callable[[bytes | None, str], None]) -> None:
        done(b'{"pictures": 3}' if url.startswith("https://portal/") else None, "not there")

    # What a test does

    def turn(self) -> None:
        """What a turn wrote is put on disk; what waited for that is done."""
        while self._soon:
            tasks, self._soon[:] = list(self._soon), []
            for task in tasks:
                task()

    def wait(self, seconds: float) -> None:
        """Time passes, in steps of a second (longer ones where it is long); timers run, devices tick."""
        end, step = self.now + seconds, max(1.0, seconds / 1000)
        while self.now < end:
            self.now = min(end, self.now + step)
            due = [task for at, task in self._later if at <= self.now]
            self._later = [(at, task) for at, task in self._later if at > self.now]
            for task in due:
                task()
            for device in self.devices:
                device.tick()
            self.turn()

    def power_cut(self) -> "House":
        """The process dies at once: what is not on disk is gone. A house on the same disk."""
        self.disk._connection.close()
        house = House(self.path)
        house.now = self.now
        return house


class Door:
    """One device and the portal's end of its wire."""

    def __init__(self, house: House, model: str = "R29") -> None:
        self.house = house
        self.device = Device(Spec(MAC, "secret", model), house)
        self.messages = itertools.count(1)
        house.devices.append(self.device)
        self.device.start()
        house.turn()

    @property
    def store(self) -> int:
        return self.device.memory.store

    def take(self) -> list[Message]:
        """What the device has said since the last time."""
        self.house.turn()
        wire = self.house.wires.get(MAC)
        if wire is None:
            return []
        sent, wire.sent = wire.sent, []
        return [decode(leaf, payload) for leaf, payload, _ in sent]

    def tell(self, message: Message) -> list[Message]:
        """Tell it something; what it says to that."""
        self.device.heard(message.leaf, encode(message))
        return self.take()

    def access(self, *items: Item, span: Range | None = None, place: int = 1) -> AccessAck:
        """Send items; the answer."""
        message = AccessState(self.store, place, f"m{next(self.messages)}", items, span)
        answers = [found for found in self.tell(message) if isinstance(found, AccessAck)]
        assert len(answers) == 1
        return answers[0]

    def configure(self, config: Config = CONFIG, rev: int = 1) -> None:
        """Give it its configuration."""
        self.tell(PartState(self.store, "config", rev, config.json()))

    def order(self, verb: str, number: int = 1, seconds: float = 10, **args: Any) -> list[Message]:
        """Give a command; what it says to that."""
        expires = self.device.clock.true() + timedelta(seconds=seconds)
        return self.tell(Command(f"6f9619ff-8b86-4011-b42d-{number:012d}", verb, args, expires))

    def events(self) -> list[Event]:
        """The events it has said since the last time, told as seen."""
        found = [message for message in self.take() if isinstance(message, Event)]
        if found:
            self.tell(Seen(found[-1].store, found[-1].seq))
        return found


def hellos(messages: list[Message]) -> list[Hello]:
    """Only the hellos."""
    return [message for message in messages if isinstance(message, Hello)]


def results(messages: list[Message]) -> list[Any]:
    """What the command events among them say."""
    return [found.what for found in messages if isinstance(found, Event) and found.what.kind == "command"]
