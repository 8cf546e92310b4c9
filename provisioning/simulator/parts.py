"""The parts other than access, and the settings of one-time AutoP."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from provisioning.protocol import Config, Contacts, Doors, body_digest

from .disk import Disk

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A part as it is held: revision, digest of its body, and when it was taken."""

    rev: int
    digest: str
    applied: datetime


class Parts:
    """The parts of one device. `config` and `doors` are kept ready, as each decision asks for them."""

    def __init__(self, disk: Disk, mac: str) -> None:
        self._disk = disk
        self._mac = mac
        self.held: dict[str, Held] = {}
        self.config: Config | None = None
        self.doors = Doors()

    def load(self) -> None:
        """Read from disk what is held."""
        sql = "SELECT part, rev, body, applied FROM part WHERE mac = ?"
        for part, rev, body, applied in self._disk.rows(sql, self._mac):
            self._hold(part, rev, json.loads(body), datetime.fromtimestamp(applied, UTC))

    def take(self, part: str, rev: int, body: Body, now: datetime) -> int:
        """Keep a body if it is newer than what is held. The revision held now.

        Raises `ProtocolError` for a body that is not what the part should be; then nothing changes.
        """
        held = self.held.get(part)
        if held is not None and held.rev >= rev:
            return held.rev
        self._hold(part, rev, body, now)
        sql = "INSERT OR REPLACE INTO part (mac, part, rev, body, applied) VALUES (?, ?, ?, ?, ?)"
        self._disk.write(sql, self._mac, part, rev, json.dumps(body, ensure_ascii=False), now.timestamp())
        return rev

    def _hold(self, part: str, rev: int, body: Body, applied: datetime) -> None:
        if part == "config":
            self.config = Config.read(body)
        elif part == "doors":
            self.doors = Doors.read(body)
        elif part == "contacts":
            Contacts.read(body)
        self.held[part] = Held(rev, body_digest(body), applied)

    def body(self, part: str) -> Body | None:
        """The body of a part as it was told; None when it is not held."""
        rows = self._disk.rows("SELECT body FROM part WHERE mac = ? AND part = ?", self._mac, part)
        return json.loads(rows[0][0]) if rows else None

    def contacts(self) -> Contacts:
        """Who can be called; nobody while the part is not held."""
        body = self.body("contacts")
        return Contacts() if body is None else Contacts.read(body)

    def clear(self) -> None:
        """Forget all parts and all one-time settings."""
        self.held.clear()
        self.config = None
        self.doors = Doors()
        self._disk.write("DELETE FROM part WHERE mac = ?", self._mac)
        self._disk.write("DELETE FROM setting WHERE mac = ?", self._mac)

    def set_once(self, lines: list[tuple[str, str]]) -> None:
        """Keep one-time AutoP lines (key, value) until a reset."""
        sql = "INSERT OR REPLACE INTO setting (mac, key, value) VALUES (?, ?, ?)"
        self._disk.write_many(sql, [(self._mac, key, value) for key, value in lines])

    def once(self) -> dict[str, str]:
        """The one-time lines in force."""
        rows = self._disk.rows("SELECT key, value FROM setting WHERE mac = ? ORDER BY key", self._mac)
        return dict(rows)
