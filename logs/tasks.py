"""Reminders of the logs."""

from celery import shared_task

from .services import keep_partitions
from .services.forgetting import forget_erased, forget_reset


@shared_task
def keep_door_log() -> None:
    """Make the coming weeks, drop the past ones; forget whom an erasure or a reset just missed."""
    keep_partitions()
    forget_erased()
    forget_reset()
