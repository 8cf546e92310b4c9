"""What balancers ask: each process, by its own address, without TLS."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client, override_settings


@pytest.fixture(autouse=True)
def production() -> Iterator[None]:
    """The portal has one name, and TLS."""
    with override_settings(ALLOWED_HOSTS=["portal.example.com"], SECURE_SSL_REDIRECT=True):
        yield


@pytest.mark.django_db
def test_a_balancer_is_answered_whatever_it_calls_us() -> None:
    answer = Client().get("/healthz", headers={"host": "web:8000"})
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "cache": True}
    assert answer["X-Request-ID"] and "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_part_that_is_away_takes_us_off_the_list() -> None:
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("secret")):
        answer = Client().get("/healthz", headers={"host": "web:8000"})
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "cache": True} and b"secret" not in answer.content


def test_nothing_else_is_had_by_another_name() -> None:
    for path in ("/", "/login/", "/healthz/"):
        assert Client().get(path, headers={"host": "web:8000"}, secure=True).status_code == 400, path
