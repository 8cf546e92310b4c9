"""Everything the front panel of one device shows, as JSON; and what tests want to look into."""

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from provisioning.protocol import Config, Item, Person, Removal

from .device import Device
from .hours import zone_known
from .summary import counted, masked, summary

Json = dict[str, Any]
SHOWN_PEOPLE = 200
LAMPS = {"open": "green", "refused": "red", "calling": "blue", "asking": "blue"}
PARTS = ("config", "contacts", "display", "messages", "doors", "firmware")


def line(device: Device) -> Json:
    """One device in a list."""
    told = device.faults.told()
    return {
        "mac": device.spec.mac,
        "name": device.spec.name,
        "kind": device.spec.kind,
        "model": device.spec.model,
        "firmware": device.spec.firmware,
        "online": device.online,
        "powered": device.powered,
        "trouble": device.trouble,
        "store": device.memory.store,
        "place": device.memory.place,
        "digest": device.memory.digest,
        "people": device.memory.people,
        "faults": {name: value for name, value in told.items() if value not in (False, None, "", 0)},
    }


def state(device: Device) -> Json:
    """The whole front panel."""
    config = device.memory.parts.config
    return line(device) | {
        "site": config.site if config else "",
        "conn": device.voice.link.conn if device.voice.link else None,
        "boot": _told(device.booted),
        "clock": _clock(device),
        "screen": _screen(device),
        "relays": _relays(device),
        "knows": _knows(device),
        "known": _people(device),
        "waiting": device.memory.spool.count(),
        "cover": "closed" if device.front.covered else "open",
        "autop": _autop(device),
        "wire": [_logged(entry) for entry in device.voice.log],
        "faults": device.faults.told(),
    }


def memory(device: Device) -> Json:
    """What the device really holds, PINs and all: for tests."""
    held = device.memory
    return {
        "store": held.store,
        "place": held.place,
        "digest": held.digest,
        "items": [item.json() for item in held.items()],
        "used": {str(subject): times for subject, times in held.used.items()},
        "parts": {
            part: {"rev": entry.rev, "body": held.parts.body(part)} for part, entry in held.parts.held.items()
        },
        "once": held.parts.once(),
        "waiting": held.spool.count(),
        "last_seq": held.seq,
    }


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _local(device: Device, moment: datetime) -> datetime:
    config = device.memory.parts.config
    return moment.astimezone(ZoneInfo(config.zone if config and zone_known(config.zone) else "UTC"))


def _clock(device: Device) -> Json:
    now = _local(device, device.clock.now())
    config = device.memory.parts.config
    twelve = config is not None and config.time_format == "12"
    return {
        "at": now.isoformat(timespec="seconds"),
        "text": f"{now:%I:%M %p}" if twelve else f"{now:%H:%M}",
        "date": f"{now:%a} {now.day} {now:%b}",
        "trusted": device.clock.trusted,
        "ahead": device.clock.ahead,
        "travel": device.clock.travel,
    }


def _screen(device: Device) -> Json:
    shown = device.front.screen()
    config = device.memory.parts.config
    lamp = LAMPS.get(shown.state, "idle") if device.powered else "off"
    return {
        "state": shown.state if device.powered else "off",
        "say": shown.say,
        "detail": shown.detail,
        "seconds": round(max(0.0, shown.until - device.host.time()), 1),
        "of": round(shown.lasts, 1),
        "lamp": lamp,
        "typed": device.front.typed,
        "apartment": device.front.apartment,
        "pin_mode": config.pin_mode if config else "pin",
    }


def _relays(device: Device) -> list[Json]:
    config, front = device.memory.parts.config, device.front
    return [
        {
            "number": relay.number,
            "name": relay.name,
            "enabled": relay.enabled,
            "methods": list(relay.methods),
            "hold": relay.hold,
            "mode": front.mode(relay.number),
            "open": front.is_open(relay.number),
            "closes_in": round(front.closes_in(relay.number), 1),
        }
        for relay in (config.relays if config else ())
    ]


def _knows(device: Device) -> list[Json]:
    held = device.memory
    book = held.book()
    pins = sum(len(person.pins) for person in book.people)
    cards = sum(len(person.cards) for person in book.people)
    rows = [
        {
            "part": "access",
            "revision": f"store {held.store}",
            "contents": ", ".join(
                (
                    counted(len(book.people), "person", "people"),
                    counted(pins, "PIN"),
                    counted(cards, "card"),
                    counted(len(book.schedules), "schedule"),
                )
            ),
            "digest": _grouped(held.digest),
            "applied": _told(held.changed()),
        }
    ]
    for part in PARTS:
        entry = held.parts.held.get(part)
        rows.append(
            {
                "part": part,
                "revision": f"r{entry.rev}" if entry else None,
                "contents": _contents(device, part) if entry else None,
                "digest": _grouped(entry.digest) if entry else None,
                "applied": _told(entry.applied if entry else None),
            }
        )
    return rows


def _contents(device: Device, part: str) -> str:
    parts = device.memory.parts
    if part == "config" and parts.config is not None:
        mode = "APT+PIN" if parts.config.pin_mode == "apt_pin" else "PIN"
        relays, lines = (
            counted(len(parts.config.relays), "relay"),
            counted(len(parts.config.autop), "AutoP line"),
        )
        return ", ".join((relays, mode, parts.config.zone, lines, *_calls(parts.config)))
    if part == "contacts":
        return counted(len(parts.contacts().entries), "contact")
    if part == "doors":
        return ", ".join(f"{mode.relay} {mode.mode}" for mode in parts.doors.relays) or "all normal"
    return counted(len(parts.body(part) or {}), "entry", "entries")


def _calls(config: Config) -> list[str]:
    """How calls and video travel, where it was told."""
    told = [f"calls by {config.transport.upper()}"] if config.transport else []
    told += ["RTP confusion"] if config.rtp_confusion else []
    return [*told, "RTSPS"] if config.rtsps else told


def _grouped(digest: str) -> str:
    return " ".join(re.findall("....", digest))


def _people(device: Device) -> list[Json]:
    return [_person(person) for person in device.memory.book().people[:SHOWN_PEOPLE]]


def _person(person: Person) -> Json:
    return {
        "subject": person.subject,
        "number": person.number,
        "name": person.name,
        "apt": person.apartment,
        "pins": len(person.pins),
        "cards": list(person.cards),
        "relays": sorted({relay for opening in person.opens for relay in opening.relays}),
    }


def _autop(device: Device) -> Json:
    config, fetched = device.memory.parts.config, device.autop
    return {
        "told": [masked(entry) for entry in (config.autop if config else ())],
        "fetched": [masked(f"{key} = {value}") for key, value in (fetched.lines if fetched else ())],
        "fetched_at": _told(fetched.at if fetched else None),
        "error": fetched.error if fetched else "",
        "once": [masked(f"{key} = {value}") for key, value in device.memory.parts.once().items()],
    }


def _logged(entry: Any) -> Json:
    try:
        body = json.loads(entry.payload)
    except ValueError:
        body = None
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "way": entry.way,
        "leaf": entry.leaf,
        "summary": entry.note or summary(entry.leaf, body),
        "json": masked(body),
    }


def held(device: Device) -> Json:
    """Only what is held, as (subject, number, on): for tests with many devices."""
    items: list[Item] = device.memory.items()
    return {
        "store": device.memory.store,
        "digest": device.memory.digest,
        "items": [[item.subject, item.number, not isinstance(item, Removal)] for item in items],
    }
