"""A lease that ends at midnight closes the door by the door's own clock, and the app, at the same instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from access.models import GroupDoor, Subject
from accounts.models import Role
from devices.models import Command
from provisioning.protocol.checks import when
from sites.local_times import end_of, instant
from sites.services import change_resident, change_site, change_unit
from smartplus.run.stack import Stack
from tests.live.ground import FIRST_PIN, PATIENCE, Ground, make_ground
from tests.waiting import until

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ground(inside: Stack) -> Iterator[Ground]:
    ground = make_ground(inside)
    zone = ground.site.time_zone
    in_zone(ground, "America/New_York")
    yield ground
    ground.simulator.travel(ground.door.mac, 0)
    lease(ground)
    change_unit(scope=ground.scope(), unit=ground.person.unit, valid_until=None)
    in_zone(ground, zone)
    ground.settle()


def in_zone(ground: Ground, zone: str) -> None:
    change_site(scope=ground.scope(Role.INSTALLER), site=ground.site, time_zone=zone)
    ground.site.refresh_from_db()


def lease(ground: Ground, **span: datetime) -> None:
    """As the property manager writes it."""
    span = {"valid_from": None, "valid_until": None, **span}
    change_resident(scope=ground.scope(), person=ground.person, **span)


def told(ground: Ground, since: datetime | None, until_: datetime | None) -> None:
    """Wait until the door holds exactly this span, and the portal knows."""

    def span() -> Any:
        items = ground.simulator.memory(ground.door.mac)["items"]
        return [(each["from"], each["until"]) for item in items for each in item.get("open", ())]

    wanted = [(when(since), when(until_))]
    until(lambda: span() == wanted, PATIENCE, f"the door holds {span()}, not {wanted}")
    ground.settle()


def pin_at(ground: Ground, moment: datetime) -> Any:
    """What comes of the PIN when the door's clock shows this moment."""
    ground.simulator.travel(ground.door.mac, (moment - now()).total_seconds())
    answer = ground.simulator.pin(ground.door.mac, FIRST_PIN)
    return answer["reason"] or answer["relays"]


def app_at(ground: Ground, moment: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, bool]:
    """Whether the resident's own page shows a door at this moment, and whether it can be ordered to open."""
    monkeypatch.setattr("access.queries.people.now", lambda: moment)
    client, before = Client(), Command.objects.count()
    client.force_login(ground.person.user)
    shown = client.get(reverse("access:mine_panel", args=[ground.person.pk]), headers={"HX-Request": "true"})
    door = GroupDoor.objects.get(
        relay__device=ground.door, group__grants__subject=Subject.objects.get(residency=ground.person)
    )
    client.post(reverse("access:mine_unlock", args=[door.pk]))
    monkeypatch.undo()
    return 'class="door"' in shown.content.decode(), Command.objects.count() > before


def test_a_lease_ends_at_midnight_of_the_site(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = ground.site.time_zone
    today = now().astimezone(ZoneInfo(zone)).date()
    begins, ends = instant(today + timedelta(days=2), zone), end_of(today + timedelta(days=4), zone)
    lease(ground, valid_from=begins, valid_until=ends + timedelta(days=9))
    change_unit(scope=ground.scope(), unit=ground.person.unit, valid_until=ends)  # the narrower end counts
    told(ground, begins, ends)
    assert pin_at(ground, begins - MINUTE) == "not_yet"
    assert pin_at(ground, begins) == [1]
    assert pin_at(ground, ends - MINUTE) == [1]
    assert pin_at(ground, ends) == "expired"
    assert app_at(ground, begins - MINUTE, monkeypatch) == (False, False)
    assert app_at(ground, ends - MINUTE, monkeypatch) == (True, True)
    assert app_at(ground, ends, monkeypatch) == (False, False)


def test_a_lease_that_is_over_leaves_the_doors_memory(ground: Ground) -> None:
    lease(ground, valid_until=now())
    until(lambda: ground.pins(ground.door.mac) == set(), PATIENCE, "the door remembers the PIN")
    assert ground.simulator.pin(ground.door.mac, FIRST_PIN)["reason"] == "unknown_pin"
    lease(ground)
    until(lambda: ground.pins(ground.door.mac) == {FIRST_PIN}, PATIENCE, "the PIN does not come back")
