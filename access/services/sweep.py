"""What time alone changes: what has ended goes, what starts within a week comes in, old proofs are forgotten.

A door closes by its own clock at the minute an end names; the sweep only takes from its memory what is over.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from access.live import DAYS_AHEAD
from access.statements import fetch, run

from . import jobs, rights
from .locks import access_lock

# Sites at which an end has passed or a beginning has come near, that their rights do not show yet.
_SITES = """
SELECT DISTINCT site_id FROM (
    SELECT site_id FROM access_grant WHERE ends_at BETWEEN now() - interval '8 days' AND now()
    UNION ALL
    SELECT site_id FROM access_grant
    WHERE starts_at BETWEEN now() - interval '8 days' AND now() + interval '7 days'
    UNION ALL
    SELECT site_id FROM access_accessgroup WHERE ends_at BETWEEN now() - interval '8 days' AND now()
    UNION ALL
    SELECT site_id FROM access_accessgroup
    WHERE starts_at BETWEEN now() - interval '8 days' AND now() + interval '7 days'
) found ORDER BY site_id
"""

# People whose span has ended while a door has them still, or is near while no door has them yet.
_SPANS = f"""
SELECT site_id, array_agg(id ORDER BY id) FROM (
    SELECT s.site_id, s.id FROM access_subject s
    WHERE s.valid_until <= now()
      AND EXISTS (SELECT 1 FROM access_accessright x WHERE x.subject = s.id AND NOT x.gone)
    UNION ALL
    SELECT s.site_id, s.id FROM access_subject s
    WHERE s.valid_from BETWEEN now() - interval '8 days' AND now() + interval '{DAYS_AHEAD} days'
      AND (s.valid_until IS NULL OR s.valid_until > greatest(now(), s.valid_from))
      AND NOT EXISTS (SELECT 1 FROM access_accessright x WHERE x.subject = s.id AND NOT x.gone)
      AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject_id = s.id)
) found GROUP BY site_id ORDER BY site_id
"""

# A removal that was proven is kept as long as door logs are; then the number of somebody who left goes.
_OLD_PROOFS = """
DELETE FROM access_accessright WHERE gone AND held = want AND held_at < now() - make_interval(days => %s)
"""
_FORGOTTEN = """
DELETE FROM access_subject s WHERE s.residency_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM access_accessright x WHERE x.subject = s.id)
    AND NOT EXISTS (SELECT 1 FROM access_grant g WHERE g.subject_id = s.id)
"""


def forget() -> int:
    """Drop proofs older than the door logs, and then people who left and are on no door.

    A removal no door has confirmed is never dropped. Returns how many people were forgotten.
    """
    run(_OLD_PROOFS, [settings.LOG_DAYS])
    return run(_FORGOTTEN)


def sweep() -> int:
    """Follow every site where time alone changed something; returns how many.

    Looks a week back, so nights that were missed are made up for. A site a transaction: one that
    fails does not keep the others.
    """
    followed = follow_spans()
    sites = [row[0] for row in fetch(_SITES)]
    for site_id in sites:
        _follow(site_id)
    forget()
    return len({*sites, *followed})


def follow_spans() -> list[int]:
    """Follow everybody whose lease, or the valid time of the apartment, has ended or comes near.

    Returns the sites; none when nothing is owed, so it may run every few minutes.
    """
    found = fetch(_SPANS)
    for site_id, subjects in found:
        _follow(site_id, subjects)
    return [row[0] for row in found]


@transaction.atomic
def _follow(site_id: int, subjects: Sequence[int] | None = None) -> None:
    access_lock([site_id])
    rights.follow(site_id, subjects=subjects)


def serve_due() -> int:
    """Take up the background jobs no living worker is at; returns how many sites were served."""
    return sum(jobs.serve(site_id) for site_id in jobs.due())
