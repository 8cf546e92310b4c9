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

from ..forms.settings import CustomerServiceForm, ProviderForm
from ..models import Organisation, ProviderInfo
from ..permissions import Can
from .profile import access_offered

SECTIONS: tuple[tuple[str, tuple[tuple[Link, str], ...]], ...] = (
    ("You", (
        (Link("accounts:profile", "Your account", icon="circle-user"), "Name, language, time zone, clock"),
        (
            Link("accounts:security", "Sign-in & security", icon="shield-check"),
            "Password, second factor, sessions",
        ),
        (Link("accounts:wishes", "Notification", icon="bell"), "Email address, and what is sent to it"),
        (Link("accounts:links", "Link Site", icon="link"), "Accounts you change to without logging in again"),
    )),
    ("Company", (
        (
            Link("accounts:provider_info", "Service Provider Information", icon="id-card"),
            "What end users read in the privacy policy",
        ),
        (Link("accounts:customer_service", "Customer Service", icon="headset"), "Phone, email, feedback"),
        (
            Link("accounts:account_setting", "Account Setting", icon="lock-open", when=access_offered),
            "Who may work in your account without a password",
        ),
        (Link("accounts:switches", "Access without password", icon="history"), "Who was in which account"),
        (Link("logs:operations", "Operation log", icon="scroll-text"), "Who changed what"),
    )),
)  # fmt: skip


class Settings(Page):
    """Where everything about the account and the company is set. What a reader may not use is not there."""

    needs = Can.HOME
    title = "Settings"
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
        return [("Settings", reverse("accounts:settings"))]

    def done(self, row: Any) -> str:
        return "Saved"

    def success(self, row: Any) -> str:
        return reverse("accounts:settings")

    @property
    def cancel(self) -> str:
        return reverse("accounts:settings")


class ProviderCard(CompanyPage):
    """What end users read about the company behind their service."""

    model = ProviderInfo
    title = "Service Provider Information"
    form_class = ProviderForm

    @cached_property
    def row(self) -> Any:
        """The own card; None while there is none."""
        return self.rows.filter(organisation=self.scope.org_id).first()

    def lead(self) -> str:
        """Who reads it."""
        return (
            "The people you look after read this in the privacy policy. Empty, they read the platform's own."
        )


class CustomerService(CompanyPage):
    """Where people reach the company."""

    model = Organisation
    title = "Customer Service"
    form_class = CustomerServiceForm

    @cached_property
    def row(self) -> Any:
        """The own company."""
        return get_object_or_404(self.rows, pk=self.scope.org_id)
