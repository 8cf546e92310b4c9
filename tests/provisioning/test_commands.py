"""Commands: once, in order, never late."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils.timezone import now

from devices.models import Command, DeviceState
from devices.services import expire_commands, order_command
from provisioning.protocol import Command as Told
from provisioning.protocol import decode
from provisioning.sending import send_commands
from provisioning.sending.commands import NAMESPACE
from tests.provisioning.houses import House, settled_house


@pytest.fixture
def house(db: None) -> House:
    return settled_house()


def order(house: House, verb: str = "unlock", **args: object) -> Command:
    args = args or ({"relay": 1} if verb in ("unlock", "lock") else {})
    return order_command(scope=house.village.scope, device=house.door, verb=verb, args=args)


def told(house: House) -> list[Told]:
    found = [decode("command", payload) for payload in house.field.told(house.mac, "command")]
    return [message for message in found if isinstance(message, Told)]


def send(house: House) -> int:
    with house.field.published():
        return send_commands()


@contextmanager
def other_session() -> Iterator[Any]:
    """A second connection to the same database."""
    params = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**params) as other, other.cursor() as cursor:
        yield cursor


def test_an_unlock_opens_and_says_so(house: House) -> None:
    command = order(house)
    send(house)
    house.field.deliver_all()
    command.refresh_from_db()
    assert command.state == "done" and command.sent_at is not None and command.finished_at is not None
    assert house.simulated.front.is_open(1)


def test_a_command_is_sent_once(house: House) -> None:
    order(house)
    assert [send(house) for _ in range(3)] == [1, 0, 0]
    assert len(told(house)) == 1


def test_a_command_delivered_twice_runs_once(house: House) -> None:
    command = order(house)
    send(house)
    house.field.down *= 2
    house.field.deliver_all()
    command.refresh_from_db()
    assert command.state == "done"
    assert house.simulated.memory.seq == 2, "one door event, one result"


def test_commands_of_a_device_keep_their_order(house: House) -> None:
    orders = [order(house, verb) for verb in ("unlock", "lock", "unlock", "reboot")]
    send(house)
    assert [message.id for message in told(house)] == [str(one.key) for one in orders]


def test_what_expired_is_never_sent(house: House) -> None:
    command = order(house)
    Command.objects.update(expires_at=now() - timedelta(seconds=5))
    assert send(house) == 0
    assert expire_commands() == 1
    command.refresh_from_db()
    assert command.state == "expired" and told(house) == []


def test_nothing_late_unlocks(house: House) -> None:
    command = order(house)
    send(house)
    house.field.house.now = command.expires_at.timestamp() + 1
    house.field.deliver_all()
    command.refresh_from_db()
    assert command.state == "expired"
    assert not house.simulated.front.is_open(1)


def test_a_device_that_is_off_line_gets_only_what_is_still_fresh(house: House) -> None:
    DeviceState.objects.update(online=False)
    unlock, autop = order(house), order(house, "autop", lines=["Config.A.B = 1"])
    assert send(house) == 0
    Command.objects.filter(pk=unlock.pk).update(expires_at=now() - timedelta(minutes=1))
    DeviceState.objects.update(online=True)
    assert send(house) == 1
    house.field.deliver_all()
    autop.refresh_from_db()
    assert autop.state == "done"
    assert house.simulated.memory.parts.once() == {"Config.A.B": "1"}


def test_commands_of_an_earlier_place_stay_there(house: House) -> None:
    order(house)
    house.door.place += 1
    house.door.save(update_fields=["place"])
    assert send(house) == 0


def test_a_device_another_worker_sends_to_is_left_to_it(house: House) -> None:
    """The lock is the session's own, so the other worker is another connection."""
    order = Command.objects.create(
        device=house.door,
        place=1,
        site=house.village.site,
        verb="reboot",
        expires_at=now() + timedelta(minutes=1),
    )
    with other_session() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [NAMESPACE, house.door.pk])
        with house.field.published():
            assert send_commands([order.pk], wait=False) == 0
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [NAMESPACE, house.door.pk])
    assert send(house) == 1
