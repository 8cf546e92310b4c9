"""The front of a device: keys, screen, calls, and what its panel shows."""

import json
from dataclasses import replace

import pytest

from provisioning.protocol import (
    Call,
    Contact,
    Contacts,
    Opening,
    PartState,
    Person,
    Schedule,
)
from provisioning.protocol import Door as DoorEvent
from provisioning.simulator import panel
from provisioning.simulator.decide import Attempt
from provisioning.simulator.summary import masked, summary
from tests.provisioning.simulator.house import CONFIG, Door, House

ANN = Person(
    5, 1, "Юлия Кравченко", pins=("381042",), cards=("00F29107",), apartment="1204", opens=(Opening((1,)),)
)
FLAT = Contact("1204", "Flat 1204", (("sip", "100001"),))


@pytest.fixture
def door() -> Door:
    door = Door(House())
    door.configure()
    door.access(ANN)
    door.tell(PartState(door.store, "contacts", 1, Contacts((FLAT,)).json()))
    door.take()
    return door


def press(door: Door, *keys: str) -> None:
    for key in keys:
        door.device.front.press(key)


def test_a_pin_opens_and_the_screen_says_for_whom(door: Door) -> None:
    press(door, *"381042#")
    screen = door.device.front.screen()
    assert (screen.state, screen.say, screen.detail) == ("open", "Door open", "Юлия Кравченко")
    assert [event.what for event in door.events()] == [DoorEvent("open", "pin", 1, 5)]
    door.house.wait(5)
    assert door.device.front.screen().state == "idle"


def test_clear_begins_anew(door: Door) -> None:
    press(door, *"99*381042#")
    assert door.device.front.is_open(1)


def test_what_was_typed_is_never_told(door: Door) -> None:
    press(door, *"777777#")
    (event,) = door.events()
    assert event.what == DoorEvent("open", "pin", response="failed", reason="unknown_pin")
    assert door.device.front.screen().say == "Unknown PIN"
    said = [entry.payload for entry in door.device.voice.log]
    assert not any(b"777777" in payload for payload in said)


def test_of_a_strange_card_the_last_four_are_told(door: Door) -> None:
    door.device.front.show_credential(Attempt("card", "00F2FFFF"))
    (event,) = door.events()
    assert event.what == DoorEvent("open", "card", response="failed", reason="unknown_card", code="FFFF")


def test_apartment_and_pin_are_typed_one_after_the_other(door: Door) -> None:
    door.configure(replace(CONFIG, pin_mode="apt_pin"), rev=2)
    press(door, *"1204#")
    assert door.device.front.screen().state == "asking"
    press(door, *"381042#")
    assert door.device.front.is_open(1)


def test_a_key_there_is_not(door: Door) -> None:
    for key in ("A", "", "12"):
        with pytest.raises(ValueError):
            door.device.front.press(key)


def test_no_more_keys_than_fit(door: Door) -> None:
    press(door, *("1" * 50))
    assert len(door.device.front.typed) == 16


def test_a_call_nobody_answers(door: Door) -> None:
    press(door, *"1204", "call")
    assert door.device.front.screen().detail == "Flat 1204"
    door.house.wait(31)
    assert [event.what for event in door.events()] == [Call("1204", (("sip", "100001"),))]


def test_a_call_that_opens_the_door(door: Door) -> None:
    press(door, *"1204", "call")
    door.house.wait(7)
    door.device.front.answer("#")
    call, opened = [event.what for event in door.events()]
    assert call == Call("1204", (("sip", "100001"),), True, 7)
    assert opened == DoorEvent("call", "talking", 1)
    assert door.device.front.is_open(1)


def test_a_call_opens_no_relay_without_the_talking_page(door: Door) -> None:
    press(door, *"1204", "call")
    door.device.front.answer("1")
    assert [event.what for event in door.events()][1:] == [
        DoorEvent("call", "talking", 2, response="failed", reason="method_off")
    ]
    with pytest.raises(ValueError):
        door.device.front.answer("#")


def test_an_apartment_there_is_not(door: Door) -> None:
    press(door, *"9999", "call")
    assert door.device.front.screen().say == "No such apartment"
    press(door, "call")
    press(door, "reception")
    assert door.events() == []


def test_opening_the_cover_raises_an_alarm(door: Door) -> None:
    door.device.front.open_cover()
    assert [event.what.kind for event in door.events()] == ["alarm"]
    assert panel.state(door.device)["cover"] == "open"


def test_the_panel_shows_everything_and_is_json(door: Door) -> None:
    hours = Schedule(90, 2, "daily", "Europe/Berlin", start="08:00", end="18:00")
    door.access(hours)
    shown = json.loads(json.dumps(panel.state(door.device)))
    assert shown["clock"]["text"] == "09:42" and shown["clock"]["date"] == "Fri 20 Nov"
    knows = {row["part"]: row for row in shown["knows"]}
    assert knows["access"]["contents"] == "1 person, 1 PIN, 1 card, 1 schedule"
    assert knows["config"]["contents"] == "2 relays, PIN, Europe/Berlin, 0 AutoP lines"
    assert knows["contacts"]["contents"] == "1 contact" and knows["contacts"]["revision"] == "r1"
    assert knows["display"]["revision"] is None
    assert shown["relays"][0]["name"] == "Main door" and shown["site"] == "Lindenhof Courtyard"


def test_no_pin_on_the_panel(door: Door) -> None:
    door.access(replace(ANN, number=9, pins=("246802",)))
    assert "246802" not in json.dumps(panel.state(door.device))
    assert "246802" in json.dumps(panel.memory(door.device))


def test_the_wire_log_in_words(door: Door) -> None:
    words = [
        f"{entry['way']} {entry['leaf']}: {entry['summary']}" for entry in panel.state(door.device)["wire"]
    ]
    assert "down state: access, 1 item" in words
    assert "up ack: access, 1 item held" in words
    assert "down state: config r1" in words
    assert words[-1] == "up status: on line"


def test_passwords_of_autop_lines_are_hidden() -> None:
    assert masked("Config.Account1.GENERAL.Pwd = geheim") == "Config.Account1.GENERAL.Pwd = ••••"
    assert masked({"lines": ["Config.Autoprovision.AES.Key16 = x"]}) == {
        "lines": ["Config.Autoprovision.AES.Key16 = ••••"]
    }
    assert masked("Config.DoorSetting.RELAY.NameA = Pwd") == "Config.DoorSetting.RELAY.NameA = Pwd"


def test_messages_nobody_understands_have_a_summary_too() -> None:
    for body in (None, [], {}, {"part": "access"}):
        assert summary("state", body) == "not understood"


def test_a_person_in_twelve_hours(door: Door) -> None:
    door.configure(replace(CONFIG, time_format="12", zone="Mars/Olympus"), rev=3)
    assert panel.state(door.device)["clock"]["text"] == "08:42 AM"
