"""What follows in access when people begin anew; wired in `smartplus/wiring.py`."""

from devices.models import Command
from sites.events import ResidentsReset

from . import credentials, rights, subjects
from .locks import access_lock


def residents_reset(news: ResidentsReset) -> None:
    """Nothing they showed at a door opens it any more; their groups stay, and every door is told.

    What they opened from afar is nobody's, also when the door tells of it later.
    """
    access_lock([news.site_id])
    people = list(subjects.numbers_of(news.residency_ids).values())
    credentials.drop_all(news.residency_ids)
    Command.objects.filter(site=news.site_id, ordered_by__in=news.login_ids).update(ordered_by=None)
    rights.touch(news.site_id, people, urgent=len(people) <= rights.FEW)
