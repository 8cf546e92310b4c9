"""Every test runs on a real PostgreSQL and a real Valkey, started here before Django loads."""

import os
import pickle
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone, translation
from openpyxl import load_workbook

from smartplus import collector
from tests.dealing import Dealer
from tests.services import Services

_services = Services()
LAST = 2


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Earlier than pytest-django's own, which takes Django as it finds it."""
    _services.start()
    django.setup()
    # The processes of `-n` find no settings named before they have services of their own.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    _services.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The worlds are written once and stay, so tests that make their own ground come before them;
    tests that empty the tables come after them."""
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """All tests and pages are loaded and stay: as a web process does."""
    collector.keep_pages()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealer:
    return Dealer(config, log)


def _turn(item: pytest.Item) -> int:
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction") or "transactional_db" in _fixtures(item):
        return LAST
    return 1 if "worlds" in _fixtures(item) else 0


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 takes its time on purpose; tests of logins would take it hundreds of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test meets what an earlier one left: attempts to sign in, heartbeats, sessions."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> None:
    """No test speaks the language of an earlier one: a request leaves its reader's in this thread."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(scope="session")
def worlds(django_db_setup: None, django_db_blocker: Any, quick_passwords: None) -> tuple[bytes, bytes]:
    """ALPHA and BRAVO, built once per run; tests run in transactions on top of them.

    Kept as pickles: each test thaws its own, and none meets a row that another one changed in memory.
    """
    from tests import sessions  # noqa: PLC0415 - models load once Django is set up
    from tests.world import build  # noqa: PLC0415

    with django_db_blocker.unblock():
        worlds = build("ALPHA", 0xA1), build("BRAVO", 0xB2)
        for world in worlds:
            sessions.begin(world.people.values())
        return pickle.dumps(worlds[0]), pickle.dumps(worlds[1])


@pytest.fixture(scope="session")
def _emptied(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def bare_ground(request: pytest.FixtureRequest) -> None:
    """The first test that empties the tables behind itself does not find the worlds before it."""
    if _turn(request.node) == LAST:
        request.getfixturevalue("_emptied")


@pytest.fixture
def alpha(worlds: tuple[bytes, bytes], db: None) -> Any:
    """The world we look from."""
    return pickle.loads(worlds[0])


@pytest.fixture
def bravo(worlds: tuple[bytes, bytes], db: None) -> Any:
    """The world that must not be there."""
    return pickle.loads(worlds[1])


@pytest.fixture
def sheet_text() -> Callable[[Any], str]:
    """All cells of a downloaded sheet as one text."""

    def read(response: Any) -> str:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        rows = load_workbook(BytesIO(body), read_only=True).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row if cell is not None)

    return read
