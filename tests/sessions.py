"""Sessions of the worlds' people, begun once a run: signing in at each address would be most of the work."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.test import Client

_keys: dict[int, str] = {}


def begin(people: Iterable[Any]) -> None:
    """Sign these people in for good. Call it where what is written stays."""
    for user in people:
        client = Client()
        client.force_login(user)
        client.get("/")  # the session is put on the person's list
        _keys[user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value


def client_of(user: Any) -> Client:
    """A browser of a signed-in person of a world."""
    client = Client(raise_request_exception=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = _keys[user.pk]
    return client
