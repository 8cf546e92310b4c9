"""How a device takes, keeps and refuses items."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from provisioning.protocol import (
    AccessState,
    Item,
    Opening,
    Person,
    Range,
    Removal,
    Schedule,
    access_digest,
    encode,
)
from tests.provisioning.simulator.house import Door, House, hellos

MAIN = Opening((1,))


def ann(number: int, subject: int = 5, **more: object) -> Person:
    return replace(Person(subject, number, "Ann", pins=("381042",), opens=(MAIN,)), **more)  # type: ignore[arg-type]


def hours(number: int, subject: int = 90) -> Schedule:
    return Schedule(subject, number, "daily", "Europe/Berlin", start="08:00", end="18:00")


@pytest.fixture
def door() -> Door:
    door = Door(House())
    door.configure()
    return door


def pin(door: Door) -> str | None:
    door.device.front.press("*")
    for key in "381042#":
        door.device.front.press(key)
    events = [event.what for event in door.events()]
    return events[-1].reason  # type: ignore[union-attr]


def test_it_keeps_the_highest_number(door: Door) -> None:
    assert door.access(ann(10)).items == ((5, 10, True),)
    assert door.access(ann(9)).items == ((5, 10, True),)
    assert door.access(Removal(5, 9)).items == ((5, 10, True),)
    assert door.access(ann(11, pins=("222222",))).items == ((5, 11, True),)
    assert pin(door) == "unknown_pin"


def test_a_removal_stays_as_a_tombstone_for_a_day(door: Door) -> None:
    door.access(ann(10))
    assert door.access(Removal(5, 12)).items == ((5, 12, False),)
    assert pin(door) == "unknown_pin"
    assert door.access(ann(11)).items == ((5, 12, False),)
    door.house.wait(23 * 3600)
    assert door.access(ann(11)).items == ((5, 12, False),)
    door.house.wait(3 * 3600)
    assert door.device.memory.items() == []
    assert door.access(ann(11)).items == ((5, 11, True),)


def test_a_removal_of_somebody_never_met_is_kept_too(door: Door) -> None:
    assert door.access(Removal(5, 12)).items == ((5, 12, False),)
    assert door.access(ann(11)).items == ((5, 12, False),)


def test_an_item_naming_a_schedule_it_does_not_hold_is_refused(door: Door) -> None:
    late = ann(10, opens=(Opening((1,), schedule=90),))
    answer = door.access(late)
    assert answer.items == () and answer.refused == ((5, 10, "schedule"),)
    assert pin(door) == "unknown_pin"
    assert door.access(late, hours(9)).items == ((5, 10, True), (90, 9, True))  # schedules are taken first
    assert pin(door) is None


def test_refused_it_goes_on_with_what_it_held(door: Door) -> None:
    door.access(ann(10))
    answer = door.access(ann(11, opens=(Opening((1,), schedule=90), MAIN)))
    assert answer.items == ((5, 10, True),) and answer.refused == ((5, 11, "schedule"),)
    assert pin(door) is None


def test_a_schedule_removed_while_people_name_it_shuts_them_out(door: Door) -> None:
    door.access(hours(1), ann(10, opens=(Opening((1,), schedule=90),)))
    assert pin(door) is None
    door.access(Removal(90, 11, "schedule"))
    assert pin(door) == "no_right"


def test_a_schedule_that_changes_changes_everybody(door: Door) -> None:
    door.access(hours(1), ann(10, opens=(Opening((1,), schedule=90),)))
    door.access(replace(hours(11), start="10:00"))
    assert pin(door) == "schedule"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (ann(1, opens=(Opening((4,)),)), "relay"),
        (replace(hours(1), zone="Mars/Olympus"), "zone"),
    ],
)
def test_what_the_model_cannot_keep(door: Door, item: Item, reason: str) -> None:
    assert door.access(item).refused == ((item.subject, 1, reason),)


def test_full(door: Door) -> None:
    door.device.misbehave({"capacity": 2})
    answer = door.access(ann(1, 5), ann(2, 6), ann(3, 7), hours(4))
    assert answer.refused == ((7, 3, "full"),)
    assert door.access(ann(5, 6)).refused == ()  # a change needs no room
    door.access(Removal(5, 6))
    assert door.access(ann(3, 7)).items == ((7, 3, True),)


def test_a_reload_removes_what_is_not_listed(door: Door) -> None:
    door.access(*(ann(subject, subject) for subject in range(1, 10)))
    answer = door.access(ann(2, 2), ann(20, 5), span=Range(2, 8, 15))
    assert answer.items == ((2, 2, True), (5, 20, True)) and answer.span == Range(2, 8, 15)
    on = [item.subject for item in door.device.memory.items() if item.on]
    assert on == [1, 2, 5, 8, 9]
    assert door.device.memory.held(3) == (3, 15, False)
    assert door.access(ann(15, 3)).items == ((3, 15, False),)
    assert door.access(ann(16, 3)).items == ((3, 16, True),)


def test_a_reload_leaves_what_is_newer_than_its_list(door: Door) -> None:
    door.access(ann(21, 3))
    door.access(span=Range(0, 10, 20))
    assert door.device.memory.held(3) == (3, 21, True)


def test_a_reload_leaves_what_it_lists_and_cannot_keep(door: Door) -> None:
    door.access(ann(1, 3))
    answer = door.access(ann(2, 3, opens=(Opening((1,), schedule=90),)), span=Range(0, 10, 20))
    assert answer.items == ((3, 1, True),) and answer.refused == ((3, 2, "schedule"),)


def test_a_reload_does_not_make_tombstones_younger(door: Door) -> None:
    door.access(Removal(3, 1))
    door.house.wait(23 * 3600)
    door.access(span=Range(0, 10, 20))
    assert door.device.memory.held(3) == (3, 20, False)
    door.house.wait(3 * 3600)
    assert door.device.memory.held(3) is None


def test_the_digest_is_that_of_what_is_on(door: Door) -> None:
    door.access(ann(1, 3), ann(2, 4), hours(5))
    door.access(Removal(4, 6), ann(7, 3))
    assert door.device.memory.digest == access_digest([(3, 7), (90, 5)])


def test_messages_for_another_store_are_answered_by_hello(door: Door) -> None:
    message = AccessState(door.store - 1, 1, "old", (ann(1),))
    assert [type(found).__name__ for found in door.tell(message)] == ["Hello"]
    assert door.device.memory.held(5) is None


def test_the_first_place_is_learnt_without_a_loss(door: Door) -> None:
    store = door.store
    door.access(ann(1), place=4)
    assert (door.store, door.device.memory.place) == (store, 4)
    assert len(hellos(door.tell(AccessState(store, 3, "late", (ann(2),))))) == 1
    assert door.device.memory.held(5) == (5, 1, True)


def test_a_new_place_begins_with_an_empty_store_and_old_events_keep_theirs(door: Door) -> None:
    door.access(ann(1), place=1)
    door.house.unplug(door.device)
    door.device.disconnected("cable")
    door.device.front.press("1")
    door.device.front.press("#")
    old = door.store
    door.house.plug(door.device)
    door.house.turn()
    door.house.wires[door.device.spec.mac].sent.clear()

    said = door.tell(AccessState(old, 2, "moved", (ann(2),)))

    (hello,) = hellos(said)
    assert hello.store > old and hello.place == 2 and hello.digests == {"access": "0" * 16}
    assert door.device.memory.held(5) is None and door.device.memory.parts.config is None
    door.device.front.press("2")
    door.device.front.press("#")
    door.house.unplug(door.device)
    door.house.plug(door.device)
    assert [(event.store, event.place, event.seq) for event in door.events()] == [
        (old, 1, 1),
        (hello.store, 2, 1),
    ]


def test_an_emptied_memory_gets_a_higher_store(door: Door) -> None:
    door.access(ann(1), place=4)
    stores = [door.store]
    for _ in range(3):
        door.device.forget()
        (hello,) = hellos(door.take())
        assert hello.place == 0 and hello.revisions == {} and hello.last_seq == 0
        stores.append(hello.store)
    assert stores == sorted(set(stores))


def test_everything_is_there_again_after_a_power_cut(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    door.configure()
    door.access(ann(1), hours(2), ann(3, 6, opens=(Opening((1,), schedule=90),)), Removal(7, 4))
    before, items = door.device.memory, door.device.memory.items()
    after = Door(door.house.power_cut()).device.memory
    assert after.items() == items and len(items) == 4
    assert (after.store, after.place, after.digest) == (before.store, before.place, before.digest)
    assert after.has_schedule(90) and after.people == 2 and after.parts.config == before.parts.config


def test_nothing_is_confirmed_before_it_is_on_disk(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    wire = door.house.wires[door.device.spec.mac]
    wire.sent.clear()
    message = AccessState(door.store, 1, "m", (ann(1),))
    door.device.heard("state", encode(message))
    assert wire.sent == []
    assert Door(door.house.power_cut()).device.memory.held(5) is None


def test_uses_outlive_new_numbers_and_restarts(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    door.configure()
    door.access(ann(1, uses=2))
    assert pin(door) is None
    door.access(ann(2, uses=2))
    door = Door(door.house.power_cut())
    assert pin(door) is None
    assert pin(door) == "used_up"
    door.access(ann(3, uses=3))
    assert pin(door) is None


def test_windows_end_by_themselves(door: Door) -> None:
    end = door.device.clock.now() + timedelta(seconds=10)
    door.access(ann(1, opens=(Opening((1,), until=end),)))
    door.house.wait(9)
    assert pin(door) is None
    door.house.wait(1)
    assert pin(door) == "expired"
