"""The steps before the work: every page leads to the first open one, until nothing is left to ask."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from smartplus.kernel.pages import Page
from smartplus.kernel.scoping import Scope

from .queries.first_steps import Step
from .services.first_steps import settle

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
        return None if step is None else lead(request, step)


def lead(request: HttpRequest, step: Step | None) -> HttpResponse:
    """To the page of a step, for htmx as well; to the house when no step is left."""
    url = "/" if step is None else reverse(PAGES[step])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
