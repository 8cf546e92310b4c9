"""What strangers type: to sign in, to get a link, to set a password."""

from typing import Any

from django import forms
from django.http import HttpRequest

from smartplus.kernel.errors import Refused
from smartplus.kernel.widgets import Otp, dress
from smartplus.kernel.words import _

from ..models import HeldLogin, PasswordLink, User
from ..services import held as second_step
from ..services import login, passkeys, passwords
from ..steps import challenge

LONG = 254
"""User names and emails are no longer."""


class GateForm(forms.Form):
    """A form of a stranger: no scope, only an address."""

    def __init__(self, *args: Any, address: str = "", request_id: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.origin = {"address": address, "request_id": request_id}
        for field in self.fields.values():
            dress(field)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at its field, or over the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)


class LoginForm(GateForm):
    """User name or email, and the password."""

    username = forms.CharField(label=_("User name or email"), max_length=LONG)
    password = forms.CharField(
        label=_("Password"), max_length=passwords.LONGEST, strip=False, widget=forms.PasswordInput
    )

    def perform(self) -> User | HeldLogin:
        """The account, or its held login when a second factor is wanted; raises `Refused`."""
        cleaned = self.cleaned_data
        return login.sign_in(name=cleaned["username"], password=cleaned["password"], **self.origin)


class PasskeyForm(GateForm):
    """What a browser's passkey answered."""

    passkey = forms.CharField(max_length=passkeys.LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def asked(self) -> bytes:
        """The challenge that was asked; raises `Refused` when that was too long ago."""
        if found := challenge(self.request):
            return found
        raise Refused(passkeys.FAILED, code="wrong")

    def perform(self) -> User:
        """The account of the passkey; raises `Refused`."""
        answer = self.cleaned_data["passkey"]
        return second_step.by_passkey_alone(answer=answer, challenge=self.asked(), **self.origin)


class CodeForm(PasskeyForm):
    """The second step: a code, or the answer of a passkey."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        widget=Otp({"inputmode": "text", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}),
    )

    def __init__(self, *args: Any, held: HeldLogin, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        self.fields["passkey"].required = False

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("code") or cleaned.get("passkey")) and not self.errors:
            self.add_error("code", _("Type the code."))
        return cleaned

    def perform(self) -> User:
        """The account; raises `Refused`."""
        if answer := self.cleaned_data["passkey"]:
            return second_step.try_passkey(
                held=self.held, answer=answer, challenge=self.asked(), **self.origin
            )
        return second_step.try_code(held=self.held, code=self.cleaned_data["code"], **self.origin)


class ForgotForm(GateForm):
    """Who wants a link."""

    username = forms.CharField(
        label=_("User name or email"),
        max_length=LONG,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )

    def perform(self) -> None:
        """Write to the account's owner, if there is one; raises `Refused`."""
        passwords.forgot(name=self.cleaned_data["username"], address=self.origin["address"])


class TwiceMixin(forms.Form):
    """A new password, typed twice. Its rules are judged by the service."""

    password = forms.CharField(
        label=_("New password"),
        max_length=passwords.LONGEST,
        strip=False,
        help_text=_("At least 10 characters. A few words in a row are easy to keep and hard to guess."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or self.cleaned_data
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class SetPasswordForm(TwiceMixin, GateForm):
    """The first password, or a new one after the old was forgotten."""

    def __init__(self, *args: Any, link: PasswordLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def perform(self) -> User:
        """The account, with its new password; raises `Refused`."""
        return passwords.set_by_link(link=self.link, password=self.cleaned_data["password"], **self.origin)
