"""Reminders of the inventory."""

from celery import shared_task

from .services import expire_commands


@shared_task
def expire_orders() -> None:
    """Close orders past their time."""
    expire_commands()
