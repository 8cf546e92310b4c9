"""What the logs know of a person, as plain rows for the person's export."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from sites.chapters import About, Chapter
from smartplus.kernel.words import _

from .models import DoorLog
from .queries import kept
from .services.forgetting import theirs

TOLD = (
    "at", "device_name", "relay_name", "action", "method", "response", "reason", "initiator", "unit_label",
)  # fmt: skip


def doors(about: About) -> Iterable[Mapping[str, Any]]:
    """What the person did at doors, as long as the log is kept."""
    rows = DoorLog.objects.filter(person_id=about.user_id)
    if not about.whole:
        [home] = about.homes
        rows = theirs(home.site_id, [home.pk], [about.user_id])
    return kept(rows).order_by("at", "id").values(*TOLD, "site_id", number=F("subject")).iterator()


CHAPTERS = (Chapter("logs/doors", _("The door log"), doors),)
