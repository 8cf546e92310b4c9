"""Every change to devices, and how other apps say that one must be told something."""

from .autop import save_autop
from .commands import expire_commands, order_at_door, order_command
from .devices import NewDevice, add_devices, adjust_device, change_device, remove_devices
from .macs import add_macs, hand_over_macs, remove_macs
from .relays import RelayChange, add_relay, change_relay, remove_relay
from .sync import mark_changed

__all__ = [
    "NewDevice", "RelayChange", "add_devices", "add_macs", "add_relay", "adjust_device", "change_device",
    "change_relay", "expire_commands", "hand_over_macs", "mark_changed", "order_at_door", "order_command",
    "remove_devices", "remove_macs", "remove_relay", "save_autop",
]  # fmt: skip
