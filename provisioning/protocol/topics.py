"""Where messages go: `sp/1/up/<mac>/<leaf>` from the device, `sp/1/down/<mac>/<leaf>` to it."""

import re
from dataclasses import dataclass

from .checks import ProtocolError

UP = frozenset({"status", "hello", "ack", "event"})
DOWN = frozenset({"seen", "state", "command"})
ALL_UP = "sp/1/up/+/+"
MAC = re.compile(r"[0-9A-F]{12}")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic taken apart. `mac`: 12 characters 0-9 and A-F; `way`: up or down; `leaf`: what it carries."""

    mac: str
    way: str
    leaf: str


def up(mac: str, leaf: str) -> str:
    """The topic a device writes to."""
    return f"sp/1/up/{mac}/{leaf}"


def down(mac: str, leaf: str) -> str:
    """The topic a device reads; leaf `+` subscribes to all of its own."""
    return f"sp/1/down/{mac}/{leaf}"


def read_topic(topic: str) -> Topic:
    """Take a topic apart. Raises `ProtocolError` for one that is not ours."""
    parts = topic.split("/")
    if len(parts) != 5 or parts[:2] != ["sp", "1"] or not MAC.fullmatch(parts[3]):
        raise ProtocolError("Not a topic of ours")
    if parts[4] not in {"up": UP, "down": DOWN}.get(parts[2], frozenset()):
        raise ProtocolError("Not a topic of ours")
    return Topic(mac=parts[3], way=parts[2], leaf=parts[4])
