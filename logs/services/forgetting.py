"""What the logs forget when people begin anew; wired in `smartplus/wiring.py`."""

from django.db.models import Q

from access.models import Subject
from logs.models import DoorLog
from sites.events import ResidentsReset


def residents_reset(news: ResidentsReset) -> None:
    """The door log keeps what happened at a door, but no longer who it was or of which apartment.

    Of a person with a further home on the site only what was opened from this one.
    """
    own = Subject.objects.filter(residency__in=news.residency_ids).values("pk")
    rows = DoorLog.objects.filter(site=news.site_id, person_id__in=news.login_ids)
    rows.filter(Q(subject__isnull=True) | Q(subject__in=own)).update(
        person_id=None, subject=None, initiator="", unit_label=""
    )
