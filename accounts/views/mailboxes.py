"""The own email address: the link that proves it, and what is sent to it."""

from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from smartplus.kernel.pages import ActionPage, Link
from smartplus.kernel.words import _

from ..forms.settings import ConfirmEmailForm, EmailForm, WishesForm
from ..models import EmailConfirmation, User
from ..permissions import Can
from ..queries.first_steps import asked_address
from ..services import mailboxes
from .login import Gate
from .profile import OwnPage, own_row

HELD = "email_confirmation"
"""Where the session keeps the id of the link that was opened, so that no address of ours shows its token."""


@method_decorator([login_not_required, never_cache], name="dispatch")
class EmailLink(View):
    """Takes the token out of the address before a page is shown."""

    def get(self, request: HttpRequest) -> HttpResponse:
        request.session.pop(HELD, None)
        if found := mailboxes.find(request.GET.get("token", "")[:100]):
            request.session[HELD] = found.pk
        response = redirect("accounts:email_confirm")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class EmailConfirm(Gate):
    """The button behind a link. Showing it uses nothing up: mail scanners look too."""

    template_name = "accounts/email_confirm.html"
    form_class = ConfirmEmailForm
    found: EmailConfirmation | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.found = mailboxes.still_good(request.session.get(HELD))
        if self.found is None:
            values = {"heading": _("This link does not work"), "lead": mailboxes.GONE}
            values |= {"url": "/", "label": _("To the portal")}
            return render(request, "accounts/gate_done.html", values, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "confirmation": self.found}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(found=self.found, **kwargs)

    def performed(self, result: User) -> HttpResponse:
        """Said to whoever opened it; nobody is signed in by it, and nobody out."""
        self.request.session.pop(HELD, None)
        values = {
            "heading": _("Address confirmed"),
            "lead": _("{email} belongs to the account {name} from now on.").format(
                email=result.email, name=result.username
            ),
            "url": "/",
            "label": _("To the portal"),
        }
        return render(self.request, "accounts/gate_done.html", values)


def _waits(page: Any, row: Any) -> bool:
    return page.asked is not None


class Notification(OwnPage):
    """What is sent to the person, and where."""

    title = _("Notification")
    form_class = WishesForm
    template = "accounts/wishes.html"
    actions = (
        Link("accounts:email_change", _("Change email"), icon="mail"),
        Link("accounts:email_withdraw", _("Withdraw new address…"), icon="undo-2", when=_waits),
    )

    @cached_property
    def asked(self) -> EmailConfirmation | None:
        """An address that waits to be confirmed."""
        return asked_address(self.row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [(_("Settings"), reverse("accounts:settings"))]

    def context(self) -> dict[str, Any]:
        """What the panel over the form tells."""
        return {"asked": self.asked}

    def done(self, row: Any) -> str:
        return _("Saved")

    def success(self, row: Any) -> str:
        return reverse("accounts:wishes")

    @property
    def cancel(self) -> str:
        return reverse("accounts:settings")


class EmailChange(OwnPage):
    """Another address; it counts once its link was confirmed."""

    title = _("Change email")
    form_class = EmailForm
    fresh = True
    submit = _("Send a link")

    def lead(self) -> str:
        """What happens next."""
        return _("We send a link to the new address. It counts once you have confirmed it.")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [
            (_("Settings"), reverse("accounts:settings")),
            (_("Notification"), reverse("accounts:wishes")),
        ]

    def done(self, row: Any) -> str:
        return _("A link is on its way")

    def success(self, row: Any) -> str:
        return reverse("accounts:wishes")

    @property
    def cancel(self) -> str:
        return reverse("accounts:wishes")


class EmailWithdraw(ActionPage):
    """The new address is not wanted after all; the one of before goes on."""

    model = User
    needs = Can.PROFILE
    title = _("Withdraw the new email address?")
    label = _("Withdraw address")
    keep = _("Keep it waiting")
    row = cached_property(own_row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [
            (_("Settings"), reverse("accounts:settings")),
            (_("Notification"), reverse("accounts:wishes")),
        ]

    def explain(self, row: Any) -> list[str]:
        """What becomes of the link, and of the address of before."""
        asked = asked_address(row)
        if asked is None:
            return []
        void = _("The link that was sent to {email} does not work any more.").format(email=asked.email)
        if not row.email:
            return [void]
        return [void, _("Emails go to {email} as before.").format(email=row.email)]

    def act(self, row: Any) -> None:
        mailboxes.withdraw(scope=self.scope)

    def done(self, rows: Any) -> str:
        return _("The new address is withdrawn")

    def success(self, rows: Any) -> str:
        return reverse("accounts:wishes")
