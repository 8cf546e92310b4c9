"""Each night: what has ended goes, what starts within a week comes in."""

from django.db import transaction

from access.statements import fetch

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


def sweep() -> int:
    """Follow every site where time alone changed something; returns how many.

    Looks a week back, so nights that were missed are made up for. A site a transaction: one that
    fails does not keep the others.
    """
    sites = [row[0] for row in fetch(_SITES)]
    for site_id in sites:
        _follow(site_id)
    return len(sites)


@transaction.atomic
def _follow(site_id: int) -> None:
    access_lock([site_id])
    rights.follow(site_id)


def serve_due() -> int:
    """Take up the background jobs no living worker is at; returns how many sites were served."""
    return sum(jobs.serve(site_id) for site_id in jobs.due())
