"""Everything that is due, part by part."""

from __future__ import annotations

import logging
from collections.abc import Callable

from devices.models import Part
from provisioning.mqtt import BrokerAway
from provisioning.rendering import RENDERERS

from .access import send_access
from .claims import AT_ONCE
from .commands import send_commands
from .states import send_states

log = logging.getLogger(__name__)


def send_part(part: str) -> int:
    """Tell devices all that is due of a part; returns how many rows were due. Raises `BrokerAway`."""
    total = 0
    while True:
        rows = send_access() if part == Part.ACCESS else send_states(part)
        total += rows
        if rows < AT_ONCE:
            return total


def send_all() -> None:
    """Commands first, then access, then the rest: what people wait for. Raises `BrokerAway`."""
    send_commands()
    for part in (Part.ACCESS.value, *RENDERERS):
        send_part(part)


def patiently(task: Callable[[], object]) -> None:
    """Do it; a broker that is away is a line in the log, and the next sweep tries again."""
    try:
        task()
    except BrokerAway as error:
        log.warning("broker: %s", error)
