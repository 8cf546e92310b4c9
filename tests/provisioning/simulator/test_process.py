"""The simulator as it runs: a process with a broker, a portal, and a door for questions."""

import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from provisioning.protocol import (
    AccessAck,
    AccessState,
    Command,
    Event,
    Opening,
    PartAck,
    PartState,
    Person,
    Result,
    Seen,
    Status,
)
from provisioning.simulator.client import Simulator, SimulatorAway, SimulatorRefused
from tests.provisioning.simulator.around import MACS, TOKEN, Around, secret_of
from tests.provisioning.simulator.house import CONFIG

MAC, OTHER, THIRD = MACS
ANN = Person(5, 1, "Ann", pins=("381042",), opens=(Opening((1,)),))


def label(mac: str, secret: str | None = None) -> dict[str, object]:
    return {
        "mac": mac,
        "secret": secret or secret_of(mac),
        "model": "R29",
        "firmware": "29.30.10.437",
        "name": f"Door {mac}",
        "kind": 0,
    }


@pytest.fixture
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Around]:
    around = Around(tmp_path_factory.mktemp("around"))
    try:
        assert around.services
        around.portal.devices = [label(MAC), label(OTHER)]
        yield around
    finally:
        around.close()


@pytest.fixture
def simulator(around: Around) -> Iterator[Simulator]:
    with Simulator(around.control, TOKEN) as simulator:
        yield simulator


def furnish(around: Around, mac: str = MAC) -> int:
    """Give a device its config and one person. Its store."""
    store = around.hello(mac).store
    around.tell(mac, PartState(store, "config", 1, CONFIG.json()))
    around.tell(mac, AccessState(store, 1, "m1", (ANN,)))
    around.wait(lambda: around.heard(mac, AccessAck), "no answer")
    return store


def test_from_the_portal_s_list_to_an_open_door(around: Around, simulator: Simulator) -> None:
    store = furnish(around)
    assert around.heard(MAC, PartAck) == [PartAck(store, "config", 1)]
    assert simulator.memory(MAC)["items"] == [ANN.json()]
    assert simulator.press(MAC, "381042#")["say"] == "Door open"
    (event,) = around.wait(lambda: around.heard(MAC, Event), "no event")
    assert (event.what.subject, event.what.response, event.seq) == (5, "success", 1)
    around.tell(MAC, Seen(store, 1))
    around.wait(lambda: simulator.ping()["waiting"] == 0, "the event is not forgotten")
    assert simulator.pin(MAC, "111111")["reason"] == "unknown_pin"
    assert simulator.pin(OTHER, "381042")["reason"] == "unknown_pin"


def test_the_list_is_followed(around: Around, simulator: Simulator) -> None:
    around.wait(lambda: simulator.ping()["online"] == 2, "not on line")
    around.wait(lambda: around.portal.asked.get(304), "never told that nothing changed")
    around.portal.devices = [label(MAC), label(THIRD, "wrong")]
    around.wait(lambda: {one["mac"] for one in simulator.devices()} == {MAC, THIRD}, "not followed")
    around.wait(lambda: "refuses" in simulator.state(THIRD)["trouble"], "nobody says why")
    around.portal.devices = [label(MAC), label(THIRD)]
    around.wait(lambda: simulator.state(THIRD)["online"], "the new secret is not used")
    assert not around.heard(OTHER, Status)[-1].online  # its will


def test_its_own_configuration_is_fetched(around: Around, simulator: Simulator) -> None:
    around.wait(lambda: simulator.ping()["online"] == 2, "not on line")
    autop = around.wait(lambda: simulator.state(MAC)["autop"]["fetched"], "nothing fetched")
    assert autop == [f"Config.Own.MAC = {MAC}", "Config.Own.Empty = "]


def test_cut_off_the_broker_tells_its_will(around: Around, simulator: Simulator) -> None:
    around.hello(MAC)
    conn = around.heard(MAC, Status)[-1].conn
    simulator.fault(MAC, offline=True)
    around.wait(lambda: around.heard(MAC, Status)[-1] == Status(False, conn), "no will")
    assert not simulator.state(MAC)["online"]
    simulator.clear(MAC)
    status = around.wait(lambda: [one for one in around.heard(MAC, Status)[-1:] if one.online], "not back")
    assert status[0].conn != conn


def test_killed_and_started_again_nothing_is_lost_and_nothing_done_twice(
    around: Around, simulator: Simulator
) -> None:
    store = furnish(around)
    order = Command(
        "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "unlock",
        {"relay": 1},
        datetime.now(UTC) + timedelta(minutes=5),
    )
    around.tell(MAC, order)
    around.wait(lambda: around.heard(MAC, Event), "not done")
    simulator.fault(MAC, offline=True)
    simulator.ask("spool", mac=MAC, count=450)
    simulator.close()
    around.kill("simulator")
    before = len(around.heard(MAC, Event))
    around.start_simulator()

    def drain() -> bool:
        events = around.heard(MAC, Event)
        if len(events) > before:
            around.tell(MAC, Seen(store, events[-1].seq))
        return bool(events[-1].seq == 452)

    around.wait(drain, "not everything came")
    numbers = [event.seq for event in around.heard(MAC, Event)[before:]]
    assert sorted(set(numbers)) == list(range(1, 453))
    around.tell(MAC, order)
    around.wait(lambda: simulator.ping()["waiting"] == 0, "something still waits")
    assert [found.seq for found in around.heard(MAC, Event) if isinstance(found.what, Result)] == [2, 2]
    assert not simulator.state(MAC)["relays"][0]["open"]
    assert simulator.memory(MAC)["items"] == [ANN.json()]


def test_the_broker_goes_and_comes_back(around: Around, simulator: Simulator) -> None:
    around.wait(lambda: simulator.ping()["online"] == 2, "not on line")
    around.kill("broker")
    around.wait(lambda: simulator.ping()["online"] == 0, "not noticed")
    simulator.ask("spool", mac=MAC, count=1)
    around.start_broker()
    around.wait(lambda: simulator.ping()["online"] == 2, "not back")


def test_the_portal_away_is_no_trouble(around: Around, simulator: Simulator) -> None:
    around.wait(lambda: simulator.ping()["online"] == 2, "not on line")
    around.portal.close()
    furnish(around)
    assert simulator.pin(MAC, "381042")["relays"] == [1]


def test_told_to_stop_it_stops(around: Around, simulator: Simulator) -> None:
    child = around.children["simulator"]
    child.signal(signal.SIGTERM)
    around.wait(lambda: not child.alive, "still there")
    assert child.process.poll() == 0
    with pytest.raises(SimulatorAway):
        simulator.ping()


def test_questions_that_are_refused(around: Around, simulator: Simulator) -> None:
    around.wait(lambda: simulator.ping()["online"] == 2, "not on line")
    for verb, args, word in (
        ("dance", {}, "no verb"),
        ("state", {"mac": "0C1105FFFFFF"}, "no device"),
        ("state", {}, "no device"),
        ("fault", {"mac": MAC, "set": {"tired": True}}, "no fault"),
        ("press", {"mac": MAC, "keys": "x"}, "no key"),
        ("travel", {"mac": MAC, "seconds": "x"}, "number"),
        ("add", {"devices": [{"mac": "x"}]}, "mac"),
        ("spool", {"mac": MAC, "count": -1}, "count"),
    ):
        with pytest.raises(SimulatorRefused, match=word):
            simulator.ask(verb, **args)
    simulator.ask("power", mac=MAC, to="off")
    with pytest.raises(SimulatorRefused, match="switched off"):
        simulator.pin(MAC, "1")
    with Simulator(around.control, "wrong") as stranger, pytest.raises(SimulatorRefused, match="token"):
        stranger.ping()
    assert set(simulator.ask("held", mac="*")) == {MAC, OTHER}
    assert set(simulator.fault([MAC, OTHER], lie=True)) == {MAC, OTHER}


def test_a_browser_is_hung_up_on(around: Around) -> None:
    url = urlsplit(around.control)
    with socket.create_connection((url.hostname, url.port), 5) as browser:
        browser.sendall(b'POST / HTTP/1.1\r\n\r\n{"verb": "ping"}\n')
        assert browser.recv(100) == b""
