"""Misbehaving on demand."""

import pytest

from provisioning.protocol import AccessAck, Opening, PartAck, PartState, Person, Status
from tests.provisioning.simulator.house import CONFIG, MAC, Door, House, hellos

ANN = Person(5, 1, "Ann", pins=("123",), opens=(Opening((1,)),))


@pytest.fixture
def door() -> Door:
    door = Door(House())
    door.take()
    return door


def test_lying_confirms_what_it_does_not_keep_and_its_digests_tell(door: Door) -> None:
    door.device.misbehave({"lie": True})
    assert door.access(ANN).items == ((5, 1, True),)
    (ack,) = door.tell(PartState(door.store, "config", 3, CONFIG.json()))
    assert ack == PartAck(door.store, "config", 3)
    assert door.device.memory.items() == [] and door.device.memory.parts.config is None
    door.device.voice.hello_soon()
    assert hellos(door.take())[0].digests == {"access": "0" * 16}


def test_refusing_everything(door: Door) -> None:
    door.device.misbehave({"refuse": "all"})
    assert door.access(ANN).refused == ((5, 1, "refused"),)
    (ack,) = door.tell(PartState(door.store, "config", 3, CONFIG.json()))
    assert ack == PartAck(door.store, "config", 3, "refused")


def test_refusing_short_pins(door: Door) -> None:
    door.device.misbehave({"refuse": "pins"})
    assert door.access(ANN).refused == ((5, 1, "pin"),)
    door.device.behave()
    assert door.access(ANN).refused == ()


def test_off_line_and_back(door: Door) -> None:
    door.device.misbehave({"offline": True})
    assert not door.device.online and MAC not in door.house.wires
    door.device.misbehave({"offline": False})
    assert isinstance(door.take()[0], Status)


def test_slow(door: Door) -> None:
    door.device.misbehave({"slow": 2.0})
    message = PartState(door.store, "config", 1, CONFIG.json())
    assert door.tell(message) == []
    door.house.wait(2)
    assert door.take() == [PartAck(door.store, "config", 1)]


def test_losing_and_doubling(door: Door) -> None:
    door.device.misbehave({"drop": 1.0})
    assert door.tell(PartState(door.store, "config", 1, CONFIG.json())) == []
    assert door.device.memory.parts.config is None
    assert door.device.voice.log[0].way == "lost"
    door.device.misbehave({"drop": 0.0, "duplicate": 1.0})
    assert (
        door.tell(PartState(door.store, "config", 1, CONFIG.json())) == [PartAck(door.store, "config", 1)] * 4
    )


def test_half_of_them(door: Door) -> None:
    door.device.misbehave({"drop": 0.5})
    answers = [door.tell(PartState(door.store, "config", 1, CONFIG.json())) for _ in range(400)]
    assert 60 < sum(bool(answer) for answer in answers) < 140


def test_a_wrong_clock_tells_itself(door: Door) -> None:
    door.device.misbehave({"clock": -86400.0})
    door.house.wait(75)
    status = door.take()[0]
    assert isinstance(status, Status) and status.skew == -86400


def test_a_small_memory(door: Door) -> None:
    door.device.misbehave({"capacity": 0})
    assert door.access(ANN).refused == ((5, 1, "full"),)


@pytest.mark.parametrize(
    "wanted",
    [
        {"tired": True},
        {"drop": 2},
        {"slow": -1},
        {"offline": 1},
        {"refuse": "some"},
        {"clock": "x"},
        {"capacity": -1},
    ],
)
def test_faults_there_are_not(door: Door, wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        door.device.misbehave({"lie": True} | wanted)
    assert door.device.faults.lie is False


def test_wrong_bodies_are_refused_with_words_and_change_nothing(door: Door) -> None:
    door.configure()
    for body in ({}, CONFIG.json() | {"zone": 5}, CONFIG.json() | {"relays": [{}]}):
        (ack,) = door.tell(PartState(door.store, "config", 9, body))
        assert isinstance(ack, PartAck) and ack.rev == 9 and ack.error
    assert door.device.memory.parts.config == CONFIG
    assert door.device.memory.parts.held["config"].rev == 1


def test_an_older_revision_is_answered_with_the_one_held(door: Door) -> None:
    door.configure(rev=7)
    assert door.tell(PartState(door.store, "config", 6, CONFIG.json())) == [PartAck(door.store, "config", 7)]


def test_a_part_for_another_store_is_answered_by_hello(door: Door) -> None:
    said = door.tell(PartState(door.store + 1, "config", 1, CONFIG.json()))
    assert len(said) == len(hellos(said)) == 1


def test_a_large_body_is_fetched_from_the_portal(door: Door) -> None:
    store = door.store
    said = door.tell(PartState(store, "display", 2, url="https://portal/d/display"))
    assert said == [PartAck(store, "display", 2)]
    assert door.device.memory.parts.body("display") == {"pictures": 3}
    assert door.tell(PartState(store, "display", 3, url="https://elsewhere/display")) == []


def test_rubbish_is_dropped_and_noted(door: Door) -> None:
    for leaf, payload in (("state", b"{"), ("gossip", b"{}"), ("state", b'{"part": "access"}')):
        door.device.heard(leaf, payload)
    assert door.take() == []
    assert all(entry.note for entry in list(door.device.voice.log)[:3])


def test_answers_carry_their_message(door: Door) -> None:
    assert isinstance(door.access(ANN), AccessAck)
    assert door.access().message == "m2"
