"""Reminders and sweeps: each may be lost or run twice."""

from celery import shared_task

from .sending import send_all, send_commands, send_part


@shared_task(queue="push", ignore_result=True)
def push(part: str) -> None:
    """Send what is due of one part."""
    send_part(part)


@shared_task(queue="push", ignore_result=True)
def push_commands() -> None:
    """Send the commands that wait."""
    send_commands()


@shared_task(queue="push", ignore_result=True)
def sweep() -> None:
    """Send all that is due, whatever reminder was lost."""
    send_all()
