"""The language: what goes in comes out, and nothing else gets in."""

import json
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.protocol import (
    MAX_BYTES,
    AccessAck,
    AccessState,
    Alarm,
    Call,
    Command,
    Config,
    Contact,
    Contacts,
    Door,
    DoorMode,
    Doors,
    Event,
    Hello,
    Message,
    Motion,
    Opening,
    PartAck,
    PartState,
    Person,
    ProtocolError,
    Range,
    RelayConfig,
    Removal,
    Result,
    Schedule,
    Seen,
    Status,
    access_digest,
    body_digest,
    decode,
    down,
    encode,
    read_topic,
    up,
)
from provisioning.protocol.bodies import METHODS as RELAY_METHODS
from provisioning.protocol.events import ACTIONS, METHODS, REASONS

NUMBERS = st.integers(1, 2**63 - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=64)
SOME = WORDS.filter(bool)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
CLOCKS = st.times().map(lambda time: f"{time:%H:%M}")
LEAVES = ("status", "hello", "ack", "event", "seen", "state", "command")


def lists(of: st.SearchStrategy, size: int = 4) -> st.SearchStrategy:
    return st.lists(of, max_size=size).map(tuple)


openings = st.builds(
    Opening,
    relays=st.lists(st.integers(1, 16), min_size=1, max_size=4).map(tuple),
    schedule=st.integers(0, 2**63 - 1),
    since=st.none() | TIMES,
    until=st.none() | TIMES,
)
people = st.builds(
    Person,
    subject=NUMBERS,
    number=NUMBERS,
    name=WORDS,
    pins=lists(st.from_regex(r"\A[0-9]{2,16}\Z")),
    cards=lists(st.from_regex(r"\A[0-9A-Za-z]{1,64}\Z")),
    apartment=st.none() | WORDS,
    opens=lists(openings),
    uses=st.none() | st.integers(0, 1_000_000),
)
schedules = st.builds(
    Schedule,
    subject=NUMBERS,
    number=NUMBERS,
    repeat=st.sampled_from(["always", "daily", "weekly"]),
    zone=SOME,
    days=lists(st.integers(0, 6), 7),
    start=CLOCKS,
    end=CLOCKS,
    since=st.none() | TIMES,
    until=st.none() | TIMES,
) | st.builds(
    Schedule, subject=NUMBERS, number=NUMBERS, repeat=st.just("never"), zone=SOME, since=TIMES, until=TIMES
)
removals = st.builds(Removal, subject=NUMBERS, number=NUMBERS, kind=st.sampled_from(["person", "schedule"]))
ranges = st.builds(
    lambda low, more, as_of, last: Range(low, low + more, as_of, last),
    st.integers(0, 2**62),
    st.integers(1, 2**61),
    st.integers(0, 2**62),
    st.booleans(),
)
states = st.builds(
    AccessState,
    store=NUMBERS,
    place=NUMBERS,
    message=SOME,
    items=st.lists(people | schedules | removals, max_size=4, unique_by=lambda item: item.subject).map(tuple),
) | st.builds(
    AccessState,
    store=NUMBERS,
    place=NUMBERS,
    message=SOME,
    items=st.lists(people | schedules, max_size=4, unique_by=lambda item: item.subject).map(tuple),
    span=ranges,
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
whats = (
    st.builds(
        Door,
        action=st.sampled_from(sorted(ACTIONS)),
        method=st.sampled_from(sorted(METHODS)),
        relay=st.none() | st.integers(1, 16),
        subject=st.none() | NUMBERS,
    )
    | st.builds(
        Door,
        action=st.just("open"),
        method=st.just("card"),
        response=st.just("failed"),
        reason=st.sampled_from(sorted(REASONS)),
        code=st.none() | st.text("0123456789ABCDEF", max_size=4),
    )
    | st.builds(Call, WORDS, lists(st.tuples(WORDS, WORDS)), st.booleans(), seconds=st.integers(0, 86400))
    | st.just(Motion())
    | st.just(Alarm())
    | st.builds(
        Result,
        id=st.uuids().map(str),
        verb=st.just("reboot"),
        result=st.sampled_from(["done", "failed", "expired"]),
        detail=WORDS,
    )
)
commands = st.builds(
    lambda key, end, verb: Command(str(key), verb[0], verb[1], end),
    st.uuids(),
    TIMES,
    st.sampled_from(
        [
            ("unlock", {"relay": 1, "method": "app", "subject": 7}),
            ("lock", {"relay": 16}),
            ("reboot", {}),
            ("reset", {"scope": "factory"}),
            ("autop", {"lines": ["Config.A.B = 1"]}),
        ]
    ),
)
digests = st.integers(0, 2**64 - 1).map("{:016x}".format)
messages = (
    states
    | commands
    | st.builds(Status, st.just(True), SOME.map(lambda w: w[:32]), TIMES, st.floats(-9, 9), st.floats(0, 1))
    | st.builds(Status, st.just(False), SOME.map(lambda word: word[:32]))
    | st.builds(
        Hello,
        store=NUMBERS,
        place=st.integers(0, 9),
        model=st.just("R29"),
        firmware=st.just("29.30.10.437"),
        boot=TIMES,
        ip=st.just("10.0.4.17"),
        revisions=st.dictionaries(st.sampled_from(["config", "contacts"]), NUMBERS),
        digests=st.dictionaries(st.sampled_from(["access", "config"]), digests),
        last_seq=st.integers(0, 99),
    )
    | st.builds(PartAck, NUMBERS, st.just("config"), NUMBERS, st.none() | WORDS)
    | st.builds(
        AccessAck,
        store=NUMBERS,
        message=SOME,
        items=lists(st.tuples(NUMBERS, NUMBERS, st.booleans())),
        refused=lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["full", "schedule"]))),
        span=st.none() | ranges,
    )
    | st.builds(Event, store=NUMBERS, place=st.integers(0, 9), seq=NUMBERS, at=TIMES, what=whats)
    | st.builds(Seen, NUMBERS, NUMBERS)
    | st.builds(PartState, NUMBERS, st.just("display"), NUMBERS, st.dictionaries(WORDS, plain, max_size=3))
)


@settings(deadline=None)
@given(messages)
def test_what_goes_in_comes_out(message: Message) -> None:
    assert decode(message.leaf, encode(message)) == message


@settings(deadline=None)
@given(st.sampled_from(LEAVES), st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode()))
def test_rubbish_is_refused_and_nothing_worse(leaf: str, payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(leaf, payload)


@settings(deadline=None)
@given(messages, st.data())
def test_a_message_with_one_wrong_field_is_refused_or_still_a_message(
    message: Message, data: st.DataObject
) -> None:
    """Whatever is put in whatever place, decoding says no or gives something that encodes again."""
    raw = json.loads(encode(message))
    spot = raw
    while isinstance(spot, dict | list) and spot:
        keys = list(spot) if isinstance(spot, dict) else range(len(spot))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(spot[key], dict | list) or not spot[key] or data.draw(st.booleans()):
            spot[key] = data.draw(plain)
            break
        spot = spot[key]
    try:
        found = decode(message.leaf, json.dumps(raw).encode())
    except ProtocolError:
        return
    assert decode(found.leaf, encode(found)) == found


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        ("gossip", "{}"),
        ("seen", "[]"),
        ("seen", '{"store": 1}'),
        ("seen", '{"store": true, "seq": 1}'),
        ("seen", '{"store": 1.0, "seq": 1}'),
        ("seen", '{"store": 0, "seq": 1}'),
        ("seen", '{"store": 1, "seq": 9223372036854775808}'),
        ("seen", '{"store": NaN, "seq": 1}'),
        ("seen", '{"store": ' + "9" * 5000 + ', "seq": 1}'),
        ("seen", "[" * 100_000),
        ("status", '{"online": true, "conn": "c"}'),
        ("status", '{"online": true, "conn": "c", "at": "2026-11-20T09:42:06"}'),
        ("status", '{"online": true, "conn": "c", "at": "yesterday"}'),
        ("status", '{"online": false, "conn": "\\u0000"}'),
        ("status", '{"online": false, "conn": "\\ud800"}'),
        ("state", '{"store": 1, "part": "weather", "rev": 1, "body": {}}'),
        ("state", '{"store": 1, "part": "config", "rev": 1}'),
        ("state", '{"store": 1, "part": "config", "rev": 1, "body": {}, "url": "https://x"}'),
        ("state", '{"store": 1, "part": "display", "rev": 1, "body": ' + '{"a":' * 20 + "1" + "}" * 21),
        ("command", '{"id": "1", "verb": "reboot", "args": {}, "expires_at": "2026-11-20T09:42:06Z"}'),
        ("event", '{"store": 1, "place": 1, "seq": 1, "at": "2026-11-20T09:42:06Z", "kind": "door"}'),
        ("event", '{"store": 1, "place": 1, "seq": 1, "at": "2026-11-20T09:42:06Z", "kind": "tea"}'),
    ],
)
def test_refused(leaf: str, text: str) -> None:
    with pytest.raises(ProtocolError):
        decode(leaf, text.encode())


def test_too_large_is_refused_at_both_ends() -> None:
    with pytest.raises(ProtocolError):
        encode(PartState(1, "display", 1, {"text": ["x" * 60_000] * 10}))
    with pytest.raises(ProtocolError):
        decode("seen", b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Person(1, 1, "Ann", pins=("1",)),
        lambda: Person(1, 1, "Ann", pins=("12a4",)),
        lambda: Person(0, 1, "Ann"),
        lambda: Person(1, 1, "x" * 256),
        lambda: Opening(()),
        lambda: Opening((0,)),
        lambda: Opening((1,), since=datetime(2026, 1, 1)),
        lambda: Schedule(1, 1, "weekly", "UTC"),
        lambda: Schedule(1, 1, "never", "UTC"),
        lambda: Schedule(1, 1, "daily", "UTC", start="24:00", end="25:00"),
        lambda: AccessState(1, 1, "m", (Removal(1, 1), Removal(1, 2))),
        lambda: AccessState(1, 1, "m", (Removal(1, 1),), Range(0, 9, 9)),
        lambda: Range(5, 5, 1),
        lambda: Command(str(uuid.uuid4()), "unlock", {}, datetime.now(UTC)),
        lambda: Command(str(uuid.uuid4()), "reboot", {"hard": True}, datetime.now(UTC)),
        lambda: Door("open", "pin", response="failed"),
        lambda: Config("a", "b", "UTC", autop=("Config.A.B",)),
        lambda: RelayConfig(1, "Main", methods=("knock",)),
    ],
)
def test_wrong_messages_cannot_be_made(make: object) -> None:
    with pytest.raises(ProtocolError):
        make()  # type: ignore[operator]


def test_bodies_come_back() -> None:
    relay = RelayConfig(1, "Main door", "#", True, tuple(sorted(RELAY_METHODS)), 5)
    config = Config("a", "b", "Europe/Berlin", "apt_pin", (relay,), autop=("Config.A.B = 1", "Config.A.C ="))
    assert Config.read(json.loads(json.dumps(config.json()))) == config
    contacts = Contacts((Contact("1204", "Flat 1204", (("sip", "100001"), ("phone", "+4512345678"))),))
    assert Contacts.read(json.loads(json.dumps(contacts.json()))) == contacts
    doors = Doors((DoorMode(1, "locked", "fire drill"),))
    assert Doors.read(json.loads(json.dumps(doors.json()))) == doors


def test_digests_are_what_the_page_says() -> None:
    assert access_digest([]) == "0" * 16
    assert access_digest([(812, 4711)]) == "1f50e32f315a1299"
    pairs = [(812, 4711), (813, 4712), (90, 4690)]
    assert access_digest(pairs) == access_digest(reversed(pairs))
    assert body_digest({"b": 1, "a": "ü"}) == body_digest({"a": "ü", "b": 1}) == "4e7ff4080b1a00ac"


def test_topics() -> None:
    assert read_topic(up("0C11050B9814", "hello")).mac == "0C11050B9814"
    assert read_topic(down("0C11050B9814", "seen")).way == "down"
    for wrong in (
        "sp/1/up/0c11050b9814/hello",
        "sp/1/up/0C11050B9814/seen",
        "sp/2/up/0C11050B9814/hello",
        "x",
    ):
        with pytest.raises(ProtocolError):
            read_topic(wrong)


def test_the_examples_of_the_page_are_messages() -> None:
    """Each JSON line under a heading that names its topic decodes as that topic."""
    page = Path(__file__).parents[3].joinpath("docs/protocol.md").read_text()
    found = 0
    for heading, text in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
            for example in re.split(r"\n(?=\{)", block.strip()):
                found += _is_example(heading, json.loads(example))
    assert found == 14


def _is_example(heading: str, raw: dict) -> bool:
    leaf = next(leaf for leaf in _LEAF_OF if re.match(_LEAF_OF[leaf], heading) and _fits(leaf, raw))
    if leaf == "item":
        raw, leaf = {"store": 1, "place": 1, "part": "access", "msg": "m", "items": [raw]}, "state"
    if leaf == "config":
        assert Config.read(raw).relays
        return True
    assert decode(leaf, json.dumps(raw).encode())
    return True


_LEAF_OF = {
    "status": "status",
    "hello": "hello",
    "config": "state",
    "item": "state",
    "state": "state",
    "ack": "state",
    "seen": "event",
    "event": "event",
    "command": "command",
}


def _fits(leaf: str, raw: dict) -> bool:
    tests = {
        "config": "pin_mode" in raw,
        "item": "on" in raw,
        "state": "body" in raw or "place" in raw,
        "ack": "error" in raw or "refused" in raw,
        "seen": set(raw) == {"store", "seq"},
    }
    return tests.get(leaf, True)
