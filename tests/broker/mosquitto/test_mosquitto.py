"""Production's broker, with accounts by its dynamic security plugin."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smartplus.run.broker import Broker
from smartplus.run.places import Places, free_port
from smartplus.run.programs import start
from tests.broker.contract import ANNA, QuickBrokerContract, RunningBroker
from tests.waiting import until

CONTROL = "$CONTROL/dynamic-security/v1"


class Mosquitto(RunningBroker):
    """Mosquitto, told of each device over `$CONTROL`."""

    def __init__(self, broker: Broker) -> None:
        self.port, self.password = broker.port, broker.password
        for mac, secret in self.secrets.items():
            own = (
                ("publishClientSend", "up"),
                ("publishClientReceive", "down"),
                ("subscribePattern", "down"),
            )
            acls = [{"acltype": kind, "topic": f"sp/1/{way}/{mac}/#", "allow": True} for kind, way in own]
            client = {"username": mac, "password": secret, "clientid": mac, "roles": [{"rolename": mac}]}
            self.tell({"command": "createRole", "rolename": mac, "acls": acls})
            self.tell({"command": "createClient", **client})

    def disable(self, mac: str) -> None:
        self.tell({"command": "disableClient", "username": mac})

    def enable(self, mac: str) -> None:
        self.tell({"command": "enableClient", "username": mac})

    def tell(self, command: dict[str, Any]) -> None:
        """Send a command to the plugin and wait for its consent."""
        with self.services("admin") as admin:
            assert admin.subscribe(f"{CONTROL}/response")
            admin.publish(CONTROL, json.dumps({"commands": [command]}).encode())
            answer = json.loads(until(admin.bodies, message="the plugin does not answer")[0])
            assert "error" not in answer["responses"][0], answer


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    folder: Path = tmp_path_factory.mktemp("mosquitto")
    broker = Broker(Places.at(folder), "password of services", "mosquitto", free_port())
    child = start(broker.program(os.environ), folder / "broker.log")
    try:
        child.wait_ready(30)
        yield Mosquitto(broker)
        assert child.alive
    finally:
        child.kill()


class TestMosquitto(QuickBrokerContract):
    def test_readers_may_share_the_work(self, broker: RunningBroker) -> None:
        first, second = broker.services("share-1"), broker.services("share-2")
        with first, second, broker.device(ANNA) as anna:
            assert first.subscribe("$share/ingest/sp/1/up/#") and second.subscribe("$share/ingest/sp/1/up/#")
            for number in range(40):
                anna.publish(f"sp/1/up/{ANNA}/event", b"%d" % number)
            until(lambda: len(first.got) + len(second.got) == 40, message="some are missing or doubled")
            assert first.got and second.got
