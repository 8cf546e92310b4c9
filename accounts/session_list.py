"""How the list of sessions goes with Django's own sessions.

A session is known by a handle of its own, drawn at the login, so that it stays the same one when its
key is renewed; a session without a handle is known by its key.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth import login as begin_session
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from smartplus.kernel.pages import PanelPage, prove
from smartplus.kernel.secrets import draw_secret

from .addresses import client_address
from .browsers import browser_of
from .models import User, UserSession
from .queries.people import may_sign_in
from .queries.sessions import is_over, session_of
from .services import sessions

BACKEND = "accounts.backends.NameOrEmailBackend"
HANDLE = "handle"


class SessionListMiddleware:
    """Knows each signed-in session on the list; one that was ended is a stranger's from its next request.

    Stands right behind the authentication, and finds the session, the person and their company with the
    one query that the authentication would need for the person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        listed = _listed(request) if SESSION_KEY in request.session else None
        request.listed = listed  # type: ignore[attr-defined]
        response = self.get_response(request)
        if listed is not None and not _asked_by_itself(request, response):
            sessions.seen(listed, client_address(request))
        return response


def _asked_by_itself(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the page asked and not its reader: a panel that looks for news keeps nobody signed in."""
    view = getattr(request.resolver_match.func, "view_class", None) if request.resolver_match else None
    return response.status_code == 304 or (isinstance(view, type) and issubclass(view, PanelPage))


def let_in(request: HttpRequest, user: User) -> None:
    """A new session for this person; whatever session there was before cannot become it."""
    leave(request)
    begin_session(request, user, backend=BACKEND)
    request.session[HANDLE] = draw_secret()
    prove(request)
    _put(request, user)


def leave(request: HttpRequest) -> None:
    """Whoever was signed in here is so no more."""
    if SESSION_KEY in request.session:
        listed: UserSession | None = getattr(request, "listed", None)
        sessions.close(bytes(listed.digest) if listed else digest_here(request))
        request.session.flush()


def renew(request: HttpRequest) -> None:
    """A new key for the same session: its person has proven anew who it is."""
    before = digest_here(request)
    request.session.cycle_key()
    sessions.move(before, digest_here(request))


def digest_here(request: HttpRequest) -> bytes:
    """The digest of this very session."""
    return sessions.digest_of(_key(request))


def _listed(request: HttpRequest) -> UserSession | None:
    known = session_of(digest_here(request))
    if known is None:  # begun in another way, or before there was a list
        user: Any = request.user
        return _put(request, user) if user.is_authenticated else None
    if is_over(known):
        request._cached_user = AnonymousUser()  # type: ignore[attr-defined]
        return None
    if _is_of(request, known.user):
        request._cached_user = known.user  # type: ignore[attr-defined]
    return known


def _is_of(request: HttpRequest, user: User) -> bool:
    """Whether the session is this person's and was begun with the present password; if not, Django judges."""
    kept = request.session.get(HASH_SESSION_KEY) or ""
    same = str(user.pk) == request.session[SESSION_KEY] and may_sign_in(user)
    return same and constant_time_compare(kept, user.get_session_auth_hash())


def _put(request: HttpRequest, user: User) -> UserSession:
    browser = browser_of(request.headers.get("User-Agent", ""))
    return sessions.begin(user=user, key=_key(request), browser=browser, address=client_address(request))


def _key(request: HttpRequest) -> str:
    return str(request.session.get(HANDLE) or request.session.session_key)
