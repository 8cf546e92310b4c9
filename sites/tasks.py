"""Reminders of places and people."""

from celery import shared_task

from .services import code_sheets
from .services.leases import delete_what_ended


@shared_task
def delete_what_ended_by_itself() -> None:
    """Remove the accounts of apartments whose valid time is over and that say so."""
    delete_what_ended()


@shared_task
def make_code_sheets(site_id: int, user_id: int) -> None:
    """Make the registration QR codes somebody asked for, sheet by sheet."""
    code_sheets.serve(site_id, user_id)
