"""What a session keeps between two steps of proving who it is: a held login, a question to a passkey."""

import base64
from time import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from .models import HeldLogin
from .services.passkeys import Question
from .session_list import leave

HELD = "held_login"
ASKED = "passkey_asked"
ANSWER_WITHIN = 300


def hold(request: HttpRequest, held: HeldLogin, onward: str) -> None:
    """A new session that knows the held login's number, and where its person wanted to go; nobody is in."""
    leave(request)
    request.session.flush()
    request.session[HELD] = {"id": held.pk, "next": onward}


def held_id_of(request: HttpRequest) -> int | None:
    """The number of the login that this session holds."""
    kept: Any = request.session.get(HELD)
    return kept["id"] if kept else None


def release(request: HttpRequest) -> str:
    """The session holds no login any more; where its person wanted to go."""
    kept: Any = request.session.pop(HELD, None)
    return kept["next"] if kept else ""


def question(request: HttpRequest, asked: Question) -> str:
    """Keep the challenge for the answer; the options for the browser."""
    told = base64.b64encode(asked.challenge).decode()
    request.session[ASKED] = {"challenge": told, "at": int(time())}
    return asked.options


def challenge(request: HttpRequest) -> bytes:
    """The challenge that was asked last, for one answer; b"" when none is open."""
    kept: Any = request.session.pop(ASKED, None)
    if not kept or time() - kept["at"] > ANSWER_WITHIN:
        return b""
    return base64.b64decode(kept["challenge"])


def within_house(request: HttpRequest, url: str, default: str = "") -> str:
    """`url` if it leads to a page of ours, else `default`: what a browser says is never a way out."""
    good = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if good else default or settings.LOGIN_REDIRECT_URL
