"""Programs die in the middle of everything; nothing is lost and nothing is doubled."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from devices.models import Device
from logs.models import DoorLog
from provisioning.ingest.loop import HEARTBEAT
from provisioning.simulator.client import SimulatorAway, SimulatorRefused
from smartplus.run.stack import Stack
from tests.live.ground import Ground, make_ground
from tests.waiting import until

EACH = 1500


@pytest.fixture
def ground(inside: Stack) -> Ground:
    return make_ground(inside)


@pytest.mark.parametrize("victim", ["ingest", "broker", "simulator"])
def test_no_event_is_lost_or_doubled(ground: Ground, victim: str) -> None:
    doors = [ground.door, *ground.add_doors(2)]
    for door in doors:
        ground.settle(door)
    before = {door.pk: _logged(ground, door) for door in doors}
    ground.simulator.ask("spool", mac=[door.mac for door in doors], count=EACH)
    until(lambda: _logged(ground, doors[0]) > before[doors[0].pk], 30, "no event arrives", every=0.005)
    ground.stack.kill(victim)
    ground.stack.restart(victim)
    if victim != "simulator":  # what was lost on the way is said again; here at once, else after 30 s
        restarted = time.time()
        until(lambda: cache.get(HEARTBEAT, 0) > restarted, 30, "ingest does not listen again")
        for door in doors:
            # Only who is connected again can be seen to go.
            until(
                lambda mac=door.mac: ground.simulator.state(mac)["online"], 60, "the door does not come back"
            )
            ground.go(online=False, device=door)
            ground.go(online=True, device=door)
    until(lambda: _waiting(ground, doors) == 0, 90, "events still wait at the doors")
    for door in doors:
        assert _logged(ground, door) - before[door.pk] == EACH
        assert ground.state(door).seen_seq >= EACH


def test_a_change_survives_worker_and_broker(ground: Ground) -> None:
    """The row is the truth: what the worker was about to do, the next one does."""
    mac = ground.door.mac
    ground.stack.kill("worker")
    ground.stack.kill("broker")
    ground.set_pin("606060")
    ground.stack.restart("broker")
    ground.stack.restart("worker")
    until(lambda: ground.pins(mac) == {"606060"}, 90, "the change was lost")
    until(ground.in_sync, 60, "the answer was lost")


def _logged(ground: Ground, door: Device) -> int:
    rows = DoorLog.objects.filter(device=door, store=ground.state(door).store)
    assert rows.count() == rows.values("seq").distinct().count(), "an event was written twice"
    return rows.count()


def _waiting(ground: Ground, doors: list[Device]) -> int:
    try:
        found = ground.simulator.ask("memory", mac=[door.mac for door in doors])
    except (SimulatorAway, SimulatorRefused):
        return EACH  # it is just coming back
    return sum(memory["waiting"] for memory in found.values())
