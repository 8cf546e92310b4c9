"""What a property manager types to link another account of the same person."""

from typing import Any

from django import forms

from smartplus.kernel.errors import Refused
from smartplus.kernel.forms import ScopedForm
from smartplus.kernel.widgets import Otp
from smartplus.kernel.words import _

from ..models import AccountLink, HeldLogin, User
from ..services import held as second_step
from ..services import linking, passkeys, passwords
from .login import LONG


class LinkForm(ScopedForm):
    """User name and password of the other account, as at the login."""

    username = forms.CharField(
        label=_("User name or email"),
        max_length=LONG,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    found: User | HeldLogin

    def clean(self) -> dict[str, Any]:
        """Tried here, outside the transaction of the change: a wrong try must stay counted."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.found = linking.prove(
                    scope=self.scope, name=cleaned["username"], password=cleaned["password"]
                )
            except Refused as refusal:
                raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned

    def perform(self) -> AccountLink | HeldLogin:
        if isinstance(self.found, HeldLogin):
            return self.found
        return linking.link(scope=self.scope, other=self.found)


class LinkCodeForm(ScopedForm):
    """The second factor of the other account: a code, or the answer of a passkey."""

    code = forms.CharField(
        label=_("Code"), max_length=20, widget=Otp({"inputmode": "text", "autofocus": True})
    )
    passkey = forms.CharField(required=False, max_length=passkeys.LONGEST, widget=forms.HiddenInput)
    found: User

    def __init__(self, *args: Any, challenge: bytes, **kwargs: Any) -> None:
        self.challenge = challenge
        super().__init__(*args, **kwargs)

    def setup(self) -> None:
        """One of the two is enough."""
        if self.data.get("passkey"):
            self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        """Tried here, outside the transaction of the change: a wrong try must stay counted."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.found = self._prove(cleaned)
            except Refused as refusal:
                self.add_error("code", forms.ValidationError(refusal.message, code=refusal.code))
        return cleaned

    def _prove(self, cleaned: dict[str, Any]) -> User:
        origin = {"address": self.scope.address, "request_id": self.scope.request_id}
        if answer := cleaned.get("passkey"):
            return second_step.try_passkey(held=self.row, answer=answer, challenge=self.challenge, **origin)
        return second_step.try_code(held=self.row, code=cleaned["code"], **origin)

    def perform(self) -> AccountLink:
        return linking.link(scope=self.scope, other=self.found)
