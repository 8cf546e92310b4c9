"""Changes of many rights, in chunks in the background: removals first, with progress.

The row says only that something is owed; what it is follows from grants and rights. So asking
twice is harmless, and a worker that died is replaced by one that goes on where it stopped.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from access.events import RightsAsked
from access.models import RightsJob
from access.statements import fetch, fetch_one
from devices.models import Part
from devices.services import mark_changed
from smartplus.kernel.events import emit

from . import steps
from .locks import access_lock
from .steps import Span

CHUNK = 1000
# A worker that was not heard of for so long is dead.
SILENCE = timedelta(seconds=60)

Phase = RightsJob.Phase

_STANDING = """
SELECT DISTINCT subject FROM access_accessright
WHERE site_id = %s AND kind = 'person' AND NOT gone AND subject > %s ORDER BY subject LIMIT %s
"""
_GRANTED = """
SELECT DISTINCT subject_id FROM access_grant
WHERE site_id = %s AND subject_id > %s ORDER BY subject_id LIMIT %s
"""
_TOTAL = """
SELECT (SELECT count(DISTINCT subject) FROM access_accessright
        WHERE site_id = %s AND kind = 'person' AND NOT gone)
     + (SELECT count(DISTINCT subject_id) FROM access_grant WHERE site_id = %s)
"""


def ask(site_id: int) -> None:
    """Leave the rights of a site to the background, from the caller's transaction on."""
    job, _ = RightsJob.objects.get_or_create(site_id=site_id)
    RightsJob.objects.filter(pk=job.pk).update(asked=F("asked") + 1, asked_at=Now())
    emit(RightsAsked(site_id))


def due() -> list[int]:
    """Sites whose rights are owed and that no living worker is at."""
    rows = RightsJob.objects.filter(asked__gt=F("served")).filter(_abandoned())
    return list(rows.order_by("asked_at").values_list("site_id", flat=True))


def serve(site_id: int) -> bool:
    """Bring a site's rights up to date, chunk by chunk, each its own transaction.

    Returns False when nothing is owed or another worker is at it. To be called outside a transaction.
    """
    if not _claim(site_id):
        return False
    while _step(site_id):
        pass
    return True


def _abandoned() -> Q:
    return Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=Now() - SILENCE)


@transaction.atomic
def _claim(site_id: int) -> bool:
    """One UPDATE decides who works. A fresh round begins at the first phase, a broken one goes on."""
    mine = RightsJob.objects.filter(_abandoned(), site_id=site_id, asked__gt=F("served"))
    if not mine.update(heartbeat_at=Now()):
        return False
    job = RightsJob.objects.get(site_id=site_id)
    if job.serving <= job.served:
        _begin(job)
    return True


def _begin(job: RightsJob) -> None:
    total = fetch_one(_TOTAL, [job.site_id, job.site_id])
    RightsJob.objects.filter(pk=job.pk).update(
        serving=job.asked,
        phase=Phase.REMOVE,
        cursor=0,
        done=0,
        total=total,
        started_at=Now(),
        finished_at=None,
    )


@transaction.atomic
def _step(site_id: int) -> bool:
    """One chunk. Returns whether there is more to do."""
    access_lock([site_id])
    job = RightsJob.objects.get(site_id=site_id)
    if job.phase in (Phase.REMOVE, Phase.GIVE):
        changed = _chunk(job)
    elif job.phase == Phase.SCHEDULES:
        changed = steps.give_schedules(Span(site_id))
        job.phase = Phase.GIVE
    else:
        changed = steps.remove_schedules(Span(site_id))
        return _finish(job, changed)
    RightsJob.objects.filter(pk=job.pk).update(
        phase=job.phase, cursor=job.cursor, done=job.done, heartbeat_at=Now()
    )
    mark_changed(changed, Part.ACCESS)
    return True


def _chunk(job: RightsJob) -> list[int]:
    """Up to `CHUNK` subjects after the cursor; when there are none left, the next phase begins."""
    removing = job.phase == Phase.REMOVE
    found = fetch(_STANDING if removing else _GRANTED, [job.site_id, job.cursor, CHUNK])
    subjects = [row[0] for row in found]
    if not subjects:
        job.phase, job.cursor = (Phase.SCHEDULES if removing else Phase.REST), 0
        return []
    job.cursor = subjects[-1]
    job.done += len(subjects)
    span = Span(job.site_id, subjects)
    return steps.remove_people(span) if removing else steps.give_people(span)


def _finish(job: RightsJob, changed: list[int]) -> bool:
    """Close the round. Asked again meanwhile: the next one begins at once."""
    again = job.asked > job.serving
    RightsJob.objects.filter(pk=job.pk).update(
        served=job.serving,
        done=job.total,
        finished_at=Now(),
        heartbeat_at=Now() if again else None,  # free for the next one at once
    )
    if again:
        job.refresh_from_db()
        _begin(job)
    mark_changed(changed, Part.ACCESS)
    return again
