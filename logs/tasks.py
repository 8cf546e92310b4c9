"""Reminders of the logs."""

from celery import shared_task

from .services import keep_partitions
from .services.forgetting import forget_erased


@shared_task
def keep_door_log() -> None:
    """Make the coming weeks, drop the past ones; forget whom an erasure just missed."""
    keep_partitions()
    forget_erased()
