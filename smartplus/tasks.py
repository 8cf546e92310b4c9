"""Tasks of the roof itself."""

import time

from celery import shared_task
from django.core.cache import cache

HEARTBEAT = "heartbeat:beat"


@shared_task
def heartbeat() -> None:
    """Prove that beat sends and a worker runs: `doctor` and the start of the demo look for it."""
    cache.set(HEARTBEAT, time.time(), timeout=3600)
