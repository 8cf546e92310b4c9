"""Reminders and sweeps: each may be lost or run twice."""

from functools import partial

from celery import shared_task

from .sending import patiently, send_all, send_commands, send_part
from .services.brokers import tell_broker as tell_accounts
from .services.leases import follow_leases


@shared_task
def push(part: str) -> None:
    """Send what is due of one part."""
    patiently(partial(send_part, part))


@shared_task
def push_commands() -> None:
    """Send the commands that wait."""
    patiently(send_commands)


@shared_task
def sweep() -> None:
    """Send all that is due, whatever reminder was lost."""
    patiently(send_all)


@shared_task
def tell_broker() -> None:
    """Tell the broker who may sign in, as far as it has not confirmed."""
    patiently(tell_accounts)


@shared_task
def check_broker() -> None:
    """Ask the broker whom it knows, and tell what is missing."""
    patiently(partial(tell_accounts, check=True))


@shared_task
def ring_who_lives_there() -> None:
    """Have contacts told anew where a lease began or ended."""
    follow_leases()
