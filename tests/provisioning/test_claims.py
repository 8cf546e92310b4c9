"""Taking what is due: by one worker only, with the alarm set before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection
from django.utils.timezone import now

from devices.models import DeviceSync, Part
from devices.services import order_command
from provisioning.mqtt import BrokerAway, Wire, publisher
from provisioning.protocol import Status
from provisioning.sending import send_commands, send_part
from provisioning.sending.claims import claim
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def away(messages: Iterable[Wire], *, wait: bool = True) -> None:
    raise BrokerAway("nobody there")


def test_nothing_is_taken_while_nobody_could_send_it(house: House, settings: Any) -> None:
    settings.MQTT_URL = "mqtt://127.0.0.1:9"
    publisher.close()
    house.mark()
    order = order_command(scope=house.village.scope, device=house.door, verb="reboot")
    for send in (partial(send_part, Part.CONFIG), partial(send_part, Part.ACCESS), send_commands):
        with pytest.raises(BrokerAway):
            send()
    order.refresh_from_db()
    assert order.state == "queued" and house.sync().attempts == 0


@pytest.mark.parametrize("part", [Part.CONFIG, Part.ACCESS])
def test_a_broker_that_goes_in_the_middle_only_delays(house: House, part: str) -> None:
    house.pin("112233")
    house.mark()
    before = now()
    with (
        patch.object(publisher, "ready", lambda: None),
        patch.object(publisher, "publish", away),
        pytest.raises(BrokerAway),
    ):
        send_part(part)
    sync = house.sync(part)
    assert sync.attempts == 1 and sync.due_at > before + timedelta(seconds=3)
    assert sync.acked_rev < sync.desired_rev
    house.field.settle()
    assert house.sync(part).attempts == 0


def test_each_try_waits_longer_up_to_a_quarter_of_an_hour(house: House) -> None:
    waits = []
    house.mark()
    for _ in range(12):
        house.field.push()
        waits.append((house.sync().due_at - now()).total_seconds())
    assert 2 < waits[0] < 8 and 600 < waits[-1] < 1200
    assert sum(later > earlier for earlier, later in zip(waits, waits[1:], strict=False)) >= 7


def test_the_body_is_rendered_after_its_number_was_read(house: House) -> None:
    """A change between the two brings a new number, so the newest body always has the newest number."""
    house.mark()
    house.field.push()
    first = house.sync().sent_rev
    house.mark()
    assert house.sync().desired_rev == first + 1
    house.field.settle()
    assert house.sync().acked_rev == first + 1


@pytest.mark.django_db(transaction=True)
def test_rows_another_worker_holds_are_left_to_it() -> None:
    house = settled_house()
    house.mark()
    params = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**params) as other, other.cursor() as cursor:
        cursor.execute("SELECT id FROM devices_devicesync WHERE part = 'config' FOR UPDATE")
        assert claim(Part.CONFIG).rows == 0
        other.rollback()
        assert claim(Part.CONFIG).rows == 1
        assert claim(Part.CONFIG).rows == 0, "taken once"


@pytest.mark.django_db(transaction=True)
def test_a_device_that_returns_while_it_is_being_parked_is_not_forgotten() -> None:
    """The return waits for the claim's lock, then marks the row due again."""
    house = settled_house()
    house.mark()
    house.field.say(house.mac, Status(False, house.state.conn))
    assert claim(Part.CONFIG).claims == []
    assert house.sync().due_at > now() + timedelta(minutes=5)
    house.field.say(house.mac, Status(True, "back", now()))
    assert DeviceSync.objects.get(device=house.door, part=Part.CONFIG).due_at < now() + timedelta(minutes=1)
    house.field.settle()
