"""Messages on the wire in a few words, and without their secrets."""

import re
from typing import Any

Json = dict[str, Any]
HIDDEN = "••••"
SECRET_LINE = re.compile(r"(Config\.[^\s=]*(?:pwd|password|key16|secret)[^\s=]*\s*=\s*).+", re.IGNORECASE)


def masked(value: Any) -> Any:
    """The same without PINs and without the passwords of AutoP lines."""
    if isinstance(value, dict):
        return {
            key: [HIDDEN] * len(inner) if key == "pins" and isinstance(inner, list) else masked(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if isinstance(value, str):
        return SECRET_LINE.sub(rf"\1{HIDDEN}", value)
    return value


def summary(leaf: str, body: Any) -> str:
    """What a message says, in a few words."""
    if not isinstance(body, dict):
        return "not understood"
    try:
        return _WORDS[leaf](body)
    except (KeyError, TypeError, ValueError):
        return "not understood"


def _status(body: Json) -> str:
    return "on line" if body["online"] else "off line"


def _hello(body: Json) -> str:
    return f"store {body['store']}, place {body['place']}, digests of {counted(len(body['digests']), 'part')}"


def _ack(body: Json) -> str:
    if body["part"] != "access":
        return f"{body['part']} r{body['rev']}" + (f", {body['error']}" if body["error"] else "")
    refused = f", {len(body['refused'])} refused" if body["refused"] else ""
    return f"access, {counted(len(body['items']), 'item')} held{refused}"


def _event(body: Json) -> str:
    kind = body["kind"]
    if kind == "command":
        return f"{body['seq']}: {body['verb']}, {body['result']} {body['detail']}".rstrip()
    if kind == "door":
        relay = f"relay {body['relay']}, " if body["relay"] else ""
        return f"{body['seq']}: door, {relay}{body['method']}, {body['reason'] or body['action']}"
    return f"{body['seq']}: {kind} {body.get('apt', '')}".rstrip()


def _state(body: Json) -> str:
    if body["part"] != "access":
        return f"{body['part']} r{body['rev']}"
    span = f", reload {body['range']['low']}..{body['range']['high']}" if "range" in body else ""
    gone = sum(not item["on"] for item in body["items"])
    removals = f", {counted(gone, 'removal')}" if gone else ""
    return f"access, {counted(len(body['items']), 'item')}{removals}{span}"


def _seen(body: Json) -> str:
    return f"up to {body['seq']}"


def _command(body: Json) -> str:
    relay = f" {body['args']['relay']}" if "relay" in body["args"] else ""
    return f"{body['verb']}{relay}, void at {body['expires_at'][11:19]}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 item, 2 items."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


_WORDS = {
    "status": _status,
    "hello": _hello,
    "ack": _ack,
    "event": _event,
    "state": _state,
    "seen": _seen,
    "command": _command,
}
