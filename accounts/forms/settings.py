"""What people type at the first steps and in the settings, and the operator's policies."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Switch
from smartplus.kernel.words import _

from ..models import EmailConfirmation, Organisation, PolicyVersion, ProviderInfo, User
from ..services import first_steps, mailboxes, policies
from .login import GateForm


class PolicyForm(ScopedModelForm):
    """A version that nobody has agreed to yet."""

    class Meta:
        model = PolicyVersion
        fields = policies.FIELDS
        labels = {"title": _("Title"), "text": _("Text")}
        widgets = {"text": forms.Textarea(attrs={"rows": 20})}
        help_texts = {"text": _("An empty line begins a paragraph.")}

    def perform(self) -> PolicyVersion:
        return policies.save_policy(scope=self.scope, policy=self.row, values=self.cleaned_data)


class ProviderForm(ScopedModelForm):
    """The company as end users read about it."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = ProviderInfo
        fields = ("company", "address", "mobile", "email", "tax_id", "website")
        labels = {
            "company": _("Company"),
            "address": _("Address"),
            "mobile": _("Mobile"),
            "email": _("Email"),
        }

    def perform(self) -> ProviderInfo:
        return first_steps.save_provider(scope=self.scope, values=self.cleaned_data)


class CustomerServiceForm(ScopedModelForm):
    """Where people reach the company."""

    class Meta:
        model = Organisation
        fields = ("service_phone", "service_email", "receives_feedback")
        widgets = {"receives_feedback": Switch}
        labels = {"service_phone": _("Phone"), "service_email": _("Email")}
        help_texts = {
            "receives_feedback": _("People you look after can write to you. Off: it goes to those above you.")
        }

    def perform(self) -> Organisation:
        values = self.cleaned_data
        return first_steps.save_customer_service(
            scope=self.scope,
            phone=values["service_phone"],
            email=values["service_email"],
            receives_feedback=values["receives_feedback"],
        )


class EmailForm(ScopedForm):
    """An address that is proven by a link before it counts."""

    email = forms.EmailField(label=_("Email"), widget=forms.EmailInput({"autocomplete": "email"}))

    def perform(self) -> EmailConfirmation:
        return mailboxes.ask(scope=self.scope, email=self.cleaned_data["email"])


class FirstEmailForm(EmailForm):
    """The address at the first login, and whether news are wanted."""

    wants_news = forms.BooleanField(label=_("Send me news about SmartPlus"), required=False)

    def perform(self) -> EmailConfirmation:
        wants = self.cleaned_data["wants_news"]
        if wants != self.row.wants_news:
            mailboxes.save_wishes(scope=self.scope, wants_notices=self.row.wants_notices, wants_news=wants)
        return super().perform()


class WishesForm(ScopedModelForm):
    """What the person wants to be written to about."""

    class Meta:
        model = User
        fields = ("wants_notices", "wants_news")
        widgets = {"wants_notices": Switch, "wants_news": Switch}
        help_texts = {
            "wants_notices": _("Emails about your password and your login always come."),
            "wants_news": _("News about SmartPlus."),
        }

    groups = (Group(_("Emails"), ("wants_notices", "wants_news")),)

    def perform(self) -> User:
        return mailboxes.save_wishes(scope=self.scope, **self.cleaned_data)


class ConfirmEmailForm(GateForm):
    """One button behind a link."""

    def __init__(self, *args: Any, confirmation: EmailConfirmation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirmation = confirmation

    def perform(self) -> User:
        """The account; raises `Refused`."""
        return mailboxes.confirm(confirmation=self.confirmation, **self.origin)
