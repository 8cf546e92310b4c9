"""A stay in another's account, as the session of its actor keeps it: a number, and nothing more."""

from typing import Any

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token

from smartplus.kernel.words import _

from .addresses import client_address
from .models import Switch
from .queries import switching as queries
from .services import switching

SWITCH = "switch"
HOME = "/"


def enter(request: HttpRequest, switch: Switch) -> None:
    """From the next request on this session acts in the account; under a new key."""
    _renew(request)
    request.session[SWITCH] = switch.pk


def leave(request: HttpRequest, reason: Switch.End) -> Switch | None:
    """Back to the own account, under a new key; the stay that ended, None when there was none."""
    switch: Switch | None = getattr(request, "switch", None)
    if switch is None:
        return None
    _close(request, switch, reason)
    _renew(request)
    return switch


def stay_of(request: HttpRequest) -> tuple[Switch | None, str]:
    """The stay that holds at this very request; else why there is none any more, as a sentence.

    Asked with one query, and only of a session that speaks of a stay.
    """
    actor: Any = request.user
    number = request.session.get(SWITCH)
    if number is None:
        return None, ""
    switch = queries.held(number, actor)
    if switch is not None and queries.still_holds(switch, actor):
        return switch, ""
    del request.session[SWITCH]
    if switch is None:
        return None, switching.SAID[Switch.End.REFUSED]
    reason = switching.why_over(switch, actor)
    _close(request, switch, reason)
    return None, switching.SAID[reason]


def forget(request: HttpRequest) -> None:
    """The actor is no longer let in at all: the stay ends with the session."""
    if number := request.session.get(SWITCH):
        switching.abandon(number)


def send_home(request: HttpRequest, why: str) -> HttpResponse:
    """Refuse what was asked in the other account, and go back to the own one."""
    storage: Any = default_storage(request)
    request._messages = storage  # type: ignore[attr-defined]
    said = _("{why} Your last click did nothing.").format(why=why)
    messages.warning(request, f"{_('You are back in your own account.')}\n{said}")
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204, headers={"HX-Redirect": HOME})
    else:
        response = HttpResponseRedirect(HOME)
    storage.update(response)
    return response


def _close(request: HttpRequest, switch: Switch, reason: Switch.End) -> None:
    switching.end(
        switch=switch, actor=switch.actor, reason=reason,
        request_id=getattr(request, "request_id", ""), address=client_address(request),
    )  # fmt: skip


def _renew(request: HttpRequest) -> None:
    """What was known of the session and its forms before is worth nothing after."""
    request.session.pop(SWITCH, None)
    request.session.cycle_key()
    rotate_token(request)
