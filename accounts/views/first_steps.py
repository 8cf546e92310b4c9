"""The steps before the work: agree, tell about the company, prove the email."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from smartplus.kernel.errors import Refused
from smartplus.kernel.pages import FormPage, Page
from smartplus.kernel.words import _

from .. import session_list
from ..first_steps import lead
from ..forms.settings import FirstEmailForm, ProviderForm
from ..models import User
from ..permissions import Can
from ..queries import first_steps as queries
from ..queries.policies import cards_for
from ..services import first_steps as services
from .profile import own_row

Step = queries.Step


class StepPage(Page):
    """A page before the work. Opened out of turn, it leads to the step that is open."""

    abstract = True
    before_work = True
    needs = Can.PROFILE
    model = User
    row = cached_property(own_row)
    step: Step

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scope = getattr(request, "scope", None)
        if scope is not None and not scope.acting:
            user: Any = request.user
            found = services.settle(user=user)
            if found != self.step:
                return lead(request, found)
        return super().dispatch(request, *args, **kwargs)

    def onward(self) -> HttpResponse:
        """To the next step, or into the house."""
        return lead(self.request, services.settle(user=self.row))


class Agree(StepPage):
    """The policies in force, to be agreed to."""

    step = Step.POLICIES
    title = _("Before you begin")

    def context(self) -> dict[str, Any]:
        """The texts, and who stands behind the service."""
        return {"versions": queries.to_agree(self.row), "cards": cards_for(self.row)}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.render("accounts/agree.html")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("answer") != "agree":
            services.disagree(scope=self.scope)
            session_list.leave(request)
            end_session(request)
            messages.warning(request, _("You are logged out. Your account can be used once you agree."))
            return redirect("accounts:login")
        shown = [int(text) for text in request.POST.getlist("version") if text.isdecimal() and len(text) < 19]
        try:
            services.agree(scope=self.scope, version_ids=shown)
        except Refused as refusal:
            messages.warning(request, refusal.message)
        return self.onward()


class Provider(StepPage, FormPage):
    """The own company as end users read about it; can be skipped."""

    step = Step.PROVIDER
    title = _("Your company")
    template = "accounts/first_provider.html"
    form_class = ProviderForm

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The card is the company's, not the person's: there is none yet."""
        return self.form_class(data, files, initial={}, scope=self.scope, within={}, row=None)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "skip" in request.POST:
            services.skip_provider(scope=self.scope)
            return self.onward()
        return super().post(request, **kwargs)

    def leave(self, row: Any) -> HttpResponseBase:
        """On to the next step."""
        return self.onward()


class FirstEmail(StepPage, FormPage):
    """The address that mails about the account go to."""

    step = Step.EMAIL
    title = _("Your email address")
    template = "accounts/first_email.html"
    form_class = FirstEmailForm

    def initial(self) -> dict[str, Any]:
        return {"email": self.row.email, "wants_news": self.row.wants_news}

    def done(self, row: Any) -> str:
        return _("A link is on its way")

    def leave(self, row: Any) -> HttpResponseBase:
        """Where it is waited for."""
        return HttpResponseRedirect(reverse("accounts:first_email_sent"))


class EmailSent(StepPage):
    """Waits for the link to be opened, anywhere; then lets on by itself."""

    step = Step.EMAIL
    title = _("Look into your mailbox")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204)
        asked = queries.asked_address(self.row)
        if asked is None:
            return redirect("accounts:first_email")
        return self.render("accounts/email_sent.html", asked=asked)
