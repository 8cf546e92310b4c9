"""A backlog of 100,000 door events, until all are committed and the devices are told so."""

from __future__ import annotations

import time

from django.db import connection

from devices.models import DeviceState
from tests.bench.ears import deaf
from tests.bench.figures import Figures, in_turn, judged, middle
from tests.bench.fleet import Fleet, owed
from tests.bench.stage import begin, finish
from tests.waiting import until

DEVICES, EACH, ROUNDS = 100, 1000, 2
BACKLOG = DEVICES * EACH


def measure(fleet: Fleet) -> Figures:
    """Throughput of the product against a bare subscriber that only counts (and tells what it has seen).

    Both from the return of the devices to the last event taken off their disks.
    """
    everybody = [*fleet.macs(0), *fleet.macs(1)]
    told = everybody[:DEVICES]
    with fleet.simulator() as simulator:
        # What an earlier bench caused is told and seen first.
        until(lambda: not simulator.ping()["waiting"], timeout=60, message="events of before still wait")
        simulator.fault(everybody, offline=True)
    until(lambda: not DeviceState.objects.filter(online=True).exists(), timeout=60, message="still on line")
    plain, ours = in_turn(ROUNDS, lambda: count_bare(fleet, told), lambda: take(fleet, told))
    with fleet.simulator() as simulator:
        simulator.clear(everybody)
    until(lambda: DeviceState.objects.filter(online=True).count() >= len(everybody), timeout=60)
    until(lambda: not owed(), timeout=120, every=0.5)
    return judged(
        middle(plain) / middle(ours),
        ">= 0.3",
        "throughput, ingest / bare subscriber",
        events=BACKLOG,
        devices=DEVICES,
        seconds={"product": ours, "bare": plain},
        events_per_second={"product": BACKLOG / middle(ours), "bare": BACKLOG / middle(plain)},
    )


def take(fleet: Fleet, macs: list[str]) -> float:
    """Seconds of the product; all are there once, and the devices hold none."""
    before = _rows()
    pile_up(fleet, macs)
    took = drained(fleet, macs)
    if (written := _rows() - before) != BACKLOG:
        raise AssertionError(f"{written} rows of {BACKLOG} events")
    return took


def count_bare(fleet: Fleet, macs: list[str]) -> float:
    """Seconds of the bare subscriber."""
    last = pile_up(fleet, macs)
    with deaf(fleet.stack):
        process = begin("subscriber", fleet.stack, BACKLOG)
        took = drained(fleet, macs)
        finish(process)
        _counted_elsewhere(last)
    return took


def pile_up(fleet: Fleet, macs: list[str]) -> dict[str, int]:
    """The devices are off line, and people go in and out; the number of each one's last event."""
    with fleet.simulator() as simulator:
        last = {mac: int(simulator.ask("spool", mac=mac, count=EACH, subject=fleet.subject)) for mac in macs}
        waiting = simulator.ping()["waiting"]
    if waiting != BACKLOG:
        raise AssertionError(f"{waiting} events wait")
    return last


def _counted_elsewhere(last: dict[str, int]) -> None:
    """What the bare subscriber has taken does not come again: the portal must not wait for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE devices_devicestate n SET seen_seq = t.seq, ahead = '{}'"
            " FROM unnest(%s::text[], %s::bigint[]) AS t(mac, seq) JOIN devices_device d ON d.mac = t.mac"
            " WHERE n.device_id = d.id",
            [list(last), list(last.values())],
        )


def drained(fleet: Fleet, macs: list[str]) -> float:
    """The devices return; seconds until no event waits any more. Then they are off line again."""
    with fleet.simulator() as simulator:
        began = time.perf_counter()
        simulator.clear(macs)
        until(lambda: not simulator.ping()["waiting"], timeout=300, every=0.2, message="events still wait")
        took = time.perf_counter() - began
        simulator.fault(macs, offline=True)
    return took


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM logs_doorlog")
        return int(cursor.fetchone()[0])
