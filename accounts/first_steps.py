"""The steps before the work: every page leads to the first open one, until nothing is left to ask."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from smartplus.kernel.pages import Page, PanelPage
from smartplus.kernel.scoping import Scope

from .queries.first_steps import Step
from .services.first_steps import settle
from .steps import within_house

HOME = "/"
WANTED = "wanted_page"
"""Where the session keeps the page that was asked for before the first step, with the person's id."""
LONGEST = 2000

PAGES = {
    Step.POLICIES: "accounts:agree",
    Step.PROVIDER: "accounts:first_provider",
    Step.EMAIL: "accounts:first_email",
}


class FirstStepsMiddleware:
    """Holds back every page that does not say `before_work`; an account that is through costs no query.

    The gate stays open (logging out is no page of the house), and so does what machines ask. Whoever
    acts in another's account is not asked: nobody agrees in the name of somebody else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The way to the open step; None lets the request through."""
        scope: Scope | None = getattr(request, "scope", None)
        user: Any = request.user
        if scope is None or scope.acting or user.welcomed_at is not None:
            return None
        page = getattr(view, "view_class", None)
        if not (isinstance(page, type) and issubclass(page, Page)) or getattr(page, "before_work", False):
            return None
        step = settle(user=user)
        if step is None:
            wanted = _take(request)
            return HttpResponseRedirect(wanted) if wanted != HOME and request.path_info == HOME else None
        if not issubclass(page, PanelPage):
            _keep(request)
        return lead(request, step)


def lead(request: HttpRequest, step: Step | None) -> HttpResponse:
    """To the page of a step, for htmx as well; when no step is left, to the page that was asked for."""
    url = _take(request) if step is None else reverse(PAGES[step])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _keep(request: HttpRequest) -> None:
    """Remember a page that somebody opened, for when the steps are done. Only what a GET shows can be
    opened again; the way home is no wish, and leaves the wish of before.
    """
    path = request.get_full_path()
    if request.method != "GET" or request.headers.get("HX-Request") == "true" or request.path_info == HOME:
        return
    if len(path) <= LONGEST and within_house(request, path) == path:
        request.session[WANTED] = {"user": request.user.pk, "url": path}


def _take(request: HttpRequest) -> str:
    """The page that was asked for, once, judged anew; else the home page."""
    kept: Any = request.session.pop(WANTED, None)
    if not kept or kept["user"] != request.user.pk:
        return HOME
    return within_house(request, kept["url"], HOME)
