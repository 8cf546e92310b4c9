"""From dataclass to bytes and back."""

import json
from collections.abc import Callable
from typing import Any

from .checks import MAX_BYTES, Json, ProtocolError, mapping
from .down import AccessState, Command, PartState, Seen, read_state
from .events import Event
from .up import AccessAck, Hello, PartAck, Status, read_ack

Message = Status | Hello | PartAck | AccessAck | Event | PartState | AccessState | Seen | Command

_READ: dict[str, Callable[[Json], Message]] = {
    "status": Status.read,
    "hello": Hello.read,
    "ack": read_ack,
    "event": Event.read,
    "state": read_state,
    "seen": Seen.read,
    "command": Command.read,
}


def encode(message: Message) -> bytes:
    """A message as it goes over the wire. Raises `ProtocolError` when too large or not to be said in JSON."""
    try:
        plain = json.dumps(message.json(), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        payload = plain.encode()
    except (TypeError, ValueError) as error:
        raise ProtocolError("Not to be said in JSON") from error
    if len(payload) > MAX_BYTES:
        raise ProtocolError(f"Larger than {MAX_BYTES} bytes")
    return payload


def _no_constant(word: str) -> Any:
    raise ProtocolError(f"{word} is no JSON")


def decode(leaf: str, payload: bytes) -> Message:
    """The message under a topic that ends in `leaf`. Raises `ProtocolError` for anything that is not one."""
    read = _READ.get(leaf)
    if read is None:
        raise ProtocolError("Unknown kind of message")
    if len(payload) > MAX_BYTES:
        raise ProtocolError(f"Larger than {MAX_BYTES} bytes")
    try:
        raw = json.loads(payload, parse_constant=_no_constant)
    except ProtocolError:
        raise
    except (ValueError, RecursionError) as error:
        raise ProtocolError("Not JSON") from error
    try:
        return read(mapping(raw, "message"))
    except RecursionError as error:
        raise ProtocolError("Nested too deep") from error
