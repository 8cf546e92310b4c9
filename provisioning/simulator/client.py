"""How the front panel page and tests speak to the simulator. Blocks; opens a connection when first needed.

Imports nothing but the standard library.
"""

import json
import socket
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]


class SimulatorAway(Exception):
    """The simulator does not answer at its address."""


class SimulatorRefused(Exception):
    """The simulator says no; the message says why."""


class Simulator:
    """A line to the simulator at `url` (unix:///path or tcp://127.0.0.1:port). `timeout` in seconds."""

    def __init__(self, url: str, token: str = "", timeout: float = 5.0) -> None:
        self._url = urlsplit(url)
        self._token = token
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._left = b""

    def __enter__(self) -> "Simulator":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the next question connects again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._left = b""

    def ask(self, verb: str, **args: Any) -> Any:
        """Ask one thing. Raises `SimulatorRefused`, or `SimulatorAway`."""
        line = json.dumps({"verb": verb, "token": self._token, **args}).encode() + b"\n"
        try:
            reply = json.loads(self._exchange(line))
        except (OSError, ValueError) as error:
            self.close()
            raise SimulatorAway(f"The simulator does not answer: {error}") from error
        if not reply["ok"]:
            raise SimulatorRefused(reply["error"])
        return reply["result"]

    def _connect(self) -> socket.socket:
        if self._socket is None:
            if self._url.scheme == "unix":
                self._socket = socket.socket(socket.AF_UNIX)
                self._socket.settimeout(self._timeout)
                self._socket.connect(self._url.path)
            else:
                address = (self._url.hostname or "127.0.0.1", self._url.port or 8765)
                self._socket = socket.create_connection(address, self._timeout)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _exchange(self, line: bytes) -> bytes:
        sock = self._connect()
        sock.sendall(line)
        chunks = [self._left]
        while b"\n" not in chunks[-1]:
            chunk = sock.recv(1 << 20)
            if not chunk:
                raise OSError("it hung up")
            chunks.append(chunk)
        reply, _, self._left = b"".join(chunks).partition(b"\n")
        return reply

    # The fleet

    def ping(self) -> Json:
        """{"devices", "online", "waiting"}: how many there are, are connected, and events nobody has seen."""
        return self._dict(self.ask("ping"))

    def devices(self) -> list[Json]:
        """All devices, a few words each."""
        found: list[Json] = self.ask("list")
        return found

    def add(self, *devices: Json) -> None:
        """Mount devices: {"mac", "secret", "model", "firmware", "name", "kind"} each."""
        self.ask("add", devices=list(devices))

    def remove(self, mac: str) -> None:
        """Take a device down; its memory stays for when it comes back."""
        self.ask("remove", mac=mac)

    # One device (`mac` of each may also be a list or "*": then the answer is by MAC)

    def state(self, mac: str) -> Json:
        """Everything the front panel shows."""
        return self._dict(self.ask("state", mac=mac))

    def memory(self, mac: str) -> Json:
        """What it really holds, PINs and all."""
        return self._dict(self.ask("memory", mac=mac))

    def press(self, mac: str, keys: str | list[str]) -> Json:
        """Press keys one after the other: "381042#", or ["1", "call"]. The screen after it."""
        return self._dict(self.ask("press", mac=mac, keys=keys))

    def pin(self, mac: str, pin: str, apt: str | None = None) -> Json:
        """Try a PIN: {"relays", "subject", "reason"}."""
        return self._dict(self.ask("pin", mac=mac, pin=pin, apt=apt))

    def card(self, mac: str, card: str) -> Json:
        """Hold a card: {"relays", "subject", "reason"}."""
        return self._dict(self.ask("card", mac=mac, card=card))

    def fault(self, mac: str | list[str], **faults: Any) -> Json:
        """Switch faults: offline, slow, drop, duplicate, refuse, lie, clock, capacity."""
        return self._dict(self.ask("fault", mac=mac, set=faults))

    def clear(self, mac: str | list[str]) -> None:
        """Switch all faults off."""
        self.ask("clear", mac=mac)

    def forget(self, mac: str) -> int:
        """Empty its memory. The new store."""
        return int(self.ask("forget", mac=mac))

    def travel(self, mac: str | list[str], seconds: float) -> None:
        """Move its clock against the true time; 0 puts it right."""
        self.ask("travel", mac=mac, seconds=seconds)

    @staticmethod
    def _dict(value: Any) -> Json:
        found: Json = value
        return found
