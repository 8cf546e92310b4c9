"""A hundred thousand door events while everything dies in turn, again and again."""

from __future__ import annotations

import pytest

from logs.models import DoorLog
from provisioning.simulator.client import SimulatorAway, SimulatorRefused
from smartplus.run.stack import Stack
from tests.live.ground import Ground, make_ground
from tests.waiting import until

DOORS, EACH = 20, 5000
VICTIMS = ("ingest", "broker", "simulator", "worker") * 5


@pytest.fixture
def ground(inside: Stack) -> Ground:
    return make_ground(inside)


def test_not_one_is_lost_or_doubled(ground: Ground) -> None:
    doors = ground.add_doors(DOORS)
    for door in doors:
        ground.settle(door)
    macs = [door.mac for door in doors]
    ground.simulator.ask("spool", mac=macs, count=EACH)
    for victim in VICTIMS:
        seen = _logged(ground)
        until(lambda seen=seen: _logged(ground) > seen or _waiting(ground, macs) == 0, 120, "nothing moves")
        ground.stack.kill(victim)
        ground.stack.restart(victim)
    until(lambda: _waiting(ground, macs) == 0, 600, "events still wait at the doors")
    for door in doors:
        rows = DoorLog.objects.filter(device=door, method="pin", store=ground.state(door).store)
        assert rows.count() == rows.values("seq").distinct().count() == EACH


def _logged(ground: Ground) -> int:
    return DoorLog.objects.filter(site=ground.site).count()


def _waiting(ground: Ground, macs: list[str]) -> int:
    try:
        found = ground.simulator.ask("state", mac=macs)
    except (SimulatorAway, SimulatorRefused):
        return EACH
    return sum(state["waiting"] for state in found.values())
