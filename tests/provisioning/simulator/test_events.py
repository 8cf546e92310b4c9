"""Events: kept until seen, repeated until then, in order, never more than the window under way."""

from pathlib import Path

import pytest

from provisioning.protocol import Door as DoorEvent
from provisioning.protocol import Event, Hello, Seen, Status
from provisioning.simulator.spool import Spool
from tests.provisioning.simulator.house import Door, House

OPENED = DoorEvent("open", "pin", 1, 5)


@pytest.fixture
def door() -> Door:
    door = Door(House())
    door.configure()
    door.take()
    return door


def seqs(door: Door) -> list[int]:
    return [found.seq for found in door.take() if isinstance(found, Event)]


def reconnect(door: Door) -> None:
    door.house.unplug(door.device)
    door.device.disconnected("cable")
    door.house.plug(door.device)


def test_after_a_connect_it_says_who_it_is_and_then_what_waits(door: Door) -> None:
    door.house.unplug(door.device)
    door.device.disconnected("cable")
    door.device.voice.note(OPENED, 2)
    door.house.plug(door.device)
    door.house.turn()
    retained = [retain for _, _, retain in door.house.wires[door.device.spec.mac].sent]
    status, hello, *events = door.take()
    assert isinstance(status, Status) and status.conn == "conn2"
    assert isinstance(hello, Hello) and hello.last_seq == 2
    assert [event.seq for event in events if isinstance(event, Event)] == [1, 2]
    assert retained == [True, False, False, False]


def test_only_what_is_seen_is_forgotten(door: Door) -> None:
    door.device.voice.note(OPENED, 5)
    assert seqs(door) == [1, 2, 3, 4, 5]
    door.tell(Seen(door.store, 3))
    assert door.device.memory.spool.count() == 2
    reconnect(door)
    assert seqs(door) == [4, 5]
    door.tell(Seen(door.store - 1, 5))  # of another store
    assert door.device.memory.spool.count() == 2


def test_never_more_than_the_window_under_way(door: Door) -> None:
    total = Spool.WINDOW * 3
    door.device.voice.note(OPENED, total)
    got = seqs(door)
    assert got == list(range(1, Spool.WINDOW + 1))
    door.device.voice.note(OPENED)
    total += 1
    assert seqs(door) == []
    door.device.heard("seen", f'{{"store": {door.store}, "seq": 100}}'.encode())
    got += seqs(door)
    assert got == list(range(1, Spool.WINDOW + 101))
    while got[-1] < total:
        door.device.heard("seen", f'{{"store": {door.store}, "seq": {got[-1]}}}'.encode())
        more = seqs(door)
        assert 0 < len(more) <= Spool.WINDOW
        got += more
    assert got == list(range(1, total + 1))


def test_what_is_not_seen_is_repeated_ever_more_patiently(door: Door) -> None:
    door.device.voice.note(OPENED)
    assert seqs(door) == [1]
    door.house.wait(29)
    assert seqs(door) == []
    door.house.wait(2)
    assert seqs(door) == [1]
    door.house.wait(58)
    assert seqs(door) == []
    door.house.wait(2)
    assert seqs(door) == [1]
    door.tell(Seen(door.store, 1))
    door.house.wait(700)
    assert seqs(door) == []


def test_numbers_have_no_gaps_over_power_cuts(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    door.device.voice.note(OPENED, 2)
    door.house.turn()
    door = Door(door.house.power_cut())
    door.device.voice.note(OPENED)
    assert seqs(door) == [1, 2, 3]
    door.tell(Seen(door.store, 3))
    door = Door(door.house.power_cut())
    door.device.voice.note(OPENED)
    assert seqs(door) == [4]


def test_an_event_is_said_only_once_it_is_on_disk(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    wire = door.house.wires[door.device.spec.mac]
    wire.sent.clear()
    door.device.voice.note(OPENED)
    assert wire.sent == []
    assert seqs(Door(door.house.power_cut())) == []


def test_status_comes_every_minute_or_so_and_hello_every_hour(door: Door) -> None:
    times = []
    for _ in range(3700):
        door.house.wait(1)
        times += [(type(found).__name__, door.house.now) for found in door.take()]
    statuses = [at for name, at in times if name == "Status"]
    gaps = {b - a for a, b in zip(statuses, statuses[1:], strict=False)}
    assert min(gaps) >= 48 and max(gaps) <= 73
    assert [name for name, _ in times].count("Hello") == 1
