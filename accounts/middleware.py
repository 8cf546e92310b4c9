"""Who reads: the scope of each request, in the person's language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import page_language

from .acting import forget, send_home, stay_of
from .addresses import client_address
from .permissions import scope_for


class ScopeMiddleware:
    """Sets `request.scope` (None for a stranger); stands right behind the authentication.

    The account is read anew at each request, so that one switched off meanwhile, or one of a
    company that was, is a stranger at once: its session ends here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope, gone = self._scope(request)  # type: ignore[attr-defined]
        if request.scope is None and SESSION_KEY in request.session:  # type: ignore[attr-defined]
            forget(request)
            request.session.flush()
        _speak(request)
        if gone and request.path_info != reverse("accounts:logout"):
            return send_home(request, gone)
        return self.get_response(request)

    def _scope(self, request: HttpRequest) -> tuple[Scope | None, str]:
        """The scope; and when a stay in another's account is over since the last request, why.

        Within a stay `request.user` is the account that is acted in, `request.actor` the signed-in
        person: pages work as that account, the trail names both.
        """
        if not request.user.is_authenticated:
            return None, ""
        actor = request.actor = request.user  # type: ignore[attr-defined]
        switch, gone = stay_of(request)
        if switch is not None:
            request.user, request.switch = switch.into, switch  # type: ignore[attr-defined]
        number = getattr(request, "request_id", "")
        scope = scope_for(request.user, actor=actor, request_id=number, address=client_address(request))
        return scope, gone


def _speak(request: HttpRequest) -> None:
    """Language and time zone for this thread, until its next request sets others.

    A stranger gets the language chosen in this browser, else the one it asks for.
    """
    scope: Scope | None = request.scope  # type: ignore[attr-defined]
    wanted = scope.language if scope else translation.get_language_from_request(request)
    translation.activate(page_language(wanted))
    try:
        timezone.activate(ZoneInfo(scope.time_zone if scope else settings.TIME_ZONE))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()
