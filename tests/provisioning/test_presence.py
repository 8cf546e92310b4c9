"""Who is on line: statuses, last wills, silence."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from devices.models import DeviceState, Part
from provisioning.ingest.inbox import Raw
from provisioning.ingest.statuses import SILENCE, sweep_silent
from provisioning.protocol import Status, encode, up
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def say(house: House, status: Status, retained: bool = False) -> None:
    house.field.hear([Raw(up(house.mac, "status"), encode(status), retained)])


def test_a_will_of_the_present_connection_means_off_line_at_once(house: House) -> None:
    say(house, Status(False, house.state.conn))
    assert not house.state.online
    assert house.state.since is not None and house.state.since > now() - timedelta(minutes=1)


def test_a_will_of_an_earlier_connection_is_dropped(house: House) -> None:
    say(house, Status(True, "newer", now()))
    say(house, Status(False, "conn1"))
    assert house.state.online and house.state.conn == "newer"


def test_within_one_batch_the_order_counts(house: House) -> None:
    messages = [Status(True, "a", now()), Status(True, "b", now()), Status(False, "a"), Status(False, "b")]
    house.field.hear([house.field.raw(house.mac, message) for message in messages[:3]])
    assert house.state.online and house.state.conn == "b"
    house.field.hear([house.field.raw(house.mac, message) for message in messages])
    assert not house.state.online


def test_a_status_kept_by_the_broker_proves_only_its_own_time(house: House) -> None:
    DeviceState.objects.update(online=False)
    say(house, Status(True, "old", now() - SILENCE - timedelta(seconds=5)), retained=True)
    assert not house.state.online
    say(house, Status(True, "new", now() - timedelta(seconds=20)), retained=True)
    assert house.state.online


def test_silence_means_off_line_since_the_last_word(house: House) -> None:
    silent = now() - SILENCE - timedelta(seconds=1)
    DeviceState.objects.update(last_seen=silent)
    assert sweep_silent() == 1
    assert not house.state.online and house.state.since == silent
    assert sweep_silent() == 0


def test_nothing_is_sent_to_a_device_that_is_off_line_until_it_is_back(house: House) -> None:
    say(house, Status(False, house.state.conn))
    house.mark()
    house.pin("112233")
    house.field.push()
    assert house.field.down == []
    sync = house.sync(Part.CONFIG)
    assert sync.attempts == 0 and sync.sent_rev < sync.desired_rev
    assert sync.due_at is not None and sync.due_at > now() + timedelta(minutes=10)
    say(house, Status(True, "back", now()))
    assert house.sync(Part.CONFIG).due_at < now() + timedelta(seconds=10)
    house.field.settle()
    assert house.simulated.memory.book().by_pin.keys() == {"112233"}


def test_a_new_connection_frees_what_was_under_way(house: House) -> None:
    house.pin("112233")
    house.field.send()
    assert house.sync(Part.ACCESS).busy_until is not None
    say(house, Status(True, "again", now()))
    assert house.sync(Part.ACCESS).busy_until is None


def test_a_clock_that_is_wrong_shows_how_much(house: House) -> None:
    say(house, Status(True, house.state.conn, now() - timedelta(hours=1)))
    assert house.state.skew == pytest.approx(-3600, abs=5)
