"""What many tests begin on: built once in a process, then laid as it is.

The services take a tenth of a second for a trade tree or a village; a thousand tests begin on one. So
the first test of a process that wants it has it built, and the rows this wrote are remembered; every
other has the same rows copied into its transaction, which takes a twentieth of that. The sequences stay
where the first test left them: a number that was given out is never given out again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

Made = TypeVar("Made")


@dataclass(frozen=True)
class _Ground:
    """The rows of each table, as COPY takes them, and what the builder returned."""

    rows: dict[str, bytes]
    made: bytes


_known: dict[str, _Ground] = {}

_TOUCHED = """
SELECT s.schemaname || '.' || quote_ident(s.relname)
    || ' (' || string_agg(quote_ident(a.attname), ', ') || ')'
FROM pg_stat_xact_user_tables s
JOIN pg_attribute a ON a.attrelid = s.relid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE s.n_tup_ins > 0 GROUP BY s.relid, s.schemaname, s.relname ORDER BY s.relname
"""


def ground(name: str, build: Callable[[], Made]) -> Made:
    """What `build` makes, with its rows in the database; `build` reads nothing but what it always finds.

    A test that commits has it built: its rows go when it ends, and the sequences may begin anew.
    """
    if not connection.in_atomic_block:
        return build()
    if name in _known:
        return _lay(_known[name])
    with transaction.atomic(), connection.cursor() as cursor:
        # What is older than this row of the catalogue was there before.
        cursor.execute("CREATE TEMP TABLE ground_mark () ON COMMIT DROP")
        made = build()
        cursor.execute("SELECT age(xmin) FROM pg_class WHERE oid = 'ground_mark'::regclass")
        age = cursor.fetchone()[0]
        cursor.execute("DROP TABLE ground_mark")
        _known[name] = _Ground(_rows_since(age), pickle.dumps(made))
    return made


def _rows_since(age: int) -> dict[str, bytes]:
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED)
        for (table,) in cursor.fetchall():
            name, _, columns = table.partition(" ")
            query = f"SELECT {columns[1:-1]} FROM ONLY {name} WHERE age(xmin) <= {age}"
            with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
                if rows := b"".join(bytes(part) for part in copy):
                    found[table] = rows
    return found


def _lay(known: _Ground) -> Made:
    with connection.cursor() as cursor:
        for table, rows in known.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
    made: Made = pickle.loads(known.made)
    return made
