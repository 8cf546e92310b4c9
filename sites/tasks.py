"""Reminders of places and people."""

from celery import shared_task

from .services.leases import delete_what_ended


@shared_task
def delete_what_ended_by_itself() -> None:
    """Remove the accounts of apartments whose valid time is over and that say so."""
    delete_what_ended()
