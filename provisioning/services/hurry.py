"""Reminders to whoever sends. Losing one costs seconds: the sweep of the beat finds the row anyway."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

PUSH = "provisioning.tasks.push"
PUSH_COMMANDS = "provisioning.tasks.push_commands"
FOLLOW_SITE = "access.tasks.follow_site"
TELL_BROKER = "provisioning.tasks.tell_broker"


def hurry(part: str) -> None:
    """Have what is due of a part sent now (once the transaction is through, when there is one)."""
    transaction.on_commit(partial(_remind, PUSH, part))


def hurry_commands() -> None:
    """Have waiting commands sent now (once the transaction is through, when there is one)."""
    transaction.on_commit(partial(_remind, PUSH_COMMANDS))


def hurry_accounts() -> None:
    """Have the broker told who may sign in, once the transaction is through."""
    transaction.on_commit(partial(_remind, TELL_BROKER))


def hurry_rights(site_id: int) -> None:
    """Have the rights of a site followed in the background, once the transaction is through."""
    transaction.on_commit(partial(_remind, FOLLOW_SITE, site_id, queue="bulk"))


def _remind(task: str, *arguments: str | int, queue: str = "push") -> None:
    try:
        current_app.send_task(task, args=arguments, queue=queue, expires=30)
    except Exception as error:  # the queue is away: whoever changed something must not suffer for it
        log.warning("no reminder for %s: %s", task, error)
