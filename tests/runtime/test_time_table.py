"""The time-table names tasks that exist and queues that somebody works on."""

import importlib

import pytest
from django.conf import settings

from smartplus.celery import TIME_TABLE, app


@pytest.mark.parametrize("name", TIME_TABLE)
def test_each_entry_is_a_task_on_a_queue(name: str) -> None:
    task, seconds, queue = TIME_TABLE[name]
    importlib.import_module(task.rpartition(".")[0])
    assert task in app.tasks
    assert queue in settings.CELERY_TASK_QUEUES
    assert seconds >= 1


def test_every_task_has_a_queue_that_exists() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert ours
    for name, task in ours.items():
        assert (task.queue if hasattr(task, "queue") else "default") in settings.CELERY_TASK_QUEUES, name
