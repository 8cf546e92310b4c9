"""The door log after a reset: what happened stays, who it was does not (S9)."""

from typing import Any

from accounts.models import Role
from logs.models import DoorLog
from sites.models import Residency, Site, Unit
from sites.services import reset_units


def test_the_log_forgets_who_it_was(alpha: Any, bravo: Any) -> None:
    person, site = alpha.rows[Residency], alpha.rows[Site]
    rows = DoorLog.objects.filter(site=site)
    kept, theirs = rows.count(), rows.filter(person_id=person.user_id)
    ids = list(theirs.values_list("pk", flat=True))
    assert ids
    reset_units(scope=alpha.scope(Role.INSTALLER), site=site, unit_ids=[alpha.rows[Unit].pk])
    assert rows.count() == kept
    assert not theirs.exists()
    blank = rows.filter(pk__in=ids).values_list("subject", "initiator", "unit_label", "relay_name")[0]
    assert blank[:3] == (None, "", "") and blank[3]
    assert DoorLog.objects.filter(site=bravo.rows[Site], person_id__isnull=False).exists()
