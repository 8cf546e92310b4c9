"""The language of the pages: kept in the browser, and in the account of who is signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views import View

from ..services import users

YEAR = 365 * 24 * 3600


@method_decorator(login_not_required, name="dispatch")
class Language(RedirectURLMixin, View):
    """Takes the choice and leads back; a language we have no pages in changes nothing."""

    http_method_names = ["post"]
    next_page = "/"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it. Who works in another's account changes only the browser."""
        response = HttpResponseRedirect(self.get_success_url())
        wanted = request.POST.get("language", "")
        if wanted not in settings.PAGE_LANGUAGES:
            return response
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        scope = request.scope  # type: ignore[attr-defined]
        if scope is not None and not scope.acting:
            users.change_user(scope=scope, user=request.user, changes={"language": wanted})
        return response
