"""What is being brought to the doors in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from access.models import RightsJob
from sites.models import Site
from smartplus.kernel.words import _


@dataclass(frozen=True)
class Progress:
    """How far the background is with the rights of a site."""

    done: int
    total: int
    started_at: datetime | None

    @property
    def figures(self) -> str:
        """ "3,412 of 10,000"."""
        return _("{done} of {total}").format(done=f"{self.done:,}", total=f"{self.total:,}")


def progress_of(site_id: int) -> Progress | None:
    """What is being brought up to date in the background; None: nothing. One query."""
    job = RightsJob.objects.filter(site=site_id, asked__gt=F("served")).first()
    if job is None:
        return None
    running = job.serving > job.served
    return Progress(job.done if running else 0, job.total if running else 0, job.started_at)


def under_way(site: Site) -> str:
    """A sentence about it, "" while there is nothing."""
    progress = progress_of(site.pk)
    if progress is None:
        return ""
    if not progress.total:
        return str(_("Many people’s access is being brought to the doors."))
    return _("Many people’s access is being brought to the doors, {done} of {total} done.").format(
        done=f"{progress.done:,}", total=f"{progress.total:,}"
    )
