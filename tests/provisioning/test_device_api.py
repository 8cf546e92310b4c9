"""What devices fetch over HTTP: their own, with their own secret, once what is once."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client, override_settings

from devices.models import Command, Device, DeviceState
from devices.services import order_command, save_autop
from provisioning.services.accounts import open_accounts
from tests.access.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.fixture
def door(village: Village) -> Device:
    return opened(village.door(village.building(), relays=2), "right")


def opened(device: Device, secret: str) -> Device:
    device.secret = secret
    device.save(update_fields=["secret"])
    open_accounts([device.pk])
    return device


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def get(device: Device, secret: str = "right", leaf: str = "", **headers: str) -> Any:
    url = leaf or f"/d/autop/{device.mac}.cfg"
    return Client().get(url, headers=basic(device.mac, secret) | headers)


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_its_configuration_with_the_regular_commands_last(village: Village, door: Device) -> None:
    save_autop(scope=village.scope, device=door, lines=[("Config.DoorSetting.RELAY.NameA", "Mine")])
    lines = text(get(door)).splitlines()
    assert f"Config.DoorSetting.DEVICENODE.Location = {door.name}" in lines
    assert lines[-1] == "Config.DoorSetting.RELAY.NameA = Mine"
    assert any(line.startswith("Config.Settings.SNTP.TimeZone = GMT+") for line in lines)
    assert DeviceState.objects.get(device=door).autop_at is not None


def test_small_letters_in_the_address_will_do(door: Device) -> None:
    assert get(door, leaf=f"/d/autop/{door.mac.lower()}.cfg").status_code == 200


def test_unchanged_is_not_sent_again(village: Village, door: Device) -> None:
    tag = get(door)["ETag"]
    again = get(door, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    save_autop(scope=village.scope, device=door, lines=[("Config.A.B.C", "1")])
    assert get(door, **{"If-None-Match": tag}).status_code == 200


def test_a_one_time_command_is_served_once(village: Village, door: Device) -> None:
    tag = get(door)["ETag"]
    command = order_command(
        scope=village.scope, device=door, verb="autop", args={"lines": ["Config.X.Y.Z = 7"]}
    )
    head = Client().head(f"/d/autop/{door.mac}.cfg", headers=basic(door.mac, "right"))
    assert head.status_code == 200, "asking is not fetching"
    assert "Config.X.Y.Z = 7" in text(get(door, **{"If-None-Match": tag}))
    assert "Config.X.Y.Z = 7" not in text(get(door))
    command.refresh_from_db()
    assert (command.state, command.result) == ("done", "Fetched over HTTP")


def test_what_went_by_mqtt_or_expired_is_not_served(village: Village, door: Device) -> None:
    for lines in (["Config.A.A.A = 1"], ["Config.B.B.B = 2"]):
        order_command(scope=village.scope, device=door, verb="autop", args={"lines": lines})
    first, second = Command.objects.order_by("pk")
    Command.objects.filter(pk=first.pk).update(state="sent")
    Command.objects.filter(pk=second.pk).update(expires_at="2020-01-01T00:00:00Z")
    assert "Config.A.A.A" not in text(get(door)) and "Config.B.B.B" not in text(get(door))
    assert set(Command.objects.values_list("state", flat=True)) == {"sent", "queued"}


def test_only_its_own_and_only_with_its_secret(village: Village, door: Device) -> None:
    other = opened(village.door(), "other")
    assert get(door, "wrong").status_code == 401
    assert get(door, "wrong")["WWW-Authenticate"].startswith("Basic")
    assert get(other, "other", leaf=f"/d/autop/{door.mac}.cfg").status_code == 401
    assert Client().get(f"/d/autop/{door.mac}.cfg").status_code == 401
    for header in ("Basic !!!", "Basic /w==", "Bearer right", "Basic " + "A" * 5000):
        answer = Client().get(f"/d/autop/{door.mac}.cfg", headers={"Authorization": header})
        assert answer.status_code == 401
    assert Client().post(f"/d/autop/{door.mac}.cfg").status_code == 405


def test_unknown_and_taken_out_devices_are_not_there(village: Village, door: Device) -> None:
    assert Client().get("/d/autop/FFFFFFFFFFFF.cfg", headers=basic("FFFFFFFFFFFF", "x")).status_code == 404
    assert Client().get("/d/autop/nonsense.cfg").status_code == 404
    door.broker_account.enabled = False
    door.broker_account.save()
    assert get(door).status_code == 404


def test_who_guesses_is_not_listened_to(door: Device) -> None:
    codes = [get(door, "wrong").status_code for _ in range(31)]
    assert codes == [401] * 30 + [429]
    assert get(door).status_code == 429, "not even with the right one, for a minute"


def test_large_bodies_are_fetched(door: Device) -> None:
    body = get(door, leaf=f"/d/state/{door.mac}/config?rev=1")
    assert body.status_code == 200 and body.json()["name"] == door.name
    assert get(door, leaf=f"/d/state/{door.mac}/access").status_code == 404
    assert get(door, "wrong", leaf=f"/d/state/{door.mac}/config").status_code == 401


def test_the_fleet_is_for_the_simulator_of_this_installation(door: Device) -> None:
    def fleet(token: str, **headers: str) -> Any:
        return Client().get("/d/simulator/fleet", headers={"Authorization": f"Bearer {token}", **headers})

    with override_settings(SIMULATOR_TOKEN=""):
        assert fleet("").status_code == 404
    with override_settings(SIMULATOR_TOKEN="t" * 40):
        assert fleet("wrong").status_code == 401
        answer = fleet("t" * 40)
        (device,) = answer.json()["devices"]
        assert (device["mac"], device["secret"], device["model"]) == (door.mac, "right", "R29")
        assert fleet("t" * 40, **{"If-None-Match": answer["ETag"]}).status_code == 304
        opened(door, "changed")
        changed = fleet("t" * 40, **{"If-None-Match": answer["ETag"]})
        assert changed.json()["devices"][0]["secret"] == "changed"
