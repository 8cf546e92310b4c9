"""Intercoms, what we want them to be (`DeviceSync`) and what they were told to do (`Command`)."""

from .commands import Command
from .inventory import Device, DeviceKind, DevicePlace, DeviceState, MacEntry
from .provision import AutopLine, DeviceSync, Part
from .relays import Method, Relay

__all__ = [
    "AutopLine", "Command", "Device", "DeviceKind", "DevicePlace", "DeviceState", "DeviceSync", "MacEntry",
    "Method", "Part", "Relay",
]  # fmt: skip
