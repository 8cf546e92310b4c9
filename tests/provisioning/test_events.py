"""Events: once each, seen only when committed, whatever order they come in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from devices.models import Command, DeviceState
from logs.models import DoorLog
from provisioning.ingest.inbox import Raw
from provisioning.ingest.sequences import advance
from provisioning.protocol import Alarm, Door, Event, Motion, Result, Seen, decode, up
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def door(house: House, seq: int, **changes: Any) -> Event:
    fields: dict[str, Any] = {"store": house.store, "place": 1, "at": now(), **changes}
    return Event(seq=seq, what=fields.pop("what", Door("open", "pin", 1, house.subject)), **fields)


def hear(house: House, *events: Event) -> int | None:
    """Up to where the device may forget after these."""
    house.field.hear([house.field.raw(house.mac, event) for event in events])
    seen = [decode("seen", payload) for payload in house.field.told(house.mac, "seen")]
    house.field.down.clear()
    assert all(isinstance(message, Seen) for message in seen)
    return seen[-1].seq if seen else None


def test_numbers_without_a_gap_are_seen() -> None:
    assert advance(0, [], [1, 2, 3]) == (3, [])
    assert advance(3, [], [5, 6]) == (3, [5, 6])
    assert advance(3, [5, 6], [4, 4, 2]) == (6, [])


def test_a_pin_typed_at_the_door_is_in_the_log(house: House) -> None:
    house.simulated.front.press("2")
    for key in "46810#":
        house.simulated.front.press(key)
    house.field.deliver_all()
    entry = DoorLog.objects.get(site=house.village.site, relay=1)
    assert (entry.method, entry.response, entry.subject) == ("pin", "success", house.subject)
    assert house.simulated.memory.spool.count() == 0, "it may forget what is committed"


def test_repeated_and_swapped_events_are_written_once(house: House) -> None:
    events = [door(house, seq) for seq in (3, 1, 2)]
    assert hear(house, *events) == 3
    assert hear(house, *events, *events) == 3
    assert DoorLog.objects.filter(device=house.door).count() == 3


def test_a_gap_is_not_seen_until_it_is_filled(house: House) -> None:
    first = door(house, 1)
    assert hear(house, first, door(house, 3)) == 1
    assert hear(house, door(house, 4)) == 1
    assert house.state.ahead == [3, 4]
    assert hear(house, door(house, 2)) == 4
    assert house.state.ahead == []


def test_events_of_two_readers_meet_in_the_table(house: House) -> None:
    """Two processes that share the messages see every other number each."""
    assert hear(house, door(house, 2), door(house, 4)) == 0
    assert hear(house, door(house, 1), door(house, 3), door(house, 5)) == 5


def test_events_before_the_move_still_belong_to_the_old_memory(house: House) -> None:
    hear(house, door(house, 1))
    old = house.store
    house.simulated.forget()
    house.field.settle()
    late = [door(house, seq, store=old) for seq in (3, 2)]
    house.field.hear([house.field.raw(house.mac, event) for event in late])
    (seen,) = {decode("seen", payload) for payload in house.field.told(house.mac, "seen")}
    assert (seen.store, seen.seq) == (old, 3)
    assert DoorLog.objects.filter(device=house.door, store=old).count() == 3
    assert house.state.seen_seq == 0


def test_events_of_a_memory_we_have_not_met_ask_for_hello(house: House) -> None:
    assert hear(house, door(house, 1, store=house.store + 5)) is None
    house.field.hear([house.field.raw(house.mac, door(house, 2, store=house.store + 5))])
    assert DoorLog.objects.filter(device=house.door).count() == 2


def test_kinds_of_later_do_not_stand_in_the_way(house: House) -> None:
    assert hear(house, door(house, 1, what=Motion()), door(house, 2, what=Alarm("tamper"))) == 2
    unknown = (
        b'{"store": %d, "place": 1, "seq": 3, "at": "2026-11-20T09:42:06Z", "kind": "quake"}' % house.store
    )
    house.field.hear([Raw(up(house.mac, "event"), unknown)])
    assert house.state.seen_seq == 3
    assert house.field.ingest.counts["left out: event"] == 1


def test_a_clock_of_another_century_is_no_reason_to_lose_an_event(house: House) -> None:
    assert hear(house, door(house, 1, at=datetime(1970, 1, 1, tzinfo=UTC))) == 1
    assert hear(house, door(house, 2, at=datetime(9999, 12, 31, tzinfo=UTC))) == 2
    assert DoorLog.objects.filter(device=house.door).count() == 2


def test_nothing_is_seen_before_it_is_written(house: House) -> None:
    house.field.ingest.stopping.set()  # or it would wait until the table is back
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logs_doorlog RENAME TO logs_elsewhere")
    assert hear(house, door(house, 1)) is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logs_elsewhere RENAME TO logs_doorlog")
    assert house.state.seen_seq == 0
    assert hear(house, door(house, 1)) == 1


def test_one_event_that_cannot_be_written_does_not_take_others_with_it(house: House) -> None:
    """Nothing the protocol allows is refused by the tables today; here one of them is made stricter."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logs_doorlog ADD CONSTRAINT strict CHECK (relay IS DISTINCT FROM 7)")
    events = [door(house, 1), door(house, 2, what=Door("open", "card", 7)), door(house, 3)]
    hear(house, *events)
    assert house.state.seen_seq == 3
    assert set(DoorLog.objects.filter(device=house.door).values_list("seq", flat=True)) == {1, 3}
    assert house.field.ingest.counts["dropped: not to be written"] == 1


def command(house: House, **changes: Any) -> Command:
    fields = {"state": "sent", "sent_at": now(), "expires_at": now() + timedelta(seconds=10), **changes}
    return Command.objects.create(
        device=house.door, place=1, site=house.village.site, verb="unlock", args={"relay": 1}, **fields
    )


def result(house: House, order: Command, seq: int = 1, word: str = "done") -> Event:
    return door(house, seq, what=Result(str(order.key), "unlock", word, "" if word == "done" else "why"))


@pytest.mark.parametrize("word", ["done", "failed", "expired"])
def test_a_result_closes_the_command(house: House, word: str) -> None:
    order = command(house)
    hear(house, result(house, order, word=word))
    order.refresh_from_db()
    assert order.state == word and order.finished_at is not None


def test_evidence_beats_the_clock_but_is_given_once(house: House) -> None:
    order = command(house, state="expired", result="No answer in time")
    hear(house, result(house, order))
    order.refresh_from_db()
    assert (order.state, order.result) == ("done", "")
    hear(house, result(house, order, 2, "failed"))
    order.refresh_from_db()
    assert order.state == "done"


def test_what_was_never_sent_was_never_done(house: House) -> None:
    order = command(house, state="queued", sent_at=None)
    dead = command(house, state="expired", sent_at=None)
    hear(house, result(house, order), result(house, dead, 2))
    assert set(Command.objects.values_list("state", flat=True)) == {"queued", "expired"}


def test_another_device_does_not_close_it(house: House) -> None:
    order = command(house)
    other = house.village.door()
    house.field.mount(other)
    house.field.settle()
    said = Event(
        DeviceState.objects.get(device=other).store, 1, 1, now(), Result(str(order.key), "unlock", "done")
    )
    house.field.say(other.mac, said)
    order.refresh_from_db()
    assert order.state == "sent"
