"""Ingest, switched off while a bare program is measured: it would answer beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from smartplus.run.stack import Stack
from tests.waiting import until

HEARTBEAT = "heartbeat:ingest"


@contextmanager
def deaf(stack: Stack) -> Iterator[None]:
    """Nobody of the product hears the devices meanwhile."""
    stack.kill("ingest")
    try:
        yield
    finally:
        cache.delete(HEARTBEAT)
        stack.restart("ingest")
        until(lambda: cache.get(HEARTBEAT), timeout=30, message="ingest does not come back")
