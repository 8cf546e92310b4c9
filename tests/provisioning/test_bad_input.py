"""Whatever is sent to us: dropped, counted, never a crash, and nobody else's message goes with it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from devices.models import DeviceState
from provisioning.ingest.inbox import Inbox, Raw
from provisioning.protocol import Status, encode, up
from provisioning.protocol.checks import MAX_BYTES
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


LEAVES = ("status", "hello", "ack", "event")
RUBBISH: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "null": b"null",
    "not UTF-8": b"\xff\xfe\x00",
    "half a pair": b'{"conn": "\\ud800"}',
    "NaN": b'{"online": true, "conn": "x", "at": NaN}',
    "deep": b"[" * 100_000,
    "huge": b'{"x": "' + b"a" * MAX_BYTES + b'"}',
    "huge number": b'{"store": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("payload", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_dropped_and_counted(house: House, leaf: str, payload: bytes) -> None:
    good = house.field.raw(house.mac, Status(False, house.state.conn))
    before = house.field.ingest.counts["dropped: malformed"]
    house.field.hear([Raw(up(house.mac, leaf), payload), good])
    assert house.field.ingest.counts["dropped: malformed"] == before + 1
    assert not house.state.online, "the next message was taken"


@pytest.mark.parametrize(
    "topic",
    ["", "x", "sp/1/up/status", "sp/2/up/0C1105000001/status", "sp/1/up/nonsense/status",
     "$SYS/broker/uptime", "sp/1/up/0C1105000001/x", "sp/1/down/0C1105000001/state",
     "sp/1/up/0C1105000001/status/x"],
)  # fmt: skip
def test_foreign_topics_are_dropped_and_counted(house: House, topic: str) -> None:
    house.field.hear([Raw(topic, encode(Status(False, "x")))])
    assert house.field.ingest.counts["dropped: topic"] == 1


def test_nobodys_mac_is_dropped_and_counted(house: House) -> None:
    house.field.hear([Raw(up("FFFFFFFFFFFF", "status"), encode(Status(False, "x")))] * 3)
    assert house.field.ingest.counts["dropped: unknown MAC"] == 3
    assert DeviceState.objects.count() == 1


def test_a_device_met_later_is_known_then(house: House) -> None:
    other = house.village.door()
    DeviceState.objects.filter(device=other).delete()
    mac = other.mac
    house.field.hear([Raw(up(mac, "status"), encode(Status(False, "x")))])
    assert house.field.ingest.counts["dropped: unknown MAC"] == 1
    DeviceState.objects.create(device=other)
    house.field.mount(other)
    house.field.settle()
    assert DeviceState.objects.get(device=other).online


def test_messages_with_one_field_changed_never_crash(house: House) -> None:
    """Each message a device ever says, with each of its fields replaced by each of many values."""
    rng = random.Random(7)
    house.simulated.forget()
    house.simulated.front.press("1")
    house.simulated.front.press("#")
    house.field.house.wait(75)
    said = _everything_said(house)
    assert {topic.rpartition("/")[2] for topic, _ in said} == set(LEAVES)
    changed = [Raw(topic, payload) for topic, body in said for payload in _mutations(body)]
    rng.shuffle(changed)
    for start in range(0, len(changed), 200):
        house.field.hear(changed[start : start + 200])
    counts = house.field.ingest.counts
    assert counts["dropped: unreadable"] == counts["dropped: not to be written"] == 0
    assert counts["dropped: malformed"] > 100


def _everything_said(house: House) -> list[tuple[str, dict[str, Any]]]:
    """Topics and bodies of one of each message, collected while a device is filled again."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for _ in range(6):
        house.field.collect()
        for raw in house.field.up:
            body = json.loads(raw.payload)
            found.setdefault(f"{raw.topic} {body.get('part') == 'access'}", (raw.topic, body))
        house.field.hear_all()
        house.field.push()
        for message in house.field.down[:]:
            house.field.down.remove(message)
            house.field.deliver_down(message)
    return list(found.values())


VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**63 - 1, 2**63, 1.5, 1e308, "", "x" * 300, "\u0000", [], {}, {"a": {}},
    "2026-11-20T09:42:06Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", [[1, 2, True]],
    [[1, 2, "full"]],
)  # fmt: skip


def _mutations(body: dict[str, Any]) -> list[bytes]:
    changed = [body | {key: value} for key in body for value in VALUES]
    missing = [{name: value for name, value in body.items() if name != key} for key in body]
    return [json.dumps(each).encode() for each in (*changed, *missing)]


def test_a_full_inbox_makes_the_broker_wait_and_loses_nothing() -> None:
    inbox = Inbox(full=2)
    raws = [Raw(str(number), b"") for number in range(5)]
    for raw in raws[:2]:
        inbox.put(raw)
    assert inbox.take(10, timeout=0) == raws[:2]
    inbox.close()
    for raw in raws:
        inbox.put(raw)  # nobody waits once it is closed
    assert inbox.take(3, timeout=0) == raws[:3] and len(inbox) == 2
