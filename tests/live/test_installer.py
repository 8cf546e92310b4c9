"""What a distributor sets for an installer is in the memory of the installer's doors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, Role
from smartplus.run.stack import Stack
from tests.live.ground import PATIENCE, Ground, make_ground
from tests.waiting import until


@pytest.fixture
def ground(inside: Stack) -> Ground:
    return make_ground(inside)


def calls(ground: Ground) -> tuple[Any, ...]:
    """How calls and video travel, by the door's own word."""
    body = ground.simulator.memory(ground.door.mac)["parts"]["config"]["body"]
    return body["transport"], body["rtp_confusion"], body["rtsps"]


def test_connect_type_and_encryption_reach_the_door(ground: Ground) -> None:
    assert calls(ground) == ("", False, False)
    client = Client()
    client.force_login(ground.world.people[Role.DISTRIBUTOR])
    company = ground.world.rows[Organisation]
    form = {"name": company.name, "time_zone": company.time_zone, "may_add_macs": "on"}
    url = f"/accounts/organisations/{company.pk}/edit/"
    assert client.post(url, form | {"connect_type": "tls", "rtsps": "on"}).status_code == 302
    until(lambda: calls(ground) == ("tls", False, True), PATIENCE, "the door was not told")
    boss = Client()
    boss.force_login(ground.world.people[Role.INSTALLER])
    page = boss.get(f"/simulator/{ground.door.pk}/").content.decode()
    assert "calls by TLS, RTSPS" in page, "its front panel shows it"
    assert client.post(url, form).status_code == 302
    until(lambda: calls(ground) == ("", False, False), PATIENCE, "the door was not told of the return")
