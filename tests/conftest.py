"""Every test runs on a real PostgreSQL and a real Valkey, started here before Django loads."""

from collections.abc import Iterator

import django
import pytest
from django.core.cache import cache
from django.test import override_settings

from tests.services import Services

_services = Services()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Earlier than pytest-django's own, which takes Django as it finds it."""
    _services.start()
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    _services.stop()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 takes its time on purpose; tests of logins would take it hundreds of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test meets what an earlier one left: attempts to sign in, heartbeats, sessions."""
    cache.clear()
