"""What people type about their own factors, and to confirm that it is them."""

from typing import Any

from django import forms

from smartplus.kernel.errors import Refused
from smartplus.kernel.forms import ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Otp
from smartplus.kernel.words import _

from ..models import Passkey, User
from ..queries.factors import Factors
from ..services import held, passkeys, passwords, recovery, totp


class TotpForm(ScopedForm):
    """A code of the app that is set up; the secret goes along, sealed."""

    sealed = forms.CharField(max_length=400, widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code that the app shows"), max_length=10, widget=Otp)

    def perform(self) -> list[str]:
        """New recovery codes, if it is the first factor."""
        cleaned = self.cleaned_data
        code = "".join(cleaned["code"].split())
        return totp.add(scope=self.scope, user=self.row, sealed=cleaned["sealed"], code=code)


class RecoveryForm(ScopedForm):
    """Nothing to type: one press, and the old codes are void."""

    def perform(self) -> list[str]:
        """The new codes."""
        return recovery.renew(scope=self.scope, user=self.row)


class PasskeyNameForm(ScopedModelForm):
    """What a passkey is called."""

    class Meta:
        model = Passkey
        fields = ("name",)
        labels = {"name": _("Name")}

    def perform(self) -> Passkey:
        return passkeys.rename(scope=self.scope, key=self.row, name=self.cleaned_data["name"])


class PasskeyAddForm(ScopedForm):
    """A new passkey: its name, and what the browser says of it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("So that you know it again: the phone or computer that keeps it."),
    )
    passkey = forms.CharField(max_length=passkeys.LONGEST, widget=forms.HiddenInput)
    challenge = b""

    def perform(self) -> list[str]:
        """New recovery codes, if it is the first factor."""
        if not self.challenge:
            raise Refused(passkeys.FAILED, code="wrong")
        cleaned = self.cleaned_data
        return passkeys.add(
            scope=self.scope, user=self.row, name=cleaned["name"], answer=cleaned["passkey"],
            challenge=self.challenge,
        )  # fmt: skip


class ConfirmForm(ScopedForm):
    """That it is still the same person: by a factor of theirs, by the password where there is none."""

    password = forms.CharField(
        label=_("Password"),
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("Code of your app, or a recovery code"),
        max_length=20,
        widget=Otp({"inputmode": "text", "autofocus": True}),
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    passkey = forms.CharField(required=False, max_length=passkeys.LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, have: Factors, challenge: bytes, **kwargs: Any) -> None:
        self.person, self.have, self.challenge = person, have, challenge
        super().__init__(*args, **kwargs)

    def setup(self) -> None:
        """One way each."""
        del self.fields["password" if self.have.own else "code"]
        if self.data.get("passkey"):
            self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        """Checked here, outside the transaction of a change: a wrong try must stay counted."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self._prove(cleaned)
        except Refused as refusal:
            self.add_error("code" if self.have.own else "password", refusal.message)
        return cleaned

    def _prove(self, cleaned: dict[str, Any]) -> None:
        if not self.have.own:
            passwords.confirm(user=self.person, password=cleaned["password"])
        elif cleaned.get("passkey"):
            if not self.challenge:
                raise Refused(passkeys.FAILED, code="wrong")
            held.confirm(user=self.person, answer=cleaned["passkey"], challenge=self.challenge)
        else:
            held.confirm(user=self.person, code=cleaned["code"])

    def perform(self) -> None:
        """Nothing but the proof, which `clean` has judged."""
