"""`sp/1`, the language between portal and devices (docs/protocol.md), as frozen dataclasses.

Building one checks it, so that a wrong message can neither be sent nor received. Knows no Django.
"""

from .bodies import Config, Contact, Contacts, DoorMode, Doors, RelayConfig, body_digest
from .checks import MAX_BYTES, MAX_ITEMS, ProtocolError
from .codec import Message, decode, encode
from .down import PARTS, VERBS, AccessState, Command, PartState, Range, Seen
from .events import Alarm, Call, Door, Event, Motion, Result
from .items import ALWAYS, Item, Opening, Person, Removal, Schedule, access_digest, pair_hash, read_item
from .topics import ALL_UP, Topic, down, read_topic, up
from .up import AccessAck, Hello, PartAck, Status

__all__ = [
    "ALL_UP", "ALWAYS", "MAX_BYTES", "MAX_ITEMS", "PARTS", "VERBS",
    "AccessAck", "AccessState", "Alarm", "Call", "Command", "Config", "Contact", "Contacts", "Door",
    "DoorMode", "Doors", "Event", "Hello", "Item", "Message", "Motion", "Opening", "PartAck", "PartState",
    "Person", "ProtocolError", "Range", "RelayConfig", "Removal", "Result", "Schedule", "Seen", "Status",
    "Topic", "access_digest", "body_digest", "decode", "down", "encode", "pair_hash", "read_item",
    "read_topic", "up",
]  # fmt: skip
