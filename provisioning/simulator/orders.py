"""The commands a device was ever given: written down before anything is done about them."""

from datetime import datetime, timedelta

from .disk import Disk

KEPT = timedelta(days=30)

BEGUN = "begun"
RESTARTING = "restarting"
FINISHED = "finished"


class Orders:
    """The ids of one device's commands. They outlive reboots, resets and an emptied memory."""

    def __init__(self, disk: Disk, mac: str) -> None:
        self._disk = disk
        self._mac = mac
        self._states: dict[str, str] = {}

    def load(self, now: datetime) -> None:
        """Read the ids from disk, without those nobody will send again."""
        sql = "DELETE FROM command WHERE mac = ? AND state = ? AND at < ?"
        self._disk.write(sql, self._mac, FINISHED, (now - KEPT).timestamp())
        self._states = dict(self._disk.rows("SELECT id, state FROM command WHERE mac = ?", self._mac))

    def known(self, order: str) -> bool:
        """Whether the command was already given."""
        return order in self._states

    def note(self, order: str, verb: str, state: str, now: datetime) -> None:
        """Write down a command, or how far it has come."""
        self._states[order] = state
        sql = "INSERT OR REPLACE INTO command (mac, id, verb, state, at) VALUES (?, ?, ?, ?, ?)"
        self._disk.write(sql, self._mac, order, verb, state, now.timestamp())

    def unfinished(self) -> list[tuple[str, str, str]]:
        """(id, verb, state) of what was begun and not finished: the power went away meanwhile."""
        sql = "SELECT id, verb, state FROM command WHERE mac = ? AND state <> ? ORDER BY at"
        return self._disk.rows(sql, self._mac, FINISHED)
