"""A device's own configuration as AutoP lines: what the portal knows of it, in the words of the firmware.

What somebody entered as a regular command comes last, because the last of equal keys counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from devices.models import Device, DeviceKind
from provisioning.protocol import Config, RelayConfig

LETTERS = "ABCDEFGH"  # relays in the firmware's words
TRANSPORT_CODES = {"udp": 0, "tcp": 1, "tls": 2}
DATE_CODES = {"YYYY-MM-DD": 0, "MM/DD/YYYY": 2, "DD/MM/YYYY": 3}


def autop_text(device: Device, config: Config, now: datetime) -> str:
    """The lasting part of the file, one `Config.X.Y = value` a line."""
    lines = [
        f"# {device.mac}",
        *_general(device, config),
        *_calls(config),
        *_clock(config, now),
        *_relays(device, config.relays),
        *config.autop,
    ]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    text = " ".join(str(value).split())
    return f"Config.{key} = {text}"


def _general(device: Device, config: Config) -> Iterable[str]:
    return [
        _line("Autoprovision.GENERAL.Url", f"{settings.DEVICE_HTTP_URL}/d/autop/"),
        _line("DoorSetting.DEVICENODE.Location", config.name),
        _line("Account1.GENERAL.Label", config.name),
        _line("Account1.GENERAL.DisplayName", config.name),
        _line("Account1.GENERAL.UserName", device.sip),
    ]


def _calls(config: Config) -> Iterable[str]:
    """How calls travel; nothing where the model decides. The firmware has no key for what we call RTP
    confusion and RTSPS: those are told by our own protocol only."""
    if config.transport:
        yield _line("Account1.SIP.TransType", TRANSPORT_CODES[config.transport])


def _clock(config: Config, now: datetime) -> Iterable[str]:
    return [
        _line("Settings.SNTP.Enable", 1),
        _line("Settings.SNTP.TimeZone", offset_of(config.zone, now)),
        _line("Settings.SNTP.Name", config.zone.rpartition("/")[2]),
        _line("Settings.DATETIME.TimeFormat", 1 if config.time_format == "24" else 0),
        _line("Settings.DATETIME.DateFormat", DATE_CODES.get(config.date_format, 0)),
    ]


def offset_of(zone: str, now: datetime) -> str:
    """`GMT+3:00`: what the firmware calls the zone's present distance from UTC."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    return f"GMT{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def _relays(device: Device, relays: Iterable[RelayConfig]) -> Iterable[str]:
    monitor = device.kind == DeviceKind.INDOOR_MONITOR
    for relay in relays:
        if relay.number > len(LETTERS):
            continue
        letter, number = LETTERS[relay.number - 1], relay.number
        yield _line(f"DoorSetting.RELAY.Name{letter}", relay.name)
        yield _line(f"DoorSetting.RELAY.HoldDelay{letter}", relay.hold)
        if monitor:
            yield _line(f"DoorSetting.RELAY.DTMFCode{'' if number == 1 else number}", relay.dtmf)
        else:
            yield _line(f"DoorSetting.DTMF.Code{number}", relay.dtmf)
