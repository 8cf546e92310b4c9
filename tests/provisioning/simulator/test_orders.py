"""Commands: each once, none late, whatever happens in between."""

from datetime import timedelta
from pathlib import Path

import pytest

from provisioning.protocol import Command, DoorMode, Doors, Event, PartState, encode
from provisioning.protocol import Door as DoorEvent
from tests.provisioning.simulator.house import CONFIG, MAC, Door, House, hellos, results


@pytest.fixture
def door() -> Door:
    door = Door(House())
    door.configure()
    return door


def test_unlock_opens_for_the_time_it_is_told(door: Door) -> None:
    said = door.order("unlock", relay=1, method="app", subject=7)
    events = [found.what for found in said if isinstance(found, Event)]
    assert events[0] == DoorEvent("release", "app", relay=1, subject=7)
    assert results(said)[0].result == "done"
    front = door.device.front
    assert front.is_open(1) and not front.is_open(2)
    door.house.wait(4.9)
    assert front.is_open(1)
    door.house.wait(0.1)
    assert not front.is_open(1)


def test_lock_closes_at_once(door: Door) -> None:
    door.order("unlock", 1, relay=1)
    said = door.order("lock", 2, relay=1)
    assert not door.device.front.is_open(1)
    assert [found.what.kind for found in said if isinstance(found, Event)] == ["door", "command"]


@pytest.mark.parametrize(("relay", "word"), [(3, "relay_off"), (16, "relay_off")])
def test_a_relay_it_does_not_have_stays_shut(door: Door, relay: int, word: str) -> None:
    (result,) = results(door.order("unlock", relay=relay))
    assert (result.result, result.detail) == ("failed", word)


def test_lockdown_and_holding_open(door: Door) -> None:
    body = Doors((DoorMode(1, "locked", "drill"), DoorMode(2, "open", "drill"))).json()
    door.tell(PartState(door.store, "doors", 1, body))
    (result,) = results(door.order("unlock", relay=1))
    assert (result.result, result.detail) == ("failed", "locked")
    assert not door.device.front.is_open(1) and door.device.front.is_open(2)
    door.tell(PartState(door.store, "doors", 2, Doors().json()))
    assert not door.device.front.is_open(2)


def test_twice_the_same_is_done_once(door: Door) -> None:
    assert results(door.order("unlock", relay=1))
    door.house.wait(6)
    assert results(door.order("unlock", relay=1)) == []
    assert not door.device.front.is_open(1)


def test_late_ones_are_not_done(door: Door) -> None:
    (result,) = results(door.order("unlock", relay=1, seconds=0))
    assert result.result == "expired" and not door.device.front.is_open(1)
    assert results(door.order("unlock", relay=1, seconds=60)) == []


def test_a_slow_device_lets_the_order_expire(door: Door) -> None:
    door.device.misbehave({"slow": 12})
    assert door.order("unlock", relay=1) == []
    door.house.wait(13)
    assert results(door.take())[0].result == "expired"


def test_travel_does_not_make_an_order_late(door: Door) -> None:
    door.device.clock.set_travel(86400)
    assert results(door.order("unlock", relay=1))[0].result == "done"


def test_without_a_trusted_clock_doors_stay_shut_and_the_rest_is_done(door: Door) -> None:
    door.device.misbehave({"clock": -3600.0})
    (result,) = results(door.order("unlock", 1, relay=1))
    assert (result.result, result.detail) == ("failed", "clock")
    assert results(door.order("autop", 2, lines=["Config.A.B = 1"]))[0].result == "done"


def test_reboot_is_done_when_it_is_back(door: Door) -> None:
    booted = door.device.booted
    assert results(door.order("reboot")) == []
    assert not door.device.powered and not door.device.online
    door.house.wait(3)
    assert results(door.take())[0].result == "done"
    assert door.device.booted > booted
    door.order("reboot")
    assert door.device.powered  # the same order again


def test_one_time_autop_is_kept_until_a_reset(door: Door) -> None:
    wrong = door.order("autop", 1, lines=["Config.A.B = 1", "no line"])
    assert results(wrong)[0].detail == "Not understood: no line"
    door.order("autop", 2, lines=["Config.A.B = 1", "Config.A.C ="])
    assert door.device.memory.parts.once() == {"Config.A.B": "1", "Config.A.C": ""}
    store = door.store
    said = door.order("reset", 3, scope="config")
    assert hellos(said)[0].revisions == {} and door.store == store
    assert door.device.memory.parts.once() == {}


def test_factory_reset_answers_from_the_new_store(door: Door) -> None:
    store = door.store
    said = door.order("reset", scope="factory")
    (event,) = [found for found in said if isinstance(found, Event)]
    assert event.store > store and event.seq == 1 and event.place == 0
    assert hellos(said)[0].store == event.store
    assert results(door.order("reset", scope="factory")) == []
    assert door.store == event.store


def test_an_order_cut_off_by_a_power_cut_is_never_done_again(tmp_path: Path) -> None:
    """Written down, not yet done: the door stays shut, and the portal is told."""
    door = Door(House(tmp_path / "disk"))
    door.configure()
    order = Command(
        "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "unlock",
        {"relay": 1},
        door.device.clock.true() + timedelta(seconds=10),
    )
    door.device.heard("command", encode(order))
    door.house.disk._waiting.clear()  # the power goes between the commit and the act
    door.house.turn()
    again = Door(door.house.power_cut())
    (result,) = results(again.take())
    assert result.result == "failed" and not again.device.front.is_open(1)
    assert results(again.tell(order)) == []
    assert not again.device.front.is_open(1)


def test_orders_done_before_a_power_cut_are_not_done_after_it(tmp_path: Path) -> None:
    door = Door(House(tmp_path / "disk"))
    door.configure()
    door.order("unlock", 1, relay=1, seconds=3600)
    door.order("reboot", 2, seconds=3600)
    again = Door(door.house.power_cut())
    assert [found.verb for found in results(again.take())] == ["unlock", "reboot"]  # events nobody has seen
    assert results(again.order("unlock", 1, relay=1, seconds=3600)) == []
    assert results(again.order("reboot", 2, seconds=3600)) == []
    assert not again.device.front.is_open(1)


def test_a_refusing_device_refuses(door: Door) -> None:
    door.device.misbehave({"refuse": "all"})
    (result,) = results(door.order("reboot"))
    assert (result.result, result.detail) == ("failed", "refused")
    assert door.device.powered and MAC in door.house.wires and CONFIG.relays
