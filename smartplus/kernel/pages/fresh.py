"""Step-up: a page that says `fresh = True` opens only shortly after a password or a factor was given.

An action says `fresh_for_many = True` when only several rows at once matter that much; whatever else it
depends on stands in `asks_proof`. The moment is kept in the session. Who comes later is led to
`settings.CONFIRM_URL` and back; what a late POST wanted to do is not done and not replayed: the page it
came from is opened again, and says so.
"""

from time import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from ..words import _

PROVEN = "proven_at"
SECONDS = 600
LATE = _("Nothing was changed yet: confirm that it is you, then do it again.")


def prove(request: HttpRequest) -> None:
    """The person has just given a password or a factor."""
    request.session[PROVEN] = int(time())


def is_fresh(request: HttpRequest) -> bool:
    """Whether a password or a factor was given within the last ten minutes."""
    proven: Any = request.session.get(PROVEN, 0)
    return bool(0 <= time() - proven < SECONDS)


def lead_to_proof(request: HttpRequest, onward: str, *, fragment: bool) -> HttpResponseBase:
    """To the page that asks who it is, and from there `onward`: to the page that was asked for."""
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, LATE)
    url = f"{settings.CONFIRM_URL}?{urlencode({'next': onward})}"
    if fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
