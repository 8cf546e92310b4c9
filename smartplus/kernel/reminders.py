"""Reminders to the workers that something waits for them: at once, or together after a long job.

Losing one costs seconds and nothing else: the sweeps of the beat find what waits anyway.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import current_app

log = logging.getLogger(__name__)

Reminder = tuple[str, tuple[Any, ...], str, int | None]
_held: ContextVar[dict[Reminder, None] | None] = ContextVar("held", default=None)


def remind(task: str, *arguments: str | int, queue: str, expires: int | None = None) -> None:
    """Have a task run soon. Call it after the commit; nothing is raised when the queue is away.

    `expires`: seconds after which the reminder is worth nothing.
    """
    reminder = (task, arguments, queue, expires)
    held = _held.get()
    if held is None:
        _send(reminder)
    else:
        held[reminder] = None


@contextmanager
def held_back() -> Iterator[None]:
    """Keep what is reminded of inside until the end, each once.

    A long job would otherwise wake the others at each of its steps, to take from it the cores it runs on.
    """
    held: dict[Reminder, None] = {}
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        for reminder in held:
            _send(reminder)


def _send(reminder: Reminder) -> None:
    task, arguments, queue, expires = reminder
    try:
        current_app.send_task(task, args=arguments, queue=queue, expires=expires, ignore_result=True)
    except Exception as error:  # whoever changed something must not suffer for the queue
        log.warning("no reminder for %s: %s", task, error)
