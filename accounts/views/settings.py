"""The settings: an index by role, and what a company says about itself."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from smartplus.kernel.pages import FormPage, Link
from smartplus.kernel.pages.base import Page
from smartplus.kernel.pages.links import buttons
from smartplus.kernel.words import _

from ..forms.settings import CustomerServiceForm, ProviderForm
from ..models import Organisation, ProviderInfo
from ..permissions import Can
from .profile import access_offered

SECTIONS: tuple[tuple[str, tuple[tuple[Link, str], ...]], ...] = (
    (_("You"), (
        (
            Link("accounts:profile", _("Your account"), icon="circle-user"),
            _("Name, language, time zone, clock"),
        ),
        (
            Link("accounts:security", _("Sign-in & security"), icon="shield-check"),
            _("Password, second factor, sessions"),
        ),
        (
            Link("accounts:wishes", _("Notification"), icon="bell"),
            _("Email address, and what is sent to it"),
        ),
        (
            Link("sites:own_data", _("Your data"), icon="download"),
            _("Everything that is kept of you, to take along"),
        ),
        (
            Link("accounts:links", _("Link Site"), icon="link"),
            _("Accounts you change to without logging in again"),
        ),
    )),
    (_("Company"), (
        (
            Link("accounts:provider_info", _("Service Provider Information"), icon="id-card"),
            _("What end users read in the privacy policy"),
        ),
        (
            Link("accounts:customer_service", _("Customer Service"), icon="headset"),
            _("Phone, email, feedback"),
        ),
        (
            Link("accounts:account_setting", _("Account Setting"), icon="lock-open", when=access_offered),
            _("Who may work in your account without a password"),
        ),
        (
            Link("accounts:switches", _("Access without password"), icon="history"),
            _("Who was in which account"),
        ),
        (Link("logs:operations", _("Operation log"), icon="scroll-text"), _("Who changed what")),
    )),
)  # fmt: skip


class Settings(Page):
    """Where everything about the account and the company is set. What a reader may not use is not there."""

    needs = Can.HOME
    title = _("Settings")
    width = "wide"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        made = [
            (
                label,
                [(button, note) for link, note in entries for button in buttons(self, (link,), None)],
            )
            for label, entries in SECTIONS
        ]
        return self.render("accounts/settings.html", sections=[one for one in made if one[1]])


class CompanyPage(FormPage):
    """A form about the reader's own company; the address never names another."""

    abstract = True
    needs = Can.COMPANY_EDIT

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [(_("Settings"), reverse("accounts:settings"))]

    def done(self, row: Any) -> str:
        return _("Saved")

    def success(self, row: Any) -> str:
        return reverse("accounts:settings")

    @property
    def cancel(self) -> str:
        return reverse("accounts:settings")


class ProviderCard(CompanyPage):
    """What end users read about the company behind their service."""

    model = ProviderInfo
    title = _("Service Provider Information")
    form_class = ProviderForm

    @cached_property
    def row(self) -> Any:
        """The own card; None while there is none."""
        return self.rows.filter(organisation=self.scope.org_id).first()

    def lead(self) -> str:
        """Who reads it."""
        return _(
            "The people you look after read this in the privacy policy. Empty, they read the platform's own."
        )


class CustomerService(CompanyPage):
    """Where people reach the company."""

    model = Organisation
    title = _("Customer Service")
    form_class = CustomerServiceForm

    @cached_property
    def row(self) -> Any:
        """The own company."""
        return get_object_or_404(self.rows, pk=self.scope.org_id)
