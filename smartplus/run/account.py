"""Our services' own account in the file of Mosquitto's dynamic security plugin.

`python -m smartplus.run.account FILE` puts it there, with the password in MQTT_PASSWORD (or
MQTT_PASSWORD_FILE). Only while the broker is not running: it keeps the file in memory. All other
accounts in the file stay as they are; devices' are made over `$CONTROL` later.
"""

import base64
import hashlib
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

SERVICES = "services"
ITERATIONS = 101  # PBKDF2 rounds of Mosquitto's own tools; our passwords are random, not guessed
WAYS = ("publishClientSend", "publishClientReceive", "subscribePattern", "unsubscribePattern")
TOPICS = ("sp/1/#", "$share/+/sp/1/#", "$CONTROL/dynamic-security/#", "$SYS/#")
# What no role allows is refused; only unsubscribing needs no leave.
DEFAULTS = {
    "publishClientSend": False,
    "publishClientReceive": False,
    "subscribe": False,
    "unsubscribe": True,
}


def settle(file: Path, password: str) -> None:
    """Make `file` hold our account with this password; the rest of it is kept."""
    known = _read(file)
    ours = next((client for client in known["clients"] if client["username"] == SERVICES), None)
    if ours is None or not _fits(ours, password):
        ours = _client(password)
    known["clients"] = [ours, *(client for client in known["clients"] if client["username"] != SERVICES)]
    known["roles"] = [_role(), *(role for role in known["roles"] if role["rolename"] != SERVICES)]
    known["defaultACLAccess"] = DEFAULTS
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(known, out, indent=1)
    draft.replace(file)


def _read(file: Path) -> dict[str, Any]:
    """What the file holds; one that a power cut left half written counts as empty, since the portal
    tells the broker all devices again."""
    try:
        found = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        found = {}
    return {"clients": [], "groups": [], "roles": [], **(found if isinstance(found, dict) else {})}


def _client(password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(12)
    return {
        "username": SERVICES,
        "textname": "The product's own services",
        "password": _digest(password, salt, ITERATIONS),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
        "roles": [{"rolename": SERVICES}],
    }


def _role() -> dict[str, Any]:
    acls = [
        {"acltype": way, "topic": topic, "priority": 0, "allow": True} for way in WAYS for topic in TOPICS
    ]
    return {"rolename": SERVICES, "acls": acls}


def _fits(client: dict[str, Any], password: str) -> bool:
    try:
        salt = base64.b64decode(client["salt"])
        return bool(client["password"] == _digest(password, salt, client["iterations"]))
    except (KeyError, ValueError, TypeError):
        return False


def _digest(password: str, salt: bytes, rounds: int) -> str:
    return base64.b64encode(hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)).decode()


def main(words: list[str]) -> int:
    """The exit code: 0 done, 2 not understood."""
    told = os.environ.get("MQTT_PASSWORD_FILE")
    password = Path(told).read_text().strip() if told else os.environ.get("MQTT_PASSWORD", "")
    if len(words) != 1 or not password:
        print(__doc__)
        return 2
    settle(Path(words[0]), password)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
