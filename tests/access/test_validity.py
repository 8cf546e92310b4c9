"""Leases and valid times: who opens what while they run, what devices are told, and what is shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access.models import AccessRight, Grant, Subject
from access.queries.doors import people_at, who_opens
from access.queries.items import OpeningContent, pending_items
from access.queries.people import access_of, may_open_now
from access.services import listeners, sweep
from access.services.credentials import set_pins
from access.services.grants import add_people
from access.services.reveal import own_keys
from access.services.unlock import unlock_own
from accounts.permissions import scope_for
from devices.models import Command, DeviceSync, Relay
from sites.events import ResidentsAdded
from sites.models import Residency, Unit
from sites.services import change_resident, change_unit
from smartplus.kernel.errors import Refused
from tests.access.village import standing

TICK = timedelta(microseconds=1)


def days(number: float) -> datetime:
    return timezone.now() + timedelta(days=number)


def lease(home: Any, start: datetime | None = None, end: datetime | None = None) -> None:
    """As a manager gives it."""
    change_resident(scope=home.village.scope, person=home.person, valid_from=start, valid_until=end)


def valid_time(home: Any, start: datetime | None = None, end: datetime | None = None) -> None:
    change_unit(scope=home.village.scope, unit=home.unit, valid_from=start, valid_until=end)


def put(home: Any, start: datetime | None, end: datetime | None) -> None:
    """A lease of long ago: the doors follow what it was, and time alone went on."""
    span = {"valid_from": start, "valid_until": end}
    Residency.objects.filter(pk=home.person.pk).update(**span)
    Subject.objects.filter(residency=home.person).update(**span)


def openings(home: Any) -> list[Any]:
    """What the door is told of Anna."""
    items = pending_items([home.door.pk], 100).get(home.door.pk, [])
    return [opening for item in items if item.content for opening in item.content.openings]


def known(home: Any) -> bool:
    """Whether a door is to know Anna."""
    return (home.door.pk, 1, "person", home.subject.pk) in standing(home.village.site)


@pytest.fixture
def relay(home: Any) -> Relay:
    """Relay 1 of the door."""
    found: Relay = home.door.relays.get(number=1)
    return found


def test_the_subject_has_the_lease_within_the_valid_time(home: Any) -> None:
    early, late, soon, far = days(-9), days(-1), days(2), days(30)
    for span, unit, expected in [
        ((early, far), (None, None), (early, far)),
        ((early, far), (late, soon), (late, soon)),
        ((late, soon), (early, far), (late, soon)),
        ((None, soon), (late, None), (late, soon)),
        ((None, None), (None, far), (None, far)),
        ((None, None), (None, None), (None, None)),
    ]:
        lease(home, *span)
        valid_time(home, *unit)
        assert (home.subject.valid_from, home.subject.valid_until) == expected
        assert openings(home) == [OpeningContent((1, 2), 0, *expected)]
    flatmate = home.village.people(home.unit, 1)[0]
    Subject.objects.filter(residency=flatmate).delete()
    Residency.objects.filter(pk=flatmate.pk).update(valid_from=late)
    Unit.objects.filter(pk=home.unit.pk).update(valid_until=soon)
    listeners.residents_added(ResidentsAdded(home.village.site.pk, (flatmate.pk,)))
    added = Subject.objects.get(residency=flatmate)
    assert (added.valid_from, added.valid_until) == (late, soon)


def test_devices_get_the_narrower_end(home: Any) -> None:
    """Of grant, lease and valid time; what does not change it is not told again."""
    grant, end = days(3), days(5)
    group = home.village.group("Cellar", home.door.relays.filter(number=2))
    add_people(scope=home.village.scope, group=group, residencies=[home.person], ends_at=grant)
    lease(home, None, end)
    assert openings(home) == [OpeningContent((2,), 0, None, grant), OpeningContent((1, 2), 0, None, end)]
    before = standing(home.village.site)
    valid_time(home, None, days(6))
    assert standing(home.village.site) == before
    DeviceSync.objects.all().delete()
    valid_time(home, None, earlier := days(1))
    assert {opening.until for opening in openings(home)} == {earlier}
    assert standing(home.village.site) != before
    assert AccessRight.objects.get(subject=home.subject.pk).urgent  # somebody waits
    assert DeviceSync.objects.filter(device=home.door, part="access").exists()


def test_a_future_lease_comes_in_a_week_ahead_and_a_past_one_goes(home: Any) -> None:
    assert known(home)
    lease(home, days(8))
    assert not known(home)
    sweep.follow_spans()
    assert not known(home)
    put(home, start := days(6.9), end := days(20))
    assert sweep.follow_spans() == [home.village.site.pk]
    assert openings(home) == [OpeningContent((1, 2), 0, start, end)]
    assert sweep.follow_spans() == []  # nothing is owed
    put(home, days(-9), days(-0.001))
    assert known(home)  # the door closes by itself at that minute
    assert sweep.follow_spans() == [home.village.site.pk]
    assert not known(home)
    assert sweep.follow_spans() == []
    lease(home, None, days(1))
    assert known(home)
    lease(home, None, days(-1))
    assert not known(home)


def test_a_lease_that_never_meets_the_valid_time_opens_nothing(home: Any, relay: Relay) -> None:
    lease(home, days(3))
    valid_time(home, None, days(2))
    assert not known(home)
    sweep.follow_spans()
    assert not known(home)
    for at in (timezone.now(), days(2.5), days(4)):
        assert may_open_now(user_id=home.person.user_id, relay=relay, at=at) is None
    access = access_of(home.person)
    assert (access.doors, access.validity.never) == ((), True)
    assert "do not meet" in access.validity.sentence
    assert people_at([relay.pk]) == {}


def test_the_app_opens_from_the_first_instant_to_the_last(home: Any, relay: Relay) -> None:
    start, end = days(-1), days(1)
    lease(home, start, end)
    scope = scope_for(home.person.user)
    for at, opens in [(start - TICK, False), (start, True), (end - TICK, True), (end, False)]:
        assert bool(may_open_now(user_id=scope.user_id, relay=relay, at=at)) is opens, at
        access = access_of(home.person, at)
        assert access.validity.holds is opens
        assert [door.open_now for door in access.doors] == ([] if at == end else [opens, opens])
    put(home, None, days(-0.001))
    with pytest.raises(Refused):
        unlock_own(scope=scope, relay=relay)
    assert not Command.objects.exists()


def test_what_is_shown_of_a_door_follows_the_leases(home: Any, relay: Relay) -> None:
    village, cellar = home.village, home.village.group("Cellar", home.door.relays.all())
    flatmate, third = village.people(home.unit, 2)
    add_people(scope=village.scope, group=cellar, residencies=[home.person, flatmate])
    assert people_at([relay.pk])[relay.pk].rows == 3
    put(home, None, days(-1))
    assert people_at([relay.pk])[relay.pk].rows == 2
    Subject.objects.filter(residency=flatmate).update(valid_until=days(-1))
    assert people_at([relay.pk])[relay.pk].rows == 1
    grants = Grant.objects.all()
    assert [row.subject for row in who_opens(grants, relay)] == [third.subject]
    cellar.delete()
    assert people_at([relay.pk])[relay.pk].rows == 1
    Subject.objects.filter(residency=third).update(valid_until=days(-1))
    assert people_at([relay.pk]) == {}


@pytest.mark.parametrize(
    ("start", "end", "mine", "managers"),
    [
        (None, -1, "Your access ended on", "Ended"),
        (2, None, "Your access begins on", "Begins"),
        (9, 30, "Your access begins on", "Begins"),
        (None, 3, "Your access ends on", "Valid until"),
    ],
)
def test_pages_say_from_when_until_when(
    home: Any, start: float | None, end: float | None, mine: str, managers: str
) -> None:
    set_pins(scope=home.village.scope, site=home.village.site, pins={home.person.pk: "135790"})
    lease(home, *(None if day is None else days(day) for day in (start, end)))
    resident, manager = Client(), Client()
    resident.force_login(home.person.user)
    manager.force_login(home.village.manager)
    runs = managers == "Valid until"
    doors = resident.get(f"/access/mine/{home.person.pk}/doors/", headers={"HX-Request": "true"})
    assert ("Door " in doors.content.decode()) is runs
    page = resident.get("/access/mine/").content.decode()
    assert mine in (page if runs else doors.content.decode())
    assert ("135790" in page) is runs
    assert (own_keys(scope=scope_for(home.person.user), person=home.person) is not None) is runs
    path = f"/access/{home.village.site.pk}/residents/{home.person.pk}/doors/"
    panel = manager.get(path, headers={"HX-Request": "true"}).content.decode()
    assert f"{managers} " in panel
    door = home.subject.grants.get().group.doors.first()
    answer = resident.post(f"/access/mine/doors/{door.pk}/unlock/")
    assert answer.status_code in (302, 409)
    assert Command.objects.exists() is runs
