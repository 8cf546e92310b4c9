"""Working in an installer's account without its password: offered above, granted by the installer."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from smartplus.kernel.look.times import exact, local
from smartplus.kernel.pages import ActionPage, Column, Empty, FormPage, Link, ListPage
from smartplus.kernel.pages.base import Page

from .. import acting
from ..forms.switching import GrantForm, SwitchForm
from ..models import Organisation, Switch
from ..permissions import Can
from ..queries import switching as queries
from ..services import switching

WORDS = {"open": "Granted, you can switch in", "closed": "Offered, not granted", "": "Not offered"}


def _lock(row: Organisation) -> str:
    return queries.lock_of(row)


def lock_words(row: Organisation) -> str:
    """Whether an installer's account can be entered, in words."""
    return WORDS[_lock(row)]


ACCESS = Column(
    "switching", "Access", value=_lock, cell="accounts/cells/lock.html",
    export=lambda row: lock_words(row) if _lock(row) else "",
)  # fmt: skip
"""Whether the reader can switch into an installer's account, as a lock."""


def _is_open(page: Any, row: Organisation) -> bool:
    return row.is_active and _lock(row) == "open"


SWITCH = Link("accounts:switch_in", "Switch in…", icon="user-round-cog", when=_is_open)


class SwitchIn(ActionPage):
    """Go into the account of an installer, who has agreed to it."""

    model = Organisation
    needs = Can.SWITCH_IN
    title = "Switch into {0}?"
    label = "Switch in"
    keep = "Stay in your account"
    form_class = SwitchForm

    def lead(self) -> str:
        """Until when it is granted, or that it is not."""
        if not queries.is_granted(self.row):
            return "The installer has not granted access without password."
        if self.row.switching_until == switching.FOREVER:
            return "The installer has granted this until revoked."
        return f"The installer has granted this until {exact(local(self.row.switching_until))}."

    def explain(self, row: Any) -> list[str]:
        """What will be seen of it, and what stays closed."""
        return [
            "You work as this installer for at most 8 hours. A line on every page says so.",
            "Each change is logged under your name, and the installer reads it.",
            "The password, the second factor and the settings of the account stay closed to you.",
        ]

    def act(self, row: Any) -> None:
        switch = self.form.perform()
        acting.enter(self.request, switch)

    def done(self, rows: Any) -> str:
        return f"You act for {rows[0]}"

    def success(self, rows: Any) -> str:
        return acting.HOME


class Return(Page):
    """Back to the own account; the line on every page posts here."""

    needs = Can.HOME
    title = "Return to your account"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return redirect(acting.HOME)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        switch = acting.leave(request, Switch.End.RETURNED)
        if switch is None:
            return redirect(acting.HOME)
        return redirect("accounts:organisation", pk=switch.organisation_id)


class OwnCompany(Page):
    """A page about the installer's own company; there while those above offer the access."""

    abstract = True
    model = Organisation
    needs = Can.SWITCH_GRANT

    @cached_property
    def row(self) -> Any:
        """The reader's own company; the address never names another."""
        return get_object_or_404(self.rows, pk=self.scope.org_id)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [("Settings", reverse("accounts:settings"))]


def _granted(page: Any, row: Any) -> bool:
    return queries.is_granted(page.row)


STAYS = Link("accounts:switches", "Access without password", icon="history")


class AccountSetting(OwnCompany, FormPage):
    """The installer lets the distributor in, for a time."""

    title = "Account Setting"
    form_class = GrantForm
    submit = "Grant access"
    actions = (
        STAYS,
        Link("accounts:switching_revoke", "Revoke access", icon="lock", kind="danger", when=_granted),
    )

    def allowed(self) -> bool:
        """Only while it is offered."""
        return bool(self.row.switching_offered)

    def lead(self) -> str:
        """What it means, and how it stands."""
        said = "Your distributor can work in your account without your password once you grant it."
        if not queries.is_granted(self.row):
            return f"{said} It is off now."
        if self.row.switching_until == switching.FOREVER:
            return f"{said} It is granted until you revoke it."
        return f"{said} It is granted until {exact(local(self.row.switching_until))}."

    def done(self, row: Any) -> str:
        return "Access granted"

    def success(self, row: Any) -> str:
        return reverse("accounts:account_setting")

    @property
    def cancel(self) -> str:
        return self.up


class Revoke(OwnCompany, ActionPage):
    """Take the permission back; whoever is inside is out at the next click."""

    label = "Revoke access"
    confirm = False

    def act(self, row: Any) -> None:
        switching.revoke(scope=self.scope)

    def done(self, rows: Any) -> str:
        return "Access revoked. Whoever was inside is out."

    def success(self, rows: Any) -> str:
        return reverse("accounts:account_setting" if self.row.switching_offered else "accounts:settings")


class SwitchList(ListPage):
    """Who was in which account, and when. An installer sees the own company, others their own stays."""

    model = Switch
    needs = Can.SWITCHES_VIEW
    title = "Access without password"
    noun = ("stay", "stays")
    related = ("organisation",)
    columns = (
        Column("started_at", "From", sort=True, cell="parts/cells/when.html"),
        Column("over_at", "To", cell="parts/cells/when.html"),
        Column("actor_name", "Who", sort=True),
        Column("into_name", "As", drop=1),
        Column("organisation.name", "Company", drop=2, needs=Can.ORGANISATIONS_VIEW),
        Column("state_words", "State"),
    )
    order = ("-started_at",)
    search = ("actor_name", "into_name")
    search_hint = "Name of a person"
    row_actions = (Link("logs:stay", "What was done", icon="scroll-text"),)
    empty = Empty("Nobody was in yet", "Each stay appears here, with what was done in it.")

    def refine(self, rows: Any) -> Any:
        """The own ones."""
        return queries.own_stays(self.scope, rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below what it belongs to."""
        if self.scope.can(Can.SWITCH_GRANT):
            return [("Settings", reverse("accounts:settings"))]
        return []
