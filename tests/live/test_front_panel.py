"""Standing before a simulated door in the browser: what is typed there is decided there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Role
from smartplus.run.stack import Stack
from tests.live.ground import PATIENCE, Ground, make_ground
from tests.waiting import until


@pytest.fixture
def ground(inside: Stack) -> Ground:
    return make_ground(inside)


def browser(ground: Ground, role: Role = Role.PROPERTY_MANAGER) -> Client:
    client = Client()
    client.force_login(ground.world.people[role])
    return client


def url(ground: Ground, name: str) -> str:
    return reverse(f"provisioning:{name}", args=[ground.door.pk])


def html(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


FRAGMENT = {"HX-Request": "true"}


def test_a_pin_typed_in_the_browser_opens_the_door(ground: Ground) -> None:
    client = browser(ground)
    page = html(client.get(url(ground, "panel")))
    assert "Lamp: off" in page and "What it knows" in page and "1 person, 1 PIN" in page
    answer = html(client.post(url(ground, "act"), {"pin": "135790"}, headers=FRAGMENT))
    assert "Door open" in answer and "LIVE Master" in answer and "Lamp: green" in answer
    assert "Lamp: green" in html(client.get(url(ground, "face_panel"), headers=FRAGMENT))
    until(lambda: "Lamp: off" in html(client.get(url(ground, "panel"))), PATIENCE, "it never closes")


def test_keys_one_by_one_without_javascript(ground: Ground) -> None:
    client = browser(ground)
    for key in "13579":
        answer = client.post(url(ground, "act"), {"key": key})
        assert (answer.status_code, answer["Location"]) == (302, url(ground, "panel"))
    assert "13579" in html(client.get(url(ground, "panel")))
    client.post(url(ground, "act"), {"key": "#"})
    assert "Lamp: red" in html(client.get(url(ground, "panel")))


def test_cards_are_shown_to_who_may_know_them(ground: Ground) -> None:
    wire = url(ground, "wire_panel")
    manager, installer = browser(ground), browser(ground, Role.INSTALLER)
    assert "00AABBCC" in html(manager.get(url(ground, "panel")))
    assert "00AABBCC" not in html(installer.get(url(ground, "panel")))
    assert "00AABBCC" not in html(installer.get(wire, headers=FRAGMENT))
    assert "135790" not in html(manager.get(wire, headers=FRAGMENT)), "PINs are shown to nobody"


def test_an_unchanged_screen_is_not_sent_again(ground: Ground) -> None:
    client = browser(ground)
    first = client.get(url(ground, "knows_panel"), headers=FRAGMENT)
    again = client.get(url(ground, "knows_panel"), headers=FRAGMENT | {"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_switches_make_it_misbehave_and_behave(ground: Ground) -> None:
    client, mac = browser(ground), ground.door.mac
    client.post(url(ground, "act"), {"behave": "1", "offline": "1", "drop": "1"})
    faults = ground.simulator.state(mac)["faults"]
    assert (faults["offline"], faults["drop"], faults["lie"]) == (True, 0.2, False)
    assert 'name="offline" value="1" checked' in html(client.get(url(ground, "panel")))
    client.post(url(ground, "act"), {"behave": "1"})
    assert not ground.simulator.state(mac)["faults"]["offline"]
    ground.settle()


def test_a_simulator_that_does_not_answer_is_said(ground: Ground) -> None:
    client = browser(ground)
    with override_settings(SIMULATOR_URL="tcp://127.0.0.1:9"):
        assert "does not answer" in html(client.get(url(ground, "panel")))
        assert "does not answer" in html(client.post(url(ground, "act"), {"key": "1"}, headers=FRAGMENT))
    with override_settings(SIMULATOR_URL=""):
        assert "no simulator" in html(client.get(url(ground, "panel")))
