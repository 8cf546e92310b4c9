"""The services the tests run on: an own PostgreSQL and Valkey per run, in a folder of its own.

`DATABASE_URL` and `REDIS_URL` in the environment take their place.
"""

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from smartplus.run import keys
from smartplus.run.places import Places
from smartplus.run.postgres import UNSAFE, Postgres
from smartplus.run.programs import Child, Program, start
from smartplus.run.valkey import Valkey

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "smartplus.settings",
    "DEBUG": "1",
    "DEMO": "1",
    "EMAIL_URL": "memorymail://",
    "MQTT_URL": "mqtt://services@127.0.0.1:9",  # nobody listens there: unit tests send nothing
    "LOG_LEVEL": "WARNING",
}


class Services:
    """What one test process started, and how it ends."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.folder: Path | None = None

    def start(self) -> None:
        """Start what is missing and tell the environment; call it before Django reads its settings."""
        self.folder = Path(tempfile.mkdtemp(prefix="smartplus-tests-"))
        self.folder.chmod(0o755)
        places = Places.at(self.folder)
        for name, value in SETTINGS.items() | {(name, secrets.token_urlsafe(36)) for name in keys.NAMES}:
            os.environ.setdefault(name, value)
        os.environ["VAR"] = str(self.folder)
        if "DATABASE_URL" not in os.environ:
            server = Postgres(places, UNSAFE | {"max_connections": "150"})
            self._start(places, server.program())
            os.environ["DATABASE_URL"] = server.url("postgres")
        if "REDIS_URL" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
            cache = Valkey(places)
            self._start(places, cache.program())
            os.environ["REDIS_URL"] = cache.url

    def stop(self) -> None:
        """End them and remove their folder."""
        for child in reversed(self.children):
            child.kill()
        if self.folder:
            with suppress(OSError):
                shutil.rmtree(self.folder)

    def _start(self, places: Places, program: Program) -> None:
        child = start(program, places.logs / f"{program.name}.log")
        self.children.append(child)
        child.wait_ready(timeout=30)
