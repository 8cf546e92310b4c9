"""Bodies of the parts the protocol knows the inside of: config, contacts, doors."""

import hashlib
import json as codec
import re
from dataclasses import dataclass
from typing import Any

from .checks import Json, each, field, flag, mapping, must, one_of, same, text, whole

METHODS = frozenset({"pin", "card", "face", "home", "talking", "bluetooth", "nfc"})
PIN_MODES = frozenset({"pin", "apt_pin"})
MODES = frozenset({"normal", "open", "locked"})
TRANSPORTS = frozenset({"", "udp", "tcp", "tls"})
AUTOP_LINE = re.compile(r"Config\.[^\s=]+ *=.*")


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """An output. `hold`: seconds it stays open; `methods`: what may open it; not `enabled`: nothing may."""

    number: int
    name: str
    dtmf: str = "#"
    enabled: bool = True
    methods: tuple[str, ...] = ()
    hold: int = 5

    def __post_init__(self) -> None:
        whole(self.number, "number", 1, 16)
        text(self.name, "name", 64)
        must(
            type(self.dtmf) is str and len(self.dtmf) <= 4 and set(self.dtmf) <= set("0123456789*#"),
            "Bad DTMF code",
        )
        flag(self.enabled, "enabled")
        for method in self.methods:
            one_of(method, "method", METHODS)
        whole(self.hold, "hold", 1, 3600)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {key: getattr(self, key) for key in ("number", "name", "dtmf", "enabled")} | {
            "methods": list(self.methods),
            "hold": self.hold,
        }

    @classmethod
    def read(cls, raw: object) -> "RelayConfig":
        """From the wire. Raises `ProtocolError`."""
        fields = mapping(raw, "relay")
        return cls(
            number=field(fields, "number"),
            name=field(fields, "name"),
            dtmf=field(fields, "dtmf"),
            enabled=field(fields, "enabled"),
            methods=each(field(fields, "methods"), "methods", same, 16),
            hold=field(fields, "hold"),
        )


@dataclass(frozen=True, slots=True)
class Config:
    """Body of part `config`. `zone`: IANA; `autop`: regular AutoP lines, `Config.X.Y = v` each.

    `transport`: how calls are carried ("": as the model does by itself); `rtp_confusion` hides what
    they carry; `rtsps`: video by RTSPS.
    """

    name: str
    site: str
    zone: str
    pin_mode: str = "pin"
    relays: tuple[RelayConfig, ...] = ()
    time_format: str = "24"
    date_format: str = "YYYY-MM-DD"
    autop: tuple[str, ...] = ()
    monitor: bool = True
    call: bool = True
    transport: str = ""
    rtp_confusion: bool = False
    rtsps: bool = False

    def __post_init__(self) -> None:
        text(self.name, "name")
        text(self.site, "site")
        text(self.zone, "zone", 64, 1)
        one_of(self.pin_mode, "pin_mode", PIN_MODES)
        must(len({relay.number for relay in self.relays}) == len(self.relays), "One entry a relay")
        one_of(self.time_format, "time_format", frozenset({"24", "12"}))
        text(self.date_format, "date_format", 16)
        for line in self.autop:
            text(line, "autop", 1300)
            must(AUTOP_LINE.fullmatch(line) is not None, "An AutoP line reads Config.X.Y = value")
        flag(self.monitor, "monitor")
        flag(self.call, "call")
        one_of(self.transport, "transport", TRANSPORTS)
        flag(self.rtp_confusion, "rtp_confusion")
        flag(self.rtsps, "rtsps")

    def json(self) -> Json:
        """The body as it goes over the wire."""
        return {
            "name": self.name,
            "site": self.site,
            "zone": self.zone,
            "time_format": self.time_format,
            "date_format": self.date_format,
            "pin_mode": self.pin_mode,
            "relays": [relay.json() for relay in self.relays],
            "autop": list(self.autop),
            "monitor": self.monitor,
            "call": self.call,
            "transport": self.transport,
            "rtp_confusion": self.rtp_confusion,
            "rtsps": self.rtsps,
        }

    @classmethod
    def read(cls, body: object) -> "Config":
        """From the body of a state. Raises `ProtocolError`."""
        raw = mapping(body, "config")
        plainly = ("name", "site", "zone", "time_format", "date_format", "pin_mode", "monitor", "call")
        later = ("transport", "rtp_confusion", "rtsps")  # bodies on the disk of a device may be older
        return cls(
            **{key: field(raw, key) for key in plainly},
            **{key: raw[key] for key in later if key in raw},
            relays=each(field(raw, "relays"), "relays", RelayConfig.read, 16),
            autop=each(field(raw, "autop"), "autop", same, 2000),
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """Who rings when `apartment` is called.

    `targets`: (kind, number), rung in this order; kind is `sip` or `phone`.
    """

    apartment: str
    name: str
    targets: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        text(self.apartment, "apt", 64, 1)
        text(self.name, "name")
        for kind, to in self.targets:
            one_of(kind, "target", frozenset({"sip", "phone"}))
            text(to, "target", 64, 1)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {
            "apt": self.apartment,
            "name": self.name,
            "targets": [list(target) for target in self.targets],
        }

    @classmethod
    def read(cls, raw: object) -> "Contact":
        """From the wire. Raises `ProtocolError`."""
        fields = mapping(raw, "contact")
        targets = each(field(fields, "targets"), "targets", _target, 50)
        return cls(apartment=field(fields, "apt"), name=field(fields, "name"), targets=targets)


def _target(raw: Any) -> tuple[str, str]:
    must(type(raw) is list and len(raw) == 2, "A target has its kind and its number")
    return raw[0], raw[1]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Body of part `contacts`."""

    entries: tuple[Contact, ...] = ()

    def json(self) -> Json:
        """The body as it goes over the wire."""
        return {"entries": [entry.json() for entry in self.entries]}

    @classmethod
    def read(cls, body: object) -> "Contacts":
        """From the body of a state. Raises `ProtocolError`."""
        raw = mapping(body, "contacts")
        return cls(entries=each(field(raw, "entries"), "entries", Contact.read, 10_000))


@dataclass(frozen=True, slots=True)
class DoorMode:
    """How a relay is held: normal, open, or locked (nobody at the door opens it).

    `incident`: for what, so that a later word about the same one is told from a new one.
    """

    relay: int
    mode: str = "normal"
    incident: str | None = None

    def __post_init__(self) -> None:
        whole(self.relay, "relay", 1, 16)
        one_of(self.mode, "mode", MODES)
        must(self.incident is None or type(self.incident) is str, "incident must be text")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"relay": self.relay, "mode": self.mode, "incident": self.incident}


@dataclass(frozen=True, slots=True)
class Doors:
    """Body of part `doors`. A relay it does not name is normal."""

    relays: tuple[DoorMode, ...] = ()

    def json(self) -> Json:
        """The body as it goes over the wire."""
        return {"relays": [relay.json() for relay in self.relays]}

    @classmethod
    def read(cls, body: object) -> "Doors":
        """From the body of a state. Raises `ProtocolError`."""
        raw = mapping(body, "doors")
        return cls(relays=each(field(raw, "relays"), "relays", _mode, 16))


def _mode(raw: object) -> DoorMode:
    fields = mapping(raw, "relay")
    return DoorMode(relay=field(fields, "relay"), mode=field(fields, "mode"), incident=fields.get("incident"))


def body_digest(body: Json) -> str:
    """16 hex digits of a body: the first 8 bytes of SHA-256 of its JSON with sorted keys and no blanks."""
    plain = codec.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
