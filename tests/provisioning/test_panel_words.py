"""The front panel of a simulated device, said by the catalogue but for the device's own screen."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Role
from devices.models import Device
from provisioning.services import front_panel
from tests.languages.spoken import body_of, data_words, forgotten, in_brackets
from tests.languages.test_pages import ALLOWED
from tests.sessions import client_of

KEYS = ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
GIVEN = ("00AABBCC", "Anna", "R29", "state", *KEYS)
MOMENT = "2026-03-02T15:05:00+00:00"


def told(part: str, revision: str | None, contents: str | None) -> dict[str, Any]:
    return {"part": part, "revision": revision, "contents": contents, "digest": None, "applied": MOMENT}


def logged(way: str, summary: str, body: Any) -> dict[str, Any]:
    return {"at": MOMENT, "way": way, "leaf": "state", "summary": summary, "json": body}


STATE = {
    "online": True, "model": "R29", "firmware": "29.30", "cover": "closed", "faults": {},
    "clock": {"text": "15:05", "date": "Mon 2 Mar"},
    "screen": {
        "state": "refused", "say": "Unknown PIN", "detail": "", "seconds": 3, "of": 4, "lamp": "red",
        "typed": "", "apartment": None,
    },
    "known": [{"name": "Anna", "cards": ["00AABBCC"]}],
    "knows": [
        told("access", "store 5", "1 person, 2 PINs, 0 cards, 1 schedule"),
        told("config", "r3", "1 relay, PIN, UTC, 2 AutoP lines"), told("doors", None, None),
    ],
    "wire": [logged("up", "on line", {"online": True}), logged("lost", "not understood", None)],
}  # fmt: skip


@pytest.mark.parametrize("name", ["panel", "face_panel", "knows_panel", "wire_panel"])
def test_the_panel_says_nothing_in_english_only(
    name: str, alpha: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_panel, "_ask", lambda verb, mac, **args: STATE)
    device = alpha.row(Device, Role.PROPERTY_MANAGER)
    url = reverse(f"provisioning:{name}", args=[device.pk])
    client, data = client_of(alpha.people[Role.PROPERTY_MANAGER]), data_words()
    english = body_of(client.get(url))
    with in_brackets():
        leaks = forgotten(body_of(client.get(url)), [*data, *GIVEN], ALLOWED)
    assert not leaks, "\n".join(leaks)
    assert ("1 person, 2 PINs, 0 cards, 1 schedule" in english) == (name in ("panel", "knows_panel"))
    assert ("Lamp: red, refused" in english) == (name in ("panel", "face_panel"))
