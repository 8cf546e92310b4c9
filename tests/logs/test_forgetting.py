"""The door log after a reset: what happened stays, who it was does not (S9)."""

from dataclasses import replace
from typing import Any

from django.utils.timezone import now

from access.models import Subject
from accounts.models import Role
from devices.models import Command, Device
from devices.services import order_command
from logs.models import DoorLog
from logs.services import store_door_events
from logs.services.forgetting import forget_reset
from sites.models import Residency, Site, Unit
from sites.services import NewResident, add_resident, reset_units
from tests.world import news


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


def test_late_news_from_before_a_reset_names_nobody(alpha: Any) -> None:
    """Told by a door that was off line: neither the account nor a member who went with the reset."""
    site, device, unit = alpha.rows[Site], alpha.rows[Device], alpha.rows[Unit]
    master = Subject.objects.get(residency__unit=unit, residency__kind="master")
    scope = alpha.scope(Role.INSTALLER)
    otto = add_resident(scope=scope, site=site, row=NewResident("member", "Otto", unit_id=unit.pk))
    member = Subject.objects.get(residency=otto)
    order_command(scope=scope, device=device, verb="unlock", args={"relay": 1})
    Command.objects.filter(device=device).update(ordered_by=master.residency.user_id)
    before = now()
    reset_units(scope=scope, site=site, unit_ids=[unit.pk])
    told = [
        replace(news(device, 700, master.pk), at=before),
        replace(news(device, 701, member.pk), at=before),
        replace(news(device, 702, None), at=before, method="portal", action="release"),
        replace(news(device, 703, master.pk), at=now()),
    ]
    store_door_events(told)
    late = DoorLog.objects.filter(device=device, seq__gte=700).order_by("seq")
    kept = list(late.values_list("person_id", "subject", "initiator", "unit_label"))
    assert kept[:3] == [(None, None, "", "")] * 3
    assert kept[3] == (master.residency.user_id, master.pk, master.name, master.place_label)


def test_what_a_reset_just_missed_is_forgotten_soon_after(alpha: Any) -> None:
    """As if the door's news had been read before the reset and written after it."""
    person = alpha.rows[Residency]
    subject, before = Subject.objects.get(residency=person), now()
    reset_units(scope=alpha.scope(Role.INSTALLER), site=alpha.rows[Site], unit_ids=[person.unit_id])
    store_door_events([replace(news(alpha.rows[Device], seq, subject.pk), at=now()) for seq in (710, 711)])
    rows = DoorLog.objects.filter(device=alpha.rows[Device], seq__in=(710, 711)).order_by("seq")
    rows.filter(seq=710).update(at=before)
    assert forget_reset() == 1
    assert [row.initiator for row in rows] == ["", person.full_name]
    assert forget_reset() == 0
