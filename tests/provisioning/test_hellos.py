"""What a device says it holds is believed, in both directions."""

from dataclasses import replace

import pytest

from access.models import AccessRight
from devices.models import Command, Device, DevicePlace, DeviceState, Part
from provisioning.protocol import Hello, Seen
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def hello(house: House, **changes: object) -> Hello:
    """What the device would say now, but for `changes`."""
    memory = house.simulated.memory
    held = memory.parts.held
    said = Hello(
        store=memory.store,
        place=memory.place,
        model="R29",
        firmware="29.30.10.437",
        boot=house.simulated.booted,
        ip="10.0.4.17",
        revisions={part: entry.rev for part, entry in held.items()},
        digests={"access": memory.digest} | {part: entry.digest for part, entry in held.items()},
    )
    return replace(said, **changes)


def say(house: House, **changes: object) -> None:
    house.field.say(house.mac, hello(house, **changes))


def test_what_it_is_is_written_down(house: House) -> None:
    say(house, model="S539", firmware="539.30.1.2", ip="fe80::1")
    state = house.state
    assert (state.model, state.firmware, state.ip) == ("S539", "539.30.1.2", "fe80::1")
    say(house, ip="not an address")
    assert house.state.ip is None


def test_agreement_changes_nothing(house: House) -> None:
    before = [house.sync(part).desired_rev for part in Part]
    say(house)
    assert [house.sync(part).desired_rev for part in Part] == before
    assert all(house.sync(part).due_at is None for part in Part)


def test_an_answer_that_was_lost_is_read_from_the_revision(house: House) -> None:
    house.mark()
    house.field.push()
    sent = house.sync().sent_rev
    say(house, revisions={"config": sent, "contacts": house.sync(Part.CONTACTS).acked_rev})
    sync = house.sync()
    assert (sync.acked_rev, sync.desired_rev, sync.due_at, sync.drifted_at) == (sent, sent, None, None)


@pytest.mark.parametrize("claimed", [0, 10_000])
def test_a_revision_nobody_expected_is_drift_and_heals(house: House, claimed: int) -> None:
    before = house.sync().desired_rev
    say(house, revisions={"config": claimed, "contacts": house.sync(Part.CONTACTS).acked_rev})
    sync = house.sync()
    assert sync.acked_rev == claimed
    assert sync.desired_rev > max(before, claimed)
    assert sync.drifted_at is not None and sync.due_at is not None
    house.field.settle()
    assert house.simulated.memory.parts.held["config"].rev == house.sync().desired_rev


def test_another_body_under_the_same_revision_is_drift(house: House) -> None:
    before = house.sync().desired_rev
    say(house, digests={"config": "0123456789abcdef"})
    sync = house.sync()
    assert (sync.desired_rev, sync.drifted_at is not None) == (before + 1, True)


def test_a_new_memory_takes_every_confirmation_back_and_is_filled(house: House) -> None:
    old = house.store
    house.simulated.forget()
    house.field.hear_all()
    state = house.state
    assert (state.store, state.seen_seq, state.reload_at) == (house.store, 0, 0)
    assert house.store > old
    assert not AccessRight.objects.filter(device=house.door, held__isnull=False).exists()
    assert {house.sync(part).acked_rev < house.sync(part).desired_rev for part in Part} == {True}
    house.field.settle()
    assert house.simulated.memory.book().by_pin.keys() == {"246810"}


def test_an_old_hello_says_nothing(house: House) -> None:
    house.simulated.forget()
    house.field.settle()
    rights = list(AccessRight.objects.values_list("subject", "held"))
    say(house, store=house.store - 1, firmware="0.0.0.1", revisions={})
    assert house.state.store == house.store and house.state.firmware != "0.0.0.1"
    assert list(AccessRight.objects.values_list("subject", "held")) == rights
    assert house.sync().due_at is None


def test_a_digest_must_differ_twice_before_anything_is_reloaded(house: House) -> None:
    wrong = {"access": "0123456789abcdef"}
    say(house, digests=wrong)
    assert (house.state.strange, house.state.reload_at) == (1, None)
    house.field.push()
    assert house.field.told(house.mac, "state"), "it is asked again"
    say(house, digests=wrong)
    assert (house.state.strange, house.state.reload_at) == (0, 0)
    assert house.sync(Part.ACCESS).drifted_at is not None
    house.field.settle()
    assert house.state.reload_at is None


def test_a_digest_that_agrees_again_is_forgiven(house: House) -> None:
    say(house, digests={"access": "0123456789abcdef"})
    say(house)
    assert (house.state.strange, house.state.reload_at) == (0, None)


def test_a_digest_proves_nothing_while_something_is_under_way(house: House) -> None:
    house.pin("112233")
    house.field.send()
    for _ in range(3):
        say(house, digests={"access": "0123456789abcdef"})
    assert (house.state.strange, house.state.reload_at) == (0, None)


def test_drift_in_the_memory_heals_by_itself(house: House) -> None:
    """A lying device confirms a PIN it does not keep; its own digest gives it away."""
    house.simulated.misbehave({"lie": True})
    house.pin("112233")
    house.field.push()
    house.field.deliver_all()
    assert house.right.held == house.right.want, "believed for now"
    house.simulated.behave()
    for _ in range(2):
        house.simulated.voice.hello_soon()
        house.field.hear_all()
    assert house.state.reload_at == 0
    house.field.settle()
    assert house.simulated.memory.book().by_pin.keys() == {"112233"}


def test_a_device_that_was_moved_proves_an_empty_memory_first(house: House) -> None:
    old = AccessRight.objects.filter(device=house.door).values_list("pk", flat=True)
    old_pks, store = list(old), house.store
    _move(house)
    house.field.push()
    first = house.field.told(house.mac, "state")
    assert all(b'"items":[]' in message for message in first if b'"access"' in message)
    house.field.settle()
    assert house.store > store and house.simulated.memory.place == 2
    assert house.simulated.memory.book().people == []
    assert all(right.held == right.want for right in AccessRight.objects.filter(pk__in=old_pks))


def _move(house: House) -> None:
    """It hangs at another site now: its rights became removals, its place counts up."""
    Device.objects.filter(pk=house.door.pk).update(place=2)
    DevicePlace.objects.create(
        device=house.door, place=2, site=house.village.site, since=house.door.created_at
    )
    for right in AccessRight.objects.filter(device=house.door, place=1):
        AccessRight.objects.filter(pk=right.pk).update(gone=True, want=right.want + 1_000_000)
    house.mark()
    house.mark(Part.ACCESS)


def test_a_device_that_never_learned_its_place_is_told(house: House) -> None:
    house.simulated.memory.place = 0
    say(house, place=0)
    assert house.sync(Part.ACCESS).due_at is not None
    house.field.settle()
    assert house.simulated.memory.place == 1
    say(house)
    assert house.state.store_place == 1


def test_a_device_of_a_later_place_is_not_argued_with(house: House) -> None:
    say(house, place=9)
    assert "later place" in house.sync(Part.ACCESS).last_error
    assert house.sync(Part.ACCESS).due_at is None


def test_one_time_autop_is_gone_with_the_memory(house: House) -> None:
    command = Command.objects.create(
        device=house.door, place=1, site=house.village.site, verb="autop", args={"lines": []},
        state="sent", expires_at="2100-01-01T00:00:00Z",
    )  # fmt: skip
    house.simulated.forget()
    house.field.hear_all()
    command.refresh_from_db()
    assert (command.state, command.result) == ("expired", "Dropped by a reset")


def test_a_device_that_never_said_hello_is_asked(house: House) -> None:
    DeviceState.objects.update(store=0)
    house.mark()
    house.field.push()
    (message,) = set(house.field.told(house.mac, "state"))
    assert b'"probe"' in message
    house.field.settle()
    assert house.state.store == house.store
    assert Seen.leaf == "seen"
