"""Plans of the database for values that differ much from one another."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def planned_anew(when: bool = True) -> Iterator[None]:
    """Inside, each query is planned for its own values, if `when`.

    A connection prepares what it asks often, and PostgreSQL then keeps one plan for all values. For
    words to look for there is none: a frequent word is found soonest by reading rows in their order, a
    rare one by its trigrams. What is not prepared gets a plan of its own, with no round trip more.
    """
    connection.ensure_connection()
    link = connection.connection
    kept = link.prepare_threshold
    if when:
        link.prepare_threshold = None
    try:
        yield
    finally:
        link.prepare_threshold = kept
