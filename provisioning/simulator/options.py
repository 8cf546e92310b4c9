"""What the process is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .wire import Broker


@dataclass(frozen=True, slots=True)
class Options:
    """`portal`: base URL of the portal ("" = none); `control`: where to listen.

    `token`: for feed and control; `folder`: where the devices' memory is kept (None: nowhere);
    `file`: a fleet as a JSON file; `poll`: seconds between two looks at the fleet.
    """

    broker: Broker
    control: str
    portal: str = ""
    token: str = ""
    folder: Path | None = None
    file: Path | None = None
    poll: float = 2.0

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "Options":
        """Read them. Raises `ValueError` saying what is wrong."""
        told = {name: value for name, value in environ.items() if value}
        url = told.get("DEVICE_MQTT_URL") or told.get("MQTT_URL")
        if url is None:
            url = f"mqtt://{told.get('MQTT_HOST', '127.0.0.1')}:{told.get('MQTT_PORT', '1883')}"
        folder = told.get("SIMULATOR_DIR") or f"{told.get('VAR', 'var')}/simulator"
        return cls(
            broker=Broker.of(url, told.get("MQTT_CA")),
            control=told.get("SIMULATOR_URL", "tcp://127.0.0.1:8765"),
            portal=(told.get("PORTAL_URL") or told.get("DEVICE_HTTP_URL", "")).rstrip("/"),
            token=told.get("SIMULATOR_TOKEN", ""),
            folder=Path(folder),
            file=Path(told["SIMULATOR_FLEET"]) if "SIMULATOR_FLEET" in told else None,
            poll=float(told.get("SIMULATOR_POLL", "2")),
        )
