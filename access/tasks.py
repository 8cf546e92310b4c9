"""Reminders: what is owed stands in the tables."""

from celery import shared_task

from access.services import jobs, sweep


@shared_task
def follow_site(site_id: int) -> None:
    """Bring the rights of a site up to date in the background."""
    jobs.serve(site_id)


@shared_task
def serve_due() -> None:
    """Take up what a lost task or a dead worker left."""
    sweep.serve_due()


@shared_task
def leases() -> None:
    """Whose lease ended leaves the doors, whose lease begins within a week comes in."""
    sweep.follow_spans()


@shared_task
def nightly() -> None:
    """What has ended goes, what starts within a week comes in."""
    sweep.sweep()
