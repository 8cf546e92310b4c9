"""Where a stack keeps its data, who owns it, and which ports it takes."""

import hashlib
import os
import pwd
import secrets
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET_FOLDER = 80  # the kernel takes 107 bytes for a socket's path, with its name
LOOPBACK = "127.0.0.1"
HANDED_OUT_BY_NOBODY = range(20_000, 32_000)


@dataclass(frozen=True)
class Owner:
    """Whom a service runs as that refuses to be root."""

    uid: int
    gid: int


def service_owner() -> Owner | None:
    """`nobody` when we are root (PostgreSQL refuses root), else None: ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid)


def reachable(path: Path) -> bool:
    """Whether everybody may walk down to `path`: no folder above it is closed to others."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


@dataclass(frozen=True)
class Places:
    """The folders of one stack below `var`.

    `home` is where a service of another owner keeps its data: `var`, unless we are root and `var`
    lies in a closed folder such as root's own; then a folder in /var/lib that belongs to this `var`.
    """

    var: Path
    owner: Owner | None

    @classmethod
    def at(cls, var: Path) -> "Places":
        """The places of the stack in `var`, made if they are missing."""
        places = cls(var.resolve(), service_owner())
        for folder in (places.var, places.logs):
            folder.mkdir(parents=True, exist_ok=True)
        return places

    def open_home(self) -> None:
        """Make the folders of the services; only a stack with services of its own needs them."""
        for folder in (self.home, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        self.hand_over(self.sockets, 0o700)

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def _mark(self) -> str:
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:10]

    @property
    def home(self) -> Path:
        if self.owner is None or reachable(self.var / "x"):
            return self.var
        return Path("/var/lib") / f"smartplus-{self._mark}"

    @property
    def sockets(self) -> Path:
        folder = self.home / "run"
        if len(str(folder).encode()) <= LONGEST_SOCKET_FOLDER:
            return folder
        return Path(tempfile.gettempdir()) / f"smartplus-{self._mark}"

    def hand_over(self, folder: Path, mode: int) -> None:
        """Make `folder` the services' own."""
        folder.chmod(mode)
        if self.owner:
            os.chown(folder, self.owner.uid, self.owner.gid)


def free_port() -> int:
    """A port nobody listens on just now, for a program that is started later.

    Below the ports that systems hand out by themselves (Linux from 32768, IANA from 49152): until the
    program listens, one of those could become the near end of somebody's connection.
    """
    ports = secrets.SystemRandom().sample(HANDED_OUT_BY_NOBODY, 100)
    return next(port for port in ports if port_is_free(port))


def port_is_free(port: int) -> bool:
    """Whether we could listen on `port` here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return not answers(port)


def first_free_port(start: int) -> int:
    """`start`, or the next free port after it."""
    return next((port for port in range(start, start + 100) if port_is_free(port)), 0) or free_port()


def answers(port: int) -> bool:
    """Whether somebody listens on `port` here."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0
