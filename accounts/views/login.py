"""The gate: signing in and out, and passwords set by a link. Open to everybody."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

from .. import acting, session_list, steps
from ..addresses import client_address
from ..forms.login import ForgotForm, LoginForm, SetPasswordForm
from ..models import HeldLogin, PasswordLink, Switch, User
from ..services import links, login, passkeys, passwords

HELD = "password_link"
"""Where the session keeps the id of the link that was opened, so that no address of ours shows its token."""


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class Gate(FormView):
    """A form in front of the portal: it performs, or shows why not."""

    def get_form_kwargs(self) -> dict[str, Any]:
        number = getattr(self.request, "request_id", "")
        return {**super().get_form_kwargs(), "address": client_address(self.request), "request_id": number}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = form.perform()
        except Refused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.performed(result)

    def performed(self, result: Any) -> HttpResponse:
        """Onward, after the form has done its work."""
        return HttpResponseRedirect(str(self.success_url))

    def let_in(self, user: User) -> None:
        """A new session for this person; whatever session there was before cannot become it."""
        session_list.let_in(self.request, user)

    def go_on(self, result: User | HeldLogin, onward: str) -> HttpResponse:
        """In; or to the second step, with a new session that nobody is signed in to."""
        if isinstance(result, HeldLogin):
            steps.hold(self.request, result, onward)
            return redirect("accounts:code")
        self.let_in(result)
        return HttpResponseRedirect(onward)


class Login(RedirectURLMixin, Gate):
    """User name or email, and password."""

    template_name = "accounts/login.html"
    form_class = LoginForm
    next_page = settings.LOGIN_REDIRECT_URL

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def performed(self, result: User | HeldLogin) -> HttpResponse:
        return self.go_on(result, self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forgot = reverse("accounts:forgot")
        kwargs |= {"reset_url": forgot, "link_url": forgot, "asks_passkey": passkeys.available()}
        return super().get_context_data(next=self.get_redirect_url(), **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class Logout(View):
    """Ends the session; by POST, so that no picture on a foreign page can."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        acting.leave(request, Switch.End.SIGNED_OUT)
        session_list.leave(request)
        end_session(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)


class Forgot(Gate):
    """Asks for a link by email; says the same whoever asks for whatever."""

    template_name = "accounts/forgot.html"
    form_class = ForgotForm

    def performed(self, result: None) -> HttpResponse:
        return redirect("accounts:forgot_sent")


@method_decorator([login_not_required], name="dispatch")
class ForgotSent(TemplateView):
    """What was done, as far as a stranger may know."""

    template_name = "accounts/gate_done.html"
    extra_context: ClassVar[dict[str, str]] = {
        "heading": _("Look into your mailbox"),
        "lead": _(
            "If there is such an account, a link is on its way to its mailbox, or lies there already. "
            "It works once, for 30 minutes. Nothing there? "
            "Whoever made your account can send new login details."
        ),
        "url": settings.LOGIN_URL,
        "label": _("Back to the login"),
    }


@method_decorator([login_not_required, never_cache], name="dispatch")
class OpenLink(View):
    """Takes the token out of the address before a page is shown: no later request tells it to anybody."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if link := links.find(request.GET.get("token", "")[:100]):
            request.session[HELD] = link.pk
        response = redirect("accounts:set_password")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class SetPassword(Gate):
    """The form behind a link. Showing it uses nothing up."""

    template_name = "accounts/set_password.html"
    form_class = SetPasswordForm
    link: PasswordLink | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.link = links.still_good(request.session.get(HELD))
        if self.link is None:
            return render(request, "accounts/gate_done.html", self.gone(), status=410)
        return super().dispatch(request, *args, **kwargs)

    def gone(self) -> dict[str, str]:
        """What to say about a link that was used, is too old, or never was."""
        way = {"url": reverse("accounts:forgot"), "label": _("Get a new link")}
        return {"heading": _("This link does not work"), "lead": passwords.GONE, **way}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "link": self.link}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(account=self.link.user, **kwargs)

    def performed(self, result: User) -> HttpResponse:
        """The link has proven who holds the mailbox: in, whatever strangers tried at the login.

        A factor of the person's own is asked all the same.
        """
        self.request.session.pop(HELD, None)
        return self.go_on(login.by_link(user=result), settings.LOGIN_REDIRECT_URL)
