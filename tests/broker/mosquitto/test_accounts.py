"""The portal tells Mosquitto who may sign in, and again until it knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from devices.models import Device, DeviceState
from provisioning.broker.dynsec import Dynsec
from provisioning.models import BrokerAccount
from provisioning.services.accounts import close_accounts, open_accounts
from provisioning.services.brokers import tell_broker
from smartplus.run.broker import Broker
from smartplus.run.places import Places, free_port
from smartplus.run.programs import Child, start
from tests.access.village import Village
from tests.broker.client import Client
from tests.waiting import until

pytestmark = pytest.mark.django_db


class Running:
    """A Mosquitto that knows nobody but our services, and can lose its memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker(Places.at(folder), "password of services", "mosquitto", free_port())
        self.child: Child | None = None
        self.start()

    def start(self) -> None:
        self.child = start(self.broker.program(os.environ), self.folder / "broker.log")
        self.child.wait_ready(30)

    def stop(self) -> None:
        assert self.child is not None
        self.child.kill()

    def lose_its_memory(self) -> None:
        self.stop()
        for file in self.folder.rglob("dynsec.json"):
            file.unlink()
        self.start()

    def lets_in(self, device: Device, secret: str) -> bool:
        client = Client(self.broker.port, device.mac, secret)
        if client.granted:
            client.paho.disconnect()
        client.paho.loop_stop()
        return client.granted


@pytest.fixture
def running(tmp_path: Path, settings: Any) -> Iterator[Running]:
    running = Running(tmp_path)
    settings.MQTT_ACCOUNTS, settings.MQTT_ADMIN_URL = "dynsec", running.broker.url
    yield running
    running.stop()


def opened(device: Device, secret: str) -> Device:
    device.secret = secret
    device.save(update_fields=["secret"])
    open_accounts([device.pk])
    return device


def test_accounts_follow_the_table(running: Running) -> None:
    village = Village()
    door, other = (opened(village.door(), name) for name in ("first", "other"))
    assert not running.lets_in(door, "first")
    assert tell_broker() == 2
    assert running.lets_in(door, "first") and running.lets_in(other, "other")
    assert not running.lets_in(door, "other")
    assert tell_broker() == 0, "what is confirmed is not told again"
    opened(door, "second")
    tell_broker()
    assert running.lets_in(door, "second") and not running.lets_in(door, "first")
    close_accounts([door.pk])
    tell_broker()
    assert not running.lets_in(door, "second") and running.lets_in(other, "other")
    opened(door, "third")
    tell_broker()
    assert running.lets_in(door, "third")


def test_a_device_is_cut_off_and_known_to_be(running: Running) -> None:
    door = opened(Village().door(), "secret")
    tell_broker()
    DeviceState.objects.filter(device=door).update(online=True)
    with Client(running.broker.port, door.mac, "secret") as client:
        ended: list[bool] = []
        client.paho.on_disconnect = lambda *_: ended.append(True)
        close_accounts([door.pk])
        tell_broker()
        until(lambda: ended, message="it is still connected")
    assert not DeviceState.objects.get(device=door).online


def test_a_broker_that_forgot_is_told_all_again(running: Running) -> None:
    village = Village()
    doors = [opened(village.door(), f"secret {number}") for number in range(5)]
    tell_broker()
    running.lose_its_memory()
    assert not running.lets_in(doors[0], "secret 0")
    assert tell_broker(check=True) == 5
    assert all(running.lets_in(door, f"secret {number}") for number, door in enumerate(doors))
    assert not BrokerAccount.objects.exclude(told=F("want")).exists()


def test_accounts_nobody_has_any_more_are_removed(running: Running) -> None:
    door = opened(Village().door(), "secret")
    tell_broker()
    BrokerAccount.objects.all().delete()
    tell_broker(check=True)
    with Dynsec(running.broker.url) as line:
        assert line.macs() == set()
    assert not running.lets_in(door, "secret")
