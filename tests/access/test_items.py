"""What a device is told: content, order, ranges, and a number of queries that does not grow."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import AccessRight
from access.queries.digests import expected_digests
from access.queries.items import (
    OpeningContent,
    PersonContent,
    ScheduleContent,
    pending_items,
    range_items,
    still_pending,
)
from access.services.answers import AccessAnswer, confirm, refuse, sent
from access.services.credentials import add_cards, set_pins
from access.services.grants import add_people, remove_people
from provisioning.protocol import access_digest


def told(home: Any) -> list[Any]:
    """What the door is told next."""
    return pending_items([home.door.pk], 100).get(home.door.pk, [])


def hold_all(home: Any) -> None:
    """The door takes everything."""
    while items := told(home):
        confirm([AccessAnswer(home.door.pk, 1, tuple((i.subject, i.number, not i.gone) for i in items))])


def test_a_person_with_all_there_is(home: Any) -> None:
    village, person = home.village, home.person
    set_pins(scope=village.scope, site=village.site, pins={person.pk: "1234"})
    add_cards(scope=village.scope, site=village.site, cards={person.pk: ["00f2-9107", "AABBCCDD"]})
    [item] = told(home)
    assert (item.kind, item.subject, item.gone, item.urgent) == ("person", home.subject.pk, False, True)
    assert item.content == PersonContent(
        name="Anna", apartment="1204", pins=("1234",), cards=("00F29107", "AABBCCDD"),
        openings=(OpeningContent((1, 2), 0, None, None),),
    )  # fmt: skip


def test_openings_of_several_groups_and_their_schedules(home: Any) -> None:
    village = home.village
    relay = home.door.relays.get(number=2)
    night = village.group(
        "Night", [relay], repeat="weekly", days=(4, 0), start_time=time(22), end_time=time(6)
    )
    until = timezone.now() + timedelta(days=3)
    add_people(scope=village.scope, group=night, residencies=[home.person], ends_at=until)
    schedule, person = told(home)
    assert schedule.subject == night.schedule
    assert schedule.content == ScheduleContent(
        "weekly", (0, 4), time(22), time(6), None, None, "Europe/Berlin"
    )
    assert person.content.openings == (
        OpeningContent((1, 2), 0, None, None),
        OpeningContent((2,), night.schedule, None, until),
    )


def test_order_of_sending(home: Any) -> None:
    village = home.village
    others = village.people(home.unit, 30)
    gone, refused, urgent = others[0], others[1], others[2]
    hold_all(home)
    scope, site = village.scope, village.site
    set_pins(scope=scope, site=site, pins={one.pk: f"10{n:02}" for n, one in enumerate(others[1:])})
    by_number = {item.subject: item for item in told(home)}
    refused_item = by_number[refused.subject.pk]
    refuse([AccessAnswer(home.door.pk, 1, refused=((refused_item.subject, refused_item.number, "full"),))])
    remove_people(scope=scope, grants=gone.subject.grants.all())
    set_pins(scope=scope, site=site, pins={urgent.pk: "7777"})
    hours = {"repeat": "daily", "start_time": time(8), "end_time": time(9)}
    add_people(
        scope=scope, group=village.group("Day", home.door.relays.all(), **hours), residencies=[home.person]
    )
    order = [(i.kind, i.gone, i.urgent, i.subject == refused.subject.pk) for i in told(home)]
    assert order[0] == ("person", True, True, False)
    assert order[1] == ("schedule", False, False, False)
    assert order[2:4] == [("person", False, True, False)] * 2
    assert {row[2] for row in order[4:]} == {False}
    assert order[-1][3]
    few = pending_items([home.door.pk], 3)[home.door.pk]
    assert [item.subject for item in few] == [item.subject for item in told(home)][:3]


def test_a_removed_schedule_goes_after_the_people_who_named_it(home: Any) -> None:
    village = home.village
    hours = {"repeat": "daily", "start_time": time(8), "end_time": time(9)}
    day = village.group("Day", home.door.relays.all(), **hours)
    add_people(scope=village.scope, group=day, residencies=[home.person])
    hold_all(home)
    remove_people(scope=village.scope, grants=day.grants.all())
    person, schedule = told(home)
    assert (person.kind, person.gone) == ("person", False)
    assert (schedule.kind, schedule.gone, schedule.subject) == ("schedule", True, day.schedule)


def test_ranges_name_everything_once_and_bring_schedules_along(home: Any) -> None:
    village = home.village
    people = village.people(home.unit, 5)
    hours = {"repeat": "daily", "start_time": time(8), "end_time": time(9)}
    day = village.group("Day", home.door.relays.all(), **hours)
    add_people(scope=village.scope, group=day, residencies=people[:1])
    low, seen, ranges = 0, [], []
    while True:
        found = range_items(home.door.pk, low, 2)
        ranges.append(found)
        seen += [item.subject for item in found.items if found.low <= item.subject < found.high]
        assert all(item.number <= found.as_of for item in found.items)
        if found.last:
            break
        low = found.high
    wanted = AccessRight.objects.filter(device=home.door, gone=False).order_by("subject")
    assert sorted(seen) == [right.subject for right in wanted]
    named = next(r for r in ranges if people[0].subject.pk in [item.subject for item in r.items])
    assert named.items[0].subject == day.schedule
    assert ranges[0].low == 0
    assert all(a.high == b.low for a, b in zip(ranges, ranges[1:], strict=False))


def test_a_range_of_a_door_nobody_opens(home: Any) -> None:
    empty = home.village.door(relays=0)
    found = range_items(empty.pk, 0, 100)
    assert (found.items, found.last, found.low) == ((), True, 0)
    assert found.high > found.as_of > 0


def test_digest_is_that_of_the_protocol(home: Any) -> None:
    home.village.people(home.unit, 4)
    assert expected_digests([home.door.pk])[home.door.pk].pending
    hold_all(home)
    found = expected_digests([home.door.pk])[home.door.pk]
    rights = AccessRight.objects.filter(device=home.door)
    assert not found.pending
    assert found.value == access_digest((right.subject, right.want) for right in rights)
    empty = home.village.door(relays=0)
    assert expected_digests([empty.pk])[empty.pk].value == "0" * 16


@pytest.mark.parametrize("doors", [1, 12])
def test_queries_do_not_grow(home: Any, doors: int) -> None:
    village = home.village
    devices = [village.door(home.building) for _ in range(doors)]
    people = village.people(home.unit, 3 * doors)
    set_pins(scope=village.scope, site=village.site, pins={p.pk: f"20{n:03}" for n, p in enumerate(people)})
    hours = {"repeat": "daily", "start_time": time(8), "end_time": time(9)}
    day = village.group("Day", [device.relays.get() for device in devices], **hours)
    add_people(scope=village.scope, group=day, residencies=people)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        items = pending_items([device.pk for device in devices], 200)
    assert len(queries) == 5
    assert all(len(items[device.pk]) == len(people) + 2 for device in devices)


def test_sent_and_still_pending(home: Any) -> None:
    [item] = told(home)
    sent([(home.door.pk, item.subject, item.number)])
    right = AccessRight.objects.get(device=home.door)
    assert right.sent_at is not None
    assert still_pending([home.door.pk]) == {home.door.pk}
    hold_all(home)
    assert still_pending([home.door.pk]) == set()
