"""Reminders to whoever sends. Losing one costs seconds: the sweep of the beat finds the row anyway."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from provisioning.mqtt import publisher
from provisioning.sending.commands import send_commands
from smartplus.kernel.reminders import remind

log = logging.getLogger(__name__)

PUSH = "provisioning.tasks.push"
PUSH_COMMANDS = "provisioning.tasks.push_commands"
FOLLOW_SITE = "access.tasks.follow_site"
TELL_BROKER = "provisioning.tasks.tell_broker"


def hurry(part: str) -> None:
    """Have what is due of a part sent now (once the transaction is through, when there is one)."""
    transaction.on_commit(partial(_remind, PUSH, part))


def hurry_commands(command_ids: Sequence[int] = ()) -> None:
    """Have waiting commands sent now (once the transaction is through, when there is one).

    Somebody stands before the door: a process that is connected to the broker sends
    `command_ids` by itself and saves the way through the queue.
    """
    transaction.on_commit(partial(_send_or_remind, tuple(command_ids)))


def hurry_accounts() -> None:
    """Have the broker told who may sign in, once the transaction is through."""
    transaction.on_commit(partial(_remind, TELL_BROKER))


def hurry_rights(site_id: int) -> None:
    """Have the rights of a site followed in the background, once the transaction is through."""
    transaction.on_commit(partial(_remind, FOLLOW_SITE, site_id, queue="bulk"))


def _send_or_remind(command_ids: Sequence[int]) -> None:
    if command_ids:
        if publisher.connected and _sent_here(command_ids):
            return
        publisher.connect_soon()
    _remind(PUSH_COMMANDS)


def _sent_here(command_ids: Sequence[int]) -> bool:
    try:
        return send_commands(command_ids, wait=False) >= len(command_ids)
    except Exception as error:  # the order stands; whoever gave it must not suffer for the broker
        log.warning("commands %s are left to a worker: %s", command_ids, error)
        return False


def _remind(task: str, *arguments: str | int, queue: str = "push") -> None:
    remind(task, *arguments, queue=queue, expires=30)
