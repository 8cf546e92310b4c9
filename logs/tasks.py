"""Reminders of the logs."""

from celery import shared_task

from .services import keep_partitions


@shared_task
def keep_door_log() -> None:
    """Make the coming weeks, drop the past ones."""
    keep_partitions()
