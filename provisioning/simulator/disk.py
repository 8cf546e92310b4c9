"""The flash of all devices of a fleet: one SQLite file, written in groups.

Everything written within one turn of the loop is one transaction. What may be said only once it is
written (an acknowledgement, an event) goes through `after`. A commit survives the death of the
process; it need not survive that of the machine, so nothing is synced.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Task = Callable[[], None]

SCHEMA = """
CREATE TABLE IF NOT EXISTS device (
    mac TEXT PRIMARY KEY, store INTEGER NOT NULL, place INTEGER NOT NULL, seq INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (
    mac TEXT, part TEXT, rev INTEGER NOT NULL, body TEXT NOT NULL, applied REAL NOT NULL,
    PRIMARY KEY (mac, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    mac TEXT, subject INTEGER, number INTEGER NOT NULL, kept INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT,
    at REAL NOT NULL, PRIMARY KEY (mac, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used (
    mac TEXT, subject INTEGER, times INTEGER NOT NULL, PRIMARY KEY (mac, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
    mac TEXT, store INTEGER, seq INTEGER, body BLOB NOT NULL, PRIMARY KEY (mac, store, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS command (
    mac TEXT, id TEXT, verb TEXT NOT NULL, state TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (mac, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (
    mac TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (mac, key)
) WITHOUT ROWID;
"""


class Disk:
    """The file. `soon` runs a function at the end of the turn (the loop's `call_soon`)."""

    def __init__(self, connection: sqlite3.Connection, soon: Callable[[Task], object]) -> None:
        self._connection = connection
        self._soon = soon
        self._open = False
        self._waiting: list[Task] = []

    @classmethod
    def open(cls, path: Path | None, soon: Callable[[Task], object], patience: float = 5.0) -> "Disk":
        """Open the file, made when missing; None keeps everything in this process only.

        Raises `OSError` when another process has it for more than `patience` seconds.
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=patience)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            connection.close()
            raise OSError(f"{path}: {error}") from error
        return cls(connection, soon)

    def write(self, sql: str, *values: Any) -> None:
        """Write one row as part of this turn."""
        self._begin()
        self._connection.execute(sql, values)

    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows as part of this turn."""
        self._begin()
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Read, including what this turn wrote."""
        return self._connection.execute(sql, values).fetchall()

    def after(self, task: Task) -> None:
        """Run the task once everything written so far is on disk; at once when it is."""
        if self._open:
            self._waiting.append(task)
        else:
            task()

    def commit(self) -> None:
        """Put on disk what was written, then run what waited for it."""
        if not self._open:
            return
        self._connection.execute("COMMIT")
        self._open = False
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            task()

    def close(self) -> None:
        """Commit and close; what waited for the commit is not run any more (the power is off)."""
        self._waiting.clear()
        self.commit()
        self._connection.close()

    def _begin(self) -> None:
        if not self._open:
            self._connection.execute("BEGIN")
            self._open = True
            self._soon(self.commit)
