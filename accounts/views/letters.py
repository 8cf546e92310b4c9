"""The operator's look at every kind of email we send, in every language, with made-up people."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from smartplus.kernel.pages import DetailPage
from smartplus.kernel.words import _

from ..permissions import Can
from ..services import previews

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self';"
    " base-uri 'none'; form-action 'none'"
)
"""An email carries its own style; it may do nothing else."""


NAMES = {
    "account_entered": _("Account entered"),
    "account_linked": _("Account linked"),
    "email_changed": _("Email changed"),
    "email_confirm": _("Email confirm"),
    "factor_changed": _("Factor changed"),
    "feedback": _("Feedback"),
    "login_code": _("Login code"),
    "notice": _("Notice"),
    "password_changed": _("Password changed"),
    "password_reminder": _("Password reminder"),
    "password_reset": _("Password reset"),
    "welcome": _("Welcome"),
    "welcome_resident": _("Welcome resident"),
}
"""What the kinds of email are called."""


class Chosen(DetailPage):
    """What both have in common: a kind and a language, from the address, each one that we have."""

    abstract = True
    needs = Can.MAIL_PREVIEW
    title = _("Emails")

    @property
    def kind(self) -> str:
        """The chosen kind of email; the first one when none is named. Raises 404 for an unknown one."""
        found = self.request.GET.get("kind") or previews.kinds()[0]
        if found not in previews.kinds():
            raise Http404
        return found

    @property
    def language(self) -> str:
        """The chosen language, English when none is named. Raises 404 for an unknown one."""
        found = self.request.GET.get("language") or settings.LANGUAGE_CODE
        if found not in dict(settings.LANGUAGES):
            raise Http404
        return found


class Preview(Chosen):
    """All kinds of email, and one of them as text and as HTML."""

    template = "accounts/letters.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.render(self.template)

    def lead(self) -> str:
        """Nothing is sent."""
        return _("As people get them, with made-up names. Nothing is sent from here.")

    def context(self) -> dict[str, Any]:
        """The letter, and what else could be chosen."""
        kind, language = self.kind, self.language
        return {
            "kinds": [(name, NAMES[name]) for name in previews.kinds()],
            "languages": settings.LANGUAGES,
            "kind": kind,
            "language": language,
            "letter": previews.letter(kind, language),
            "spoken": previews.is_spoken(language),
            "frame": f"{reverse('accounts:letter')}?{urlencode({'kind': kind, 'language': language})}",
        }


class Letter(Chosen):
    """The HTML of one email by itself, under a policy of its own, for the frame beside the text."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = HttpResponse(previews.letter(self.kind, self.language).html)
        response["Content-Security-Policy"] = POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Cache-Control"] = "private, no-cache"
        return response
