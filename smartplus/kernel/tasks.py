"""Jobs of the floor: ids in, one service called."""

from celery import shared_task

from .imports import services


@shared_task
def check_import(run_id: int) -> None:
    """Check an uploaded file."""
    services.check(run_id)


@shared_task
def apply_import(run_id: int) -> None:
    """Write the rows of a started import."""
    services.apply(run_id)


@shared_task
def sweep_imports() -> None:
    """Hurry imports that lost their worker; forget old ones."""
    services.sweep()
