"""Late, repeated, swapped and invented answers change nothing; true ones change what they prove."""

import pytest

from devices.models import Part
from provisioning.protocol import AccessAck, PartAck, Range
from tests.provisioning.houses import House, settled_house

ACCESS, CONFIG = Part.ACCESS, Part.CONFIG


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def revs(house: House, part: str = CONFIG) -> tuple[int, int, int]:
    sync = house.sync(part)
    return sync.desired_rev, sync.sent_rev, sync.acked_rev


def test_all_is_told_and_confirmed(house: House) -> None:
    for part in Part:
        desired, sent, acked = revs(house, part)
        assert desired == sent == acked > 0
        assert house.sync(part).due_at is None
    held = house.simulated.memory.parts.held
    assert held["config"].rev == house.sync(CONFIG).desired_rev
    assert house.simulated.memory.parts.config.name == house.door.name
    assert house.simulated.memory.held(house.subject) == (house.subject, house.right.want, True)
    assert house.right.held == house.right.want


def test_an_answer_to_an_older_revision_leaves_the_newer_one_owed(house: House) -> None:
    house.mark()
    house.field.push()
    house.mark()
    older = house.sync().sent_rev
    house.field.say(house.mac, PartAck(house.store, "config", older))
    assert revs(house) == (older + 1, older, older)
    assert house.sync().due_at is not None


@pytest.mark.parametrize("late", [-1, 0, 1, 2**40])
def test_revisions_that_were_confirmed_or_never_sent_prove_nothing(house: House, late: int) -> None:
    house.mark()
    before = revs(house)
    house.field.say(house.mac, PartAck(house.store, "config", max(0, before[2] + late)))
    assert revs(house) == before


def test_an_invented_answer_does_not_hide_a_true_one(house: House) -> None:
    house.mark()
    house.field.push()
    sent = house.sync().sent_rev
    acks = [PartAck(house.store, "config", rev) for rev in (sent, sent + 7)]
    house.field.hear([house.field.raw(house.mac, ack) for ack in acks])
    assert house.sync().acked_rev == sent


def test_answers_of_another_memory_prove_nothing(house: House) -> None:
    house.mark()
    house.pin("112233")
    house.field.push()
    before = [revs(house), house.right.held]
    for store in (house.store - 1, house.store + 1):
        house.field.say(house.mac, PartAck(store, "config", house.sync().sent_rev))
        items = ((house.subject, house.right.want, True),)
        house.field.say(house.mac, AccessAck(store, house.sync(ACCESS).flight, items))
    assert [revs(house), house.right.held] == before


@pytest.mark.parametrize("answer", [(-1, True), (1, True), (0, False), (1000, True)])
def test_only_the_very_number_and_state_make_a_right_held(house: House, answer: tuple[int, bool]) -> None:
    house.pin("112233")
    before = house.right.held
    items = ((house.subject, house.right.want + answer[0], answer[1]),)
    house.field.say(house.mac, AccessAck(house.store, "x", items))
    assert house.right.held == before != house.right.want


def test_a_repeated_answer_changes_nothing(house: House) -> None:
    house.pin("112233")
    house.field.push()
    for message in list(house.field.down):
        house.field.deliver_down(message)
    said = list(house.field.up)
    house.field.hear(said)
    first = house.sync(ACCESS), house.right.held_at
    house.field.hear(said * 3)
    assert (house.sync(ACCESS).acked_rev, house.right.held_at) == (first[0].acked_rev, first[1])
    assert house.sync(ACCESS).due_at is None


def test_a_refusal_is_shown_and_sent_again_later(house: House) -> None:
    house.simulated.misbehave({"refuse": "pins"})
    house.pin("123")
    house.field.push()
    house.field.deliver_all()
    sync = house.sync(ACCESS)
    assert house.right.refused == "pin" and house.right.held != house.right.want
    assert sync.last_error == "1 refused: pin"
    assert sync.acked_rev < sync.desired_rev and sync.due_at is not None and sync.busy_until is None
    house.simulated.behave()
    house.field.settle()
    assert house.right.held == house.right.want and house.sync(ACCESS).last_error == ""


def test_a_refused_part_is_shown_and_sent_again_later(house: House) -> None:
    house.simulated.misbehave({"refuse": "all"})
    house.mark()
    house.field.push()
    house.field.deliver_all()
    sync = house.sync()
    assert sync.last_error == "refused" and sync.acked_rev < sync.sent_rev and sync.due_at is not None
    house.simulated.behave()
    house.field.settle()
    assert house.sync().last_error == ""


def test_one_message_of_access_is_under_way_at_a_time(house: House) -> None:
    house.pin("112233")
    house.field.send()
    house.pin("445566")
    house.field.send()
    assert len(house.field.told(house.mac, "state")) == 1
    house.field.deliver_all()
    house.field.send()
    assert len(house.field.told(house.mac, "state")) == 1
    house.field.settle()
    assert house.simulated.memory.book().by_pin.keys() == {"445566"}


def test_a_range_counts_only_as_the_answer_to_the_message_under_way(house: House) -> None:
    house.simulated.forget()
    house.field.collect()
    house.field.hear_all()
    house.field.push()
    assert house.state.reload_at == 0
    span = Range(0, 2**40, 2**40, True)
    house.field.say(house.mac, AccessAck(house.store, "guessed", (), (), span))
    assert house.state.reload_at == 0
    house.field.settle()
    assert house.state.reload_at is None


def test_what_a_device_neither_takes_nor_refuses_is_not_sent_for_ever(house: House) -> None:
    house.pin("112233")
    house.field.send()
    flight = house.sync(ACCESS).flight
    house.field.down.clear()
    house.field.say(house.mac, AccessAck(house.store, flight, ()))
    sync = house.sync(ACCESS)
    assert sync.busy_until is None and sync.attempts == 1
    house.field.send()
    assert not house.field.down, "it waits for its alarm"
    house.field.settle()
