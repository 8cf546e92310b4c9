"""Events on disk until the portal says that they are committed."""

from .disk import Disk

Key = tuple[int, int]


class Spool:
    """The waiting events of one device, oldest first, by (store, seq).

    `cursor`: the newest one under way on this connection. Never more than `WINDOW` under way: a
    broker drops what a slow reader does not take.
    """

    WINDOW = 200

    def __init__(self, disk: Disk, mac: str) -> None:
        self._disk = disk
        self._mac = mac
        self._flying: set[Key] = set()
        self.cursor: Key = (0, 0)

    def keep(self, store: int, rows: list[tuple[int, bytes]]) -> None:
        """Put events (seq, encoded) on disk."""
        values = [(self._mac, store, seq, body) for seq, body in rows]
        self._disk.write_many("INSERT INTO event (mac, store, seq, body) VALUES (?, ?, ?, ?)", values)

    def rewind(self) -> None:
        """Begin again with the oldest: the connection is new, or nothing was heard for long."""
        self._flying.clear()
        self.cursor = (0, 0)

    def take(self) -> list[tuple[Key, bytes]]:
        """The next events to be sent, as far as the window allows; they count as under way from now on."""
        room = self.WINDOW - len(self._flying)
        if room < self.WINDOW // 4:  # refill in larger steps, not one event for each answer
            return []
        rows = self._disk.rows(
            "SELECT store, seq, body FROM event WHERE mac = ? AND (store, seq) > (?, ?) "
            "ORDER BY store, seq LIMIT ?",
            self._mac, *self.cursor, room,
        )  # fmt: skip
        found = [((store, seq), bytes(body)) for store, seq, body in rows]
        if found:
            self.cursor = found[-1][0]
            self._flying.update(key for key, _ in found)
        return found

    def seen(self, store: int, seq: int) -> bool:
        """Forget what is committed: everything of the store up to seq. Whether that was news."""
        gone = {key for key in self._flying if key[0] == store and key[1] <= seq}
        self._flying -= gone
        sql = "DELETE FROM event WHERE mac = ? AND store = ? AND seq <= ?"
        self._disk.write(sql, self._mac, store, seq)
        return bool(gone)

    @property
    def flying(self) -> int:
        """How many are under way."""
        return len(self._flying)

    def count(self) -> int:
        """How many wait, under way or not."""
        found: int = self._disk.rows("SELECT count(*) FROM event WHERE mac = ?", self._mac)[0][0]
        return found

    def clear(self) -> None:
        """Lose all of them."""
        self.rewind()
        self._disk.write("DELETE FROM event WHERE mac = ?", self._mac)
