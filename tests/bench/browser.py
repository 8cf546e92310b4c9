"""Somebody signed in, with one connection kept open as browsers do. No redirects are followed."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.test import Client

from accounts.models import User


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


TOKEN = "b" * 32


def cookies_of(user: User) -> str:
    """A session of this installation, as the header of a request."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


class Browser:
    """Speaks to the portal at `url` with the cookies of somebody signed in there."""

    def __init__(self, url: str, cookies: str) -> None:
        self._cookies = cookies
        parts = urlsplit(url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, data: Mapping[str, object] | Sequence[tuple[str, object]] = ()) -> Answer:
        """Send a form."""
        body = urlencode(list(data.items()) if isinstance(data, Mapping) else list(data))
        return self._ask("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        """Send a file as the field `file`."""
        mark = uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def _ask(self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        own = {"Cookie": self._cookies, "X-CSRFToken": TOKEN}
        try:
            self._line.request(verb, path, body, {**own, **headers})
            answer = self._line.getresponse()
        except ConnectionError:  # kept open for too long
            if verb != "GET":
                raise
            self._line.close()
            self._line.request(verb, path, body, {**own, **headers})
            answer = self._line.getresponse()
        found = Answer(answer.status, answer.headers.get("Location", ""), answer.read())
        if found.status not in (200, 302):
            raise AssertionError(f"{verb} {path}: {found.status} {found.body[:500]!r}")
        return found
