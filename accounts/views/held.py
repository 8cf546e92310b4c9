"""The second step at the gate, and passkeys there. Open to everybody: nobody is signed in yet."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

from ..forms.login import CodeForm, PasskeyForm
from ..models import HeldLogin, User
from ..queries.factors import factors_of, held_login
from ..services import held as services
from ..services import passkeys
from ..steps import held_id_of, question, release, within_house
from .login import Gate

BEGIN_AGAIN = _("Begin with your user name and password.")


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(Gate):
    """A page behind a right password. Without a held login it leads back to the first step."""

    held: HeldLogin

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = held_login(held_id_of(request))
        if found is None:
            return self.back(BEGIN_AGAIN)
        self.held = found
        return super().dispatch(request, *args, **kwargs)

    def back(self, why: str) -> HttpResponseBase:
        """To the first step; whoever asks for a code anew proves the password anew."""
        release(self.request)
        messages.warning(self.request, why)
        return redirect(settings.LOGIN_URL)


class Code(SecondStep):
    """The code of an app, of an email, of a sheet of paper; or a passkey."""

    template_name = "accounts/code.html"
    form_class = CodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "held": self.held, "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        have = factors_of(self.held.user)
        keys = have.passkeys and passkeys.available() and not self.held.by_email
        return super().get_context_data(held=self.held, have=have, asks_passkey=keys, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            user = form.perform()
        except Refused as refusal:
            if refusal.code == "void":
                return self.back(refusal.message)
            form.refuse(refusal)
            return self.form_invalid(form)
        onward = release(self.request)
        self.let_in(user)
        return HttpResponseRedirect(within_house(self.request, onward))


def send_again(request: HttpRequest, held: HeldLogin) -> None:
    """Send another code by email, and say so, or why not."""
    try:
        services.send_again(held=held)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Another code is on its way. The one before is void."))


@method_decorator([login_not_required, never_cache], name="dispatch")
class CodeAgain(View):
    """Another code by email."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        held = held_login(held_id_of(request))
        if held is not None:
            send_again(request, held)
        return redirect("accounts:code")


@method_decorator([login_not_required, never_cache], name="dispatch")
class PasskeyQuestion(View):
    """What a browser's passkey is asked: of the held login, of the signed-in person, else of anybody."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        actor: Any = getattr(request, "actor", None)
        held = held_login(held_id_of(request)) if actor is None else None
        person: User | None = actor or (held.user if held else None)
        asked = question(request, passkeys.ask(person.pk if person else None))
        return HttpResponse(asked, content_type="application/json")


class PasskeyLogin(RedirectURLMixin, Gate):
    """Signing in by a passkey alone: it is two factors in one."""

    template_name = "accounts/login.html"
    form_class = PasskeyForm
    next_page = settings.LOGIN_REDIRECT_URL
    http_method_names: ClassVar[list[str]] = ["post"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def performed(self, result: User) -> HttpResponse:
        self.let_in(result)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        for error in form.non_field_errors():
            messages.error(self.request, error)
        return redirect(settings.LOGIN_URL)
