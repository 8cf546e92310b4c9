"""The broker of a machine without Mosquitto."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from provisioning.broker.amqtt_server import Snap
from provisioning.models import BrokerAccount
from smartplus.run.broker import Broker
from smartplus.run.places import Places, free_port
from smartplus.run.programs import start
from tests.broker.contract import BrokerContract, RunningBroker

TABLE = """CREATE TABLE provisioning_brokeraccount (
    username varchar(12) PRIMARY KEY, password_hash bytea NOT NULL, enabled boolean NOT NULL DEFAULT true)"""


class Amqtt(RunningBroker):
    """amqtt and a database with nothing in it but the table it asks."""

    def __init__(self, database: str, broker: Broker) -> None:
        self.database, self.port, self.password = database, broker.port, broker.password
        with psycopg.connect(database) as connection:
            connection.execute(TABLE)
            rows = [(mac, hashlib.sha256(secret.encode()).digest()) for mac, secret in self.secrets.items()]
            connection.cursor().executemany("INSERT INTO provisioning_brokeraccount VALUES (%s, %s)", rows)

    def disable(self, mac: str) -> None:
        self._set(mac, False)

    def enable(self, mac: str) -> None:
        self._set(mac, True)

    def _set(self, mac: str, enabled: bool) -> None:
        with psycopg.connect(self.database) as connection:
            connection.execute(
                "UPDATE provisioning_brokeraccount SET enabled = %s WHERE username = %s", [enabled, mac]
            )


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    folder: Path = tmp_path_factory.mktemp("amqtt")
    server = os.environ["DATABASE_URL"]
    name = f"broker_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = make_conninfo(server, dbname=name)
    broker = Broker(Places.at(folder), "password of services", "amqtt", free_port())
    env = {**os.environ, "DATABASE_URL": database, "MQTT_PASSWORD": broker.password}
    accounts = Amqtt(database, broker)
    child = start(broker.program(env), folder / "broker.log")
    try:
        child.wait_ready(30)
        yield accounts
        assert child.alive
    finally:
        child.kill()


class TestAmqtt(BrokerContract):
    def test_shared_subscriptions_are_refused_not_lost(self, broker: RunningBroker) -> None:
        with broker.services() as services:
            assert not services.subscribe("$share/ingest/sp/1/up/#")


def test_who_comes_or_goes_while_a_message_is_given_out_takes_it_from_nobody() -> None:
    snap = Snap({"sp/1/#": ["gone", "ingest"]})
    given = []
    for name, readers in snap.items():
        for reader in readers:
            given.append((name, reader))
            snap["sp/1/#"].remove(reader)
            snap[f"sp/1/up/{reader}"] = []
    assert given == [("sp/1/#", "gone"), ("sp/1/#", "ingest")]


def test_the_table_it_asks_is_ours() -> None:
    columns = {field.column for field in BrokerAccount._meta.get_fields() if hasattr(field, "column")}
    assert BrokerAccount._meta.db_table == "provisioning_brokeraccount"
    assert {"username", "password_hash", "enabled"} <= columns
