"""The MQTT broker: Mosquitto where the machine has it, else amqtt out of its wheel.

Both know one account for our services and one for each device, and keep a device to its own topics.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from smartplus.run.account import SERVICES, settle
from smartplus.run.places import LOOPBACK, Places, answers, free_port, port_is_free
from smartplus.run.programs import Failed, Program

PLUGIN = "mosquitto_dynamic_security.so"
PLUGIN_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
USUAL_PORT = 1883


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
        settle(accounts, self.password)
        config = folder / "mosquitto.conf"
        config.write_text(configuration(self.port, accounts))
        return [program, "-c", str(config)]


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
