"""Standing before a simulated device: what it shows, and what a person can do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from devices.models import Device
from provisioning.sayings import answer_words, contents_words, part_words
from provisioning.simulator.client import Simulator, SimulatorAway, SimulatorRefused
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _, pgettext

Json = dict[str, Any]
TIMEOUT = 2.0
LAMPS = {"green": "open", "red": "refused", "blue": "call"}
HIDDEN = "••••"

# Switches: name, label, help, the fault when on, the fault when off.
SWITCHES: tuple[tuple[str, str, str, Json, Json], ...] = (
    ("offline", _("Off line"), _("last will is sent, clock goes on"), {"offline": True}, {"offline": False}),
    ("slow", _("Slow"), _("answers after 2 s"), {"slow": 2.0}, {"slow": 0.0}),
    ("drop", _("Lossy"), _("loses every fifth message"), {"drop": 0.2}, {"drop": 0.0}),
    (
        "duplicate", pgettext("a fault", "Duplicate"), _("everything comes twice"),
        {"duplicate": 1.0}, {"duplicate": 0.0},
    ),
    ("refuse", _("Refusing"), _("takes no PIN under 4 digits"), {"refuse": "pins"}, {"refuse": ""}),
    ("lie", _("Lying"), _("confirms what it does not keep"), {"lie": True}, {"lie": False}),
    ("clock", _("Wrong clock"), _("an hour late, and it knows that"), {"clock": -3600.0}, {"clock": None}),
)  # fmt: skip


class NotAnswering(Exception):
    """The simulator is not there, or does not know this device yet."""


def _ask(verb: str, mac: str, **args: Any) -> Any:
    if not settings.SIMULATOR_URL:
        raise NotAnswering(str(_("There is no simulator in this installation.")))
    with Simulator(settings.SIMULATOR_URL, settings.SIMULATOR_TOKEN, TIMEOUT) as simulator:
        try:
            return simulator.ask(verb, mac=mac, **args)
        except SimulatorAway as error:
            raise NotAnswering(str(_("The simulator does not answer."))) from error
        except SimulatorRefused as error:
            raise NotAnswering(answer_words(str(error))) from error


def look(*, device: Device, secrets: bool) -> Json:
    """Everything the panel shows; card numbers only with `secrets`. Raises `NotAnswering`."""
    state: Json = _ask("state", device.mac)
    screen = state["screen"]
    return {
        "name": device.name,
        "online": state["online"],
        "model": f"{state['model']}, {state['firmware']}",
        "clock": state["clock"]["text"],
        "date": state["clock"]["date"],
        "lamp": LAMPS.get(screen["lamp"], screen["lamp"]),
        "typed": " ".join(filter(None, [screen["apartment"], screen["typed"]])),
        "screen": {
            "state": screen["state"],
            "say": screen["say"],
            "detail": screen["detail"],
            "closes_in": screen["seconds"],
            "of": screen["of"],
        },
        "calling": screen["state"] == "calling",
        "covered": state["cover"] == "closed",
        "cards": _cards(state["known"]) if secrets else [],
        "knows": [_known(row) for row in state["knows"]],
        "wire": [_logged(row, secrets) for row in state["wire"]],
        "faults": [_switch(state["faults"], *switch) for switch in SWITCHES],
    }


def _cards(people: list[Json]) -> list[tuple[str, str]]:
    return [(card, f"{card}, {person['name']}") for person in people for card in person["cards"]]


def _known(row: Json) -> Json:
    return {
        "part": part_words(row["part"]),
        "rev": contents_words(row["revision"]),
        "contents": contents_words(row["contents"]),
        "digest": row["digest"],
        "applied": _moment(row["applied"]),
    }


def _logged(row: Json, secrets: bool) -> Json:
    body = row["json"] if secrets else without_cards(row["json"])
    text = "" if body is None else json.dumps(body, ensure_ascii=False, indent=1)
    return {
        "at": _moment(row["at"]),
        "way": row["way"],
        "topic": row["leaf"],
        "summary": row["summary"],
        "json": text,
    }


def without_cards(value: Any) -> Any:
    """The same without card numbers: installers may watch the wire, but not copy keys off it."""
    if isinstance(value, dict):
        return {
            key: [HIDDEN] * len(inner) if key == "cards" and isinstance(inner, list) else without_cards(inner)
            for key, inner in value.items()
        }
    return [without_cards(inner) for inner in value] if isinstance(value, list) else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _switch(faults: Json, name: str, label: str, help_text: str, on: Json, off: Json) -> Json:
    return {
        "name": name,
        "label": label,
        "help": help_text,
        "on": faults.get(name) not in (*off.values(), None),
    }


# What a person does


def do(*, device: Device, words: Mapping[str, str]) -> None:
    """Do what a form of the panel says (key, pin, card, call, answer, cover, behave or forget).

    Raises `Refused` when the simulator will not, and `NotAnswering`.
    """
    for word, act in ACTS.items():
        if word in words:
            act(device.mac, words)
            return
    raise Refused(_("There is nothing to do."), code="nothing")


def _key(mac: str, words: Mapping[str, str]) -> None:
    key = words["key"]
    _ask("press", mac, keys=[key] if len(key) == 1 else key)


def _pin(mac: str, words: Mapping[str, str]) -> None:
    """ "1204 381042" where the apartment comes first."""
    parts = words["pin"].split()
    apartment = parts[0] if len(parts) > 1 else None
    _ask("pin", mac, pin=parts[-1] if parts else "", apt=apartment)


def _behave(mac: str, words: Mapping[str, str]) -> None:
    faults: Json = {}
    for name, _label, _help, on, off in SWITCHES:
        faults |= on if name in words else off
    _ask("fault", mac, set=faults)


ACTS: dict[str, Callable[[str, Mapping[str, str]], Any]] = {
    "key": _key,
    "pin": _pin,
    "card": lambda mac, words: _ask("card", mac, card=words["card"].strip()),
    "call": lambda mac, words: _ask("call", mac, apt=words["call"].strip()),
    "answer": lambda mac, words: _ask("answer", mac, dtmf=words["answer"].strip() or None),
    "cover": lambda mac, words: _ask("tamper", mac),
    "forget": lambda mac, words: _ask("forget", mac),
    "behave": _behave,
}
