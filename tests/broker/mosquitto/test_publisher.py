"""The portal's own connection: in order, confirmed, gone with the broker, back with it, safe in a fork."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.mqtt import BrokerAway, Connection, Publisher
from smartplus.run.broker import Broker
from smartplus.run.places import Places, free_port
from smartplus.run.programs import Child, start
from tests.waiting import until


class Running:
    """A Mosquitto with our services' account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker(Places.at(folder), "password of services", "mosquitto", free_port())
        self.start()

    def start(self) -> None:
        self.child: Child = start(self.broker.program(os.environ), self.folder / "broker.log")
        self.child.wait_ready(30)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.child.kill()


@pytest.fixture
def heard(running: Running) -> Iterator[list[bytes]]:
    got: list[bytes] = []
    listener = Connection(running.broker.url, "test", lambda message: got.append(message.payload)).open()
    listener.subscribe("sp/1/#")
    yield got
    listener.close()


def numbered(start: int, end: int) -> list[tuple[str, bytes]]:
    return [("sp/1/test", b"%d" % number) for number in range(start, end)]


def test_many_messages_arrive_in_order_and_are_all_confirmed(running: Running, heard: list[bytes]) -> None:
    publisher = Publisher(running.broker.url)
    publisher.publish(numbered(0, 3000))
    publisher.publish(numbered(3000, 3010), wait=False)
    until(lambda: len(heard) == 3010, message="some are missing")
    assert heard == [b"%d" % number for number in range(3010)]
    publisher.close()


def test_a_broker_that_went_is_said_and_found_again(running: Running) -> None:
    publisher = Publisher(running.broker.url)
    publisher.publish(numbered(0, 1))
    running.child.kill()
    with pytest.raises(BrokerAway):
        publisher.publish(numbered(1, 2))
    with pytest.raises(BrokerAway):
        publisher.publish(numbered(2, 3))
    running.start()
    publisher.publish(numbered(3, 4))
    publisher.close()


def test_nothing_goes_out_late(running: Running) -> None:
    """What could not be delivered is thrown away: an unlock must not arrive with the next connection."""
    publisher = Publisher(running.broker.url)
    publisher.publish(numbered(0, 1))
    running.child.kill()
    with pytest.raises(BrokerAway):
        publisher.publish([("sp/1/test", b"late")])
    running.start()
    got: list[bytes] = []
    listener = Connection(running.broker.url, "test", lambda message: got.append(message.payload)).open()
    listener.subscribe("sp/1/#")
    publisher.publish([("sp/1/test", b"in time")])
    until(lambda: got, message="nothing arrives")
    assert got == [b"in time"]
    listener.close()
    publisher.close()


def test_each_process_has_a_connection_of_its_own(running: Running, heard: list[bytes]) -> None:
    publisher = Publisher(running.broker.url)
    publisher.publish([("sp/1/test", b"parent")])
    child = os.fork()
    if child == 0:
        publisher.publish([("sp/1/test", b"child")])
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    publisher.publish([("sp/1/test", b"parent again")])
    until(lambda: len(heard) == 3, message="some are missing")
    assert set(heard) == {b"parent", b"child", b"parent again"}
    publisher.close()


@pytest.mark.parametrize("url", ["mqtt://services:wrong@127.0.0.1:{port}", "mqtt://127.0.0.1:9"])
def test_who_is_not_let_in_is_told_why(running: Running, url: str) -> None:
    with pytest.raises(BrokerAway) as away:
        Publisher(url.format(port=running.broker.port)).publish(numbered(0, 1))
    assert str(away.value)


def test_a_filter_that_is_not_ours_is_refused(running: Running) -> None:
    connection = Connection(running.broker.url, "test").open()
    with pytest.raises(BrokerAway):
        connection.subscribe("elsewhere/#")
