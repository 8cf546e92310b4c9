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
from smartplus.kernel.words import _, pgettext

from .. import acting
from ..forms.switching import GrantForm, SwitchForm
from ..models import Organisation, Switch
from ..permissions import Can
from ..queries import switching as queries
from ..services import switching

WORDS = {"open": _("Granted, you can switch in"), "closed": _("Offered, not granted"), "": _("Not offered")}


def _lock(row: Organisation) -> str:
    return queries.lock_of(row)


def lock_words(row: Organisation) -> str:
    """Whether an installer's account can be entered, in words."""
    return WORDS[_lock(row)]


ACCESS = Column(
    "switching", pgettext("a lock", "Access"), value=_lock, cell="accounts/cells/lock.html",
    export=lambda row: lock_words(row) if _lock(row) else "",
)  # fmt: skip
"""Whether the reader can switch into an installer's account, as a lock."""


def _is_open(page: Any, row: Organisation) -> bool:
    return row.is_active and _lock(row) == "open"


SWITCH = Link("accounts:switch_in", _("Switch in…"), icon="user-round-cog", when=_is_open)


class SwitchIn(ActionPage):
    """Go into the account of an installer, who has agreed to it."""

    model = Organisation
    needs = Can.SWITCH_IN
    title = _("Switch into {0}?")
    label = _("Switch in")
    keep = _("Stay in your account")
    form_class = SwitchForm

    def lead(self) -> str:
        """Until when it is granted, or that it is not."""
        if not queries.is_granted(self.row):
            return _("The installer has not granted access without password.")
        if self.row.switching_until == switching.FOREVER:
            return _("The installer has granted this until revoked.")
        until = exact(local(self.row.switching_until))
        return _("The installer has granted this until {when}.").format(when=until)

    def explain(self, row: Any) -> list[str]:
        """What will be seen of it, and what stays closed."""
        return [
            _("You work as this installer for at most 8 hours. A line on every page says so."),
            _("Each change is logged under your name, and the installer reads it."),
            _("The password, the second factor and the settings of the account stay closed to you."),
        ]

    def act(self, row: Any) -> None:
        switch = self.form.perform()
        acting.enter(self.request, switch)

    def done(self, rows: Any) -> str:
        return _("You act for {name}").format(name=rows[0])

    def success(self, rows: Any) -> str:
        return acting.HOME


class Return(Page):
    """Back to the own account; the line on every page posts here."""

    needs = Can.HOME
    title = _("Return to your account")

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
        return [(_("Settings"), reverse("accounts:settings"))]


def _granted(page: Any, row: Any) -> bool:
    return queries.is_granted(page.row)


STAYS = Link("accounts:switches", _("Access without password"), icon="history")


class AccountSetting(OwnCompany, FormPage):
    """The installer lets the distributor in, for a time."""

    title = _("Account Setting")
    form_class = GrantForm
    submit = _("Grant access")
    actions = (
        STAYS,
        Link("accounts:switching_revoke", _("Revoke access"), icon="lock", kind="danger", when=_granted),
    )

    def allowed(self) -> bool:
        """Only while it is offered."""
        return bool(self.row.switching_offered)

    def lead(self) -> str:
        """What it means, and how it stands."""
        if not queries.is_granted(self.row):
            return _(
                "Your distributor can work in your account without your password once you grant it. "
                "It is off now."
            )
        if self.row.switching_until == switching.FOREVER:
            return _(
                "Your distributor can work in your account without your password once you grant it. "
                "It is granted until you revoke it."
            )
        return _(
            "Your distributor can work in your account without your password once you grant it. "
            "It is granted until {when}."
        ).format(when=exact(local(self.row.switching_until)))

    def done(self, row: Any) -> str:
        return _("Access granted")

    def success(self, row: Any) -> str:
        return reverse("accounts:account_setting")

    @property
    def cancel(self) -> str:
        return self.up


class Revoke(OwnCompany, ActionPage):
    """Take the permission back; whoever is inside is out at the next click."""

    label = _("Revoke access")
    confirm = False

    def act(self, row: Any) -> None:
        switching.revoke(scope=self.scope)

    def done(self, rows: Any) -> str:
        return _("Access revoked. Whoever was inside is out.")

    def success(self, rows: Any) -> str:
        return reverse("accounts:account_setting" if self.row.switching_offered else "accounts:settings")


class SwitchList(ListPage):
    """Who was in which account, and when. An installer sees the own company, others their own stays."""

    model = Switch
    needs = Can.SWITCHES_VIEW
    title = _("Access without password")
    noun = (_("stay"), _("stays"))
    related = ("organisation",)
    columns = (
        Column("started_at", pgettext("a time", "From"), sort=True, cell="parts/cells/when.html"),
        Column("over_at", pgettext("a time", "To"), cell="parts/cells/when.html"),
        Column("actor_name", _("Who"), sort=True),
        Column("into_name", pgettext("an account", "As"), drop=1),
        Column("organisation.name", _("Company"), drop=2, needs=Can.ORGANISATIONS_VIEW),
        Column("state_words", _("State")),
    )
    order = ("-started_at",)
    search = ("actor_name", "into_name")
    search_hint = _("Name of a person")
    row_actions = (Link("logs:stay", _("What was done"), icon="scroll-text"),)
    empty = Empty(_("Nobody was in yet"), _("Each stay appears here, with what was done in it."))

    def refine(self, rows: Any) -> Any:
        """The own ones."""
        return queries.own_stays(self.scope, rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below what it belongs to."""
        if self.scope.can(Can.SWITCH_GRANT):
            return [(_("Settings"), reverse("accounts:settings"))]
        return []
