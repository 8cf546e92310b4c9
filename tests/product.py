"""The whole product, running: the same supervisor as `make demo`, nothing eager, nothing in-process.

Fixtures that `tests/live` and `tests/browser` each make known to their tests. The product runs no longer
than the tests of such a folder: what it does in the background costs all others.

`stack`   the running product: `stack.url`, `stack.env`, `stack.kill("ingest")`, `stack.restart("ingest")`
`inside`  this process as if it were one of the product's: its database, queue and settings
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import override_settings
from psycopg.conninfo import make_conninfo

from smartplus.env import database
from smartplus.run import keys
from smartplus.run.places import free_port
from smartplus.run.product import Choice
from smartplus.run.stack import Stack

# The product's own PostgreSQL is the tests' one, with a database of its own; so is its Valkey.
_numbers = count(1)
KEPT = ("PATH", "HOME", "LANG", "REDIS_URL", *keys.NAMES)


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Started once for all tests of a folder, without the demo's data."""
    folder = Path(tempfile.mkdtemp(prefix="smartplus-live-"))
    server, name = os.environ["DATABASE_URL"], f"live_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    around = {key: os.environ[key] for key in KEPT if key in os.environ}
    around["DATABASE_URL"] = make_conninfo(server, dbname=name)
    choice = Choice(port=0, broker_port=free_port(), seed=False, around=around)
    try:
        with Stack(folder / "var", choice) as stack:
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def inside(stack: Stack, django_db_blocker: Any) -> Iterator[Stack]:
    """Rows are the running product's; tasks go to its workers; nothing is rolled back."""
    connection = connections["default"]
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = {**before, **database(stack.env["DATABASE_URL"])}
    names = ("MQTT_URL", "MQTT_ACCOUNTS", "PUBLIC_URL", "DEVICE_MQTT_URL", "DEVICE_HTTP_URL", "SIMULATOR_URL")
    told = {name: stack.env[name] for name in names}
    try:
        with django_db_blocker.unblock(), override_settings(**told):
            yield stack
    finally:
        connection.close()
        connection.settings_dict = before
