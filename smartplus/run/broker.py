"""The MQTT broker: Mosquitto where the machine has it, else amqtt out of its wheel.

Both know one account for our services and one for each device, and keep a device to its own topics.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smartplus.run.places import LOOPBACK, Places, answers, free_port, port_is_free
from smartplus.run.programs import Failed, Program

SERVICES = "services"
PLUGIN = "mosquitto_dynamic_security.so"
PLUGIN_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
USUAL_PORT = 1883
ITERATIONS = 101  # PBKDF2 rounds of mosquitto's own tools; our passwords are random, not guessed


def mosquitto() -> str | None:
    """Mosquitto's path, if it is installed together with its dynamic security plugin."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("mosquitto", path=path)
    return found if found and plugin() else None


def plugin() -> str | None:
    """Where the dynamic security plugin lies."""
    found = (
        hit for place in PLUGIN_PLACES for depth in ("", "*/") for hit in Path(place).glob(depth + PLUGIN)
    )
    return next((str(hit) for hit in found), None)


class Broker:
    """One broker on the loopback. `kind`: "mosquitto", "amqtt", or None: what there is."""

    def __init__(
        self, places: Places, password: str, kind: str | None = None, port: int | None = None
    ) -> None:
        self.places, self.password = places, password
        self.kind = kind or ("mosquitto" if mosquitto() else "amqtt")
        self.port = port or (USUAL_PORT if port_is_free(USUAL_PORT) else free_port())

    @property
    def accounts(self) -> str:
        """How device accounts reach it, as in the setting MQTT_ACCOUNTS."""
        return "dynsec" if self.kind == "mosquitto" else "table"

    @property
    def url(self) -> str:
        """With the account of our services."""
        return f"mqtt://{SERVICES}:{self.password}@{LOOPBACK}:{self.port}"

    @property
    def device_url(self) -> str:
        """As devices are told it."""
        return f"mqtt://{LOOPBACK}:{self.port}"

    def program(self, env: Mapping[str, str]) -> Program:
        """The broker's process; `env` tells amqtt where the table of accounts is."""
        command = self._mosquitto() if self.kind == "mosquitto" else self._amqtt()
        return Program("broker", command, env, ready=lambda: answers(self.port))

    def _amqtt(self) -> list[str]:
        return [sys.executable, "-m", "provisioning.broker.amqtt_server", str(self.port)]

    def _mosquitto(self) -> list[str]:
        program = mosquitto()
        if program is None:
            raise Failed("mosquitto is not installed, or without its dynamic security plugin")
        folder = self.places.var / "broker"
        folder.mkdir(mode=0o700, exist_ok=True)
        accounts = folder / "dynsec.json"
        if not self._knows_us(accounts):
            accounts.write_text(json.dumps(first_accounts(self.password), indent=1))
            accounts.chmod(0o600)
        config = folder / "mosquitto.conf"
        config.write_text(configuration(self.port, accounts))
        return [program, "-c", str(config)]

    def _knows_us(self, accounts: Path) -> bool:
        """Whether the accounts kept from last time still hold our services' password."""
        try:
            clients = json.loads(accounts.read_text())["clients"]
            ours = next(client for client in clients if client["username"] == SERVICES)
        except (OSError, ValueError, KeyError, StopIteration):
            return False
        salt = base64.b64decode(ours["salt"])
        return bool(ours["password"] == _digest(self.password, salt, ours["iterations"]))


def configuration(port: int, accounts: Path) -> str:
    """mosquitto.conf of the demo. Production's is `docs/deploy/mosquitto.conf`."""
    lines = [
        f"listener {port} {LOOPBACK}",
        "allow_anonymous false",
        f"plugin {plugin()}",
        f"plugin_opt_config_file {accounts}",
        # Without it a small answer waits 40 ms for the next one.
        "set_tcp_nodelay true",
        # Nothing relies on what a broker keeps; a device repeats what was not confirmed.
        "persistence false",
        "max_inflight_messages 1000",
        "max_queued_messages 100000",
        "max_packet_size 1048576",
        "log_dest stderr",
        "log_timestamp_format %Y-%m-%dT%H:%M:%S",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "connection_messages false",
    ]
    if os.geteuid() == 0:
        # Dropping to another user would clear the mark that ends it with the supervisor.
        lines.append("user root")
    return "\n".join(lines) + "\n"


def first_accounts(password: str) -> dict[str, Any]:
    """The dynamic security plugin's file with the one account that makes all others."""
    salt = secrets.token_bytes(12)
    account = {
        "username": SERVICES,
        "textName": "The product's own services",
        "password": _digest(password, salt, ITERATIONS),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
        "roles": [{"rolename": SERVICES}],
    }
    ways = ("publishClientSend", "publishClientReceive", "subscribePattern", "unsubscribePattern")
    topics = ("sp/1/#", "$share/+/sp/1/#", "$CONTROL/dynamic-security/#", "$SYS/#")
    acls = [
        {"acltype": way, "topic": topic, "priority": 0, "allow": True} for way in ways for topic in topics
    ]
    return {
        # What no role allows is refused; only unsubscribing needs no leave.
        "defaultACLAccess": {
            "publishClientSend": False,
            "publishClientReceive": False,
            "subscribe": False,
            "unsubscribe": True,
        },
        "clients": [account],
        "groups": [],
        "roles": [{"rolename": SERVICES, "acls": acls}],
    }


def _digest(password: str, salt: bytes, rounds: int) -> str:
    return base64.b64encode(hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)).decode()
