"""Running plain SQL, where one statement does for thousands of rows what the ORM would do row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Values = Sequence[Any] | Mapping[str, Any]


def fetch(text: str, values: Values = ()) -> list[Any]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def fetch_one(text: str, values: Values = ()) -> Any:
    """The one value of a query that always answers with one row."""
    return fetch(text, values)[0][0]


def run(text: str, values: Values = ()) -> int:
    """Run a statement; returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return int(cursor.rowcount)
