"""What the logs forget when people begin anew or are erased; wired in `smartplus/wiring.py`."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from access.events import PersonErased
from access.models import Subject
from logs.models import DoorLog
from sites.events import ResidentsReset

NAMELESS = {"person_id": None, "subject": None, "initiator": "", "unit_label": ""}


def residents_reset(news: ResidentsReset) -> None:
    """The door log keeps what happened at a door, but no longer who it was or of which apartment.

    Of a person with a further home on the site only what was opened from this one.
    """
    theirs(news.site_id, news.residency_ids, news.login_ids).update(**NAMELESS)


def person_erased(news: PersonErased) -> None:
    """The same for somebody who is erased, also by the number alone: who left has no home any more."""
    mine = theirs(news.site_id, news.residency_ids, news.login_ids)
    numbered = DoorLog.objects.filter(site=news.site_id, subject=news.subject_id)
    for rows in (numbered, mine):
        rows.update(**NAMELESS)


def forget_erased() -> int:
    """Make nameless what was written at the very moment of an erasure; answers how many rows.

    News of a door that began before the erasure and ended after it still knew the name.
    """
    erased = dict(Subject.objects.filter(name="").values_list("pk", "site_id"))
    if not erased:
        return 0
    rows = DoorLog.objects.filter(site__in=set(erased.values()), subject__in=list(erased))
    return rows.exclude(initiator="").update(**NAMELESS)


_FORGET_RESET = f"""
UPDATE logs_doorlog l SET {", ".join(f"{name} = %s" for name in NAMELESS)}
FROM accounts_auditentry e JOIN access_subject s ON s.residency_id = e.object_id
WHERE e.verb = 'resident.reset' AND e.object_type = 'sites.residency' AND e.at > now() - interval '2 days'
    AND l.site_id = s.site_id AND l.subject = s.id AND l.at <= e.at AND l.initiator <> ''
"""


def forget_reset() -> int:
    """The same for what was written at the very moment of a reset."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_RESET, list(NAMELESS.values()))
        return int(cursor.rowcount)


def theirs(site_id: int, residency_ids: Sequence[int], login_ids: Sequence[int]) -> QuerySet[DoorLog]:
    """What people did at a site from these homes; with one more home there the other one stays out."""
    own = Subject.objects.filter(residency__in=residency_ids).values("pk")
    rows = DoorLog.objects.filter(site=site_id, person_id__in=login_ids)
    return rows.filter(Q(subject__isnull=True) | Q(subject__in=own))
