"""Link Site: one property manager, accounts from several installers, one click between them."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, Empty, FormPage, Link, ListPage, Page, PanelPage
from smartplus.kernel.pages.fresh import PROVEN
from smartplus.kernel.words import _, pgettext

from .. import session_list
from ..forms.linking import LinkCodeForm, LinkForm
from ..models import AccountLink, HeldLogin
from ..permissions import Can
from ..queries import linking as queries
from ..queries.factors import Factors, factors_of, held_login
from ..services import linking, passkeys
from ..steps import challenge, question
from .held import send_again

HELD = "link_held"
"""Where the session keeps the login that awaits its second factor before it is linked."""

ADD = Link("accounts:link_add", _("Link account"), icon="link", kind="primary")


class LinkPage:
    """Where the pages about linked accounts lie."""

    model = AccountLink
    needs = Can.LINK_SITE
    related = ("other__organisation", "user")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings, and below the list when it is not the list."""
        above = [(_("Settings"), reverse("accounts:settings"))]
        if isinstance(self, ListPage):
            return above
        return [*above, (_("Link Site"), reverse("accounts:links"))]


class LinkList(LinkPage, ListPage):
    """The accounts that this one is linked to."""

    needs = Can.LINK_SITE
    title = _("Link Site")
    noun = (_("linked account"), _("linked accounts"))
    columns = (
        Column("other", _("Account"), kind="who", cell="accounts/cells/linked.html", export=str),
        Column("other.username", _("User name"), kind="code"),
        Column("other.organisation.name", _("Installer"), drop=1),
        Column("created_at", pgettext("a time", "Linked"), drop=2, cell="parts/cells/when.html"),
    )
    order = ("created_at",)
    search = ("other__username", "other__first_name", "other__last_name")
    search_hint = _("Name, user name")
    row_link = ""
    row_actions = (
        Link("accounts:link_enter", _("Change over"), icon="arrow-right-left"),
        Link("accounts:link_remove", _("Unlink…"), icon="unlink", kind="danger"),
    )
    actions = (ADD,)
    export = False
    empty = Empty(
        _("No linked accounts yet"),
        _("Link the accounts that other installers gave you, and change in one click."),
        ADD,
    )

    def lead(self) -> str:
        """What a link does, and what it does not."""
        return _(
            "Whoever is signed in to one of two linked accounts can change to the other. "
            "Nothing else is shared. A changed password ends the link."
        )


class LinkAdd(LinkPage, FormPage):
    """Link one more account by its user name and password.

    Whoever finds a browser unattended must not make a way in for later: the own password is asked too.
    """

    needs = Can.LINK_SITE
    fresh = True
    title = _("Link account")
    form_class = LinkForm
    submit = _("Link account")

    def lead(self) -> str:
        """Which account can be linked."""
        return _("Type what you sign in with at the other account, which another installer gave you.")

    def done(self, row: Any) -> str:
        if isinstance(row, HeldLogin):
            return _("The password is right. One more step.")
        return _("Linked {name}").format(name=row.other.username)

    def success(self, row: Any) -> str:
        if isinstance(row, HeldLogin):
            self.request.session[HELD] = row.pk
            return reverse("accounts:link_code")
        return self.up


class HeldPage(LinkPage, Page):
    """A page behind the right password of the other account; without one it leads back to that."""

    abstract = True
    needs = Can.LINK_SITE
    request: HttpRequest

    @cached_property
    def row(self) -> Any:
        """The held login of this session; None when there is none, or no more."""
        return held_login(self.request.session.get(HELD))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scope = getattr(request, "scope", None)
        if scope is not None and scope.can(self.needs) and self.row is None:
            return redirect("accounts:link_add")
        return super().dispatch(request, *args, **kwargs)


class LinkCode(HeldPage, FormPage):
    """The second factor of the account to be linked."""

    needs = Can.LINK_SITE
    title = _("Second factor")
    width = "read"
    template = "accounts/link_code.html"
    form_class = LinkCodeForm
    submit = _("Link account")

    @cached_property
    def have(self) -> Factors:
        """What the other account has."""
        return factors_of(self.row.user)

    def lead(self) -> str:
        """Where the code comes from."""
        if self.row.by_email:
            return _("Type the code that was sent to the email address of the other account.")
        if not self.have.app:
            return _("Use the passkey of the other account, or type one of its recovery codes.")
        return _("Type the code of the app of the other account, or one of its recovery codes.")

    def form_kwargs(self) -> dict[str, Any]:
        return {"challenge": challenge(self.request) if self.request.POST.get("passkey") else b""}

    def context(self) -> dict[str, Any]:
        """Whether a passkey will do; where the passkey is asked for."""
        keys = self.have.passkeys and passkeys.available() and not self.row.by_email
        return {"asks_passkey": keys, "question": reverse("accounts:link_question")}

    def done(self, row: Any) -> str:
        self.request.session.pop(HELD, None)
        return _("Linked {name}").format(name=row.other.username)

    def success(self, row: Any) -> str:
        return reverse("accounts:links")

    @property
    def cancel(self) -> str:
        return reverse("accounts:links")


class LinkAgain(HeldPage):
    """Another code by email, as often and as fast as at the login."""

    needs = Can.LINK_SITE
    title = _("Send another code")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return redirect("accounts:link_code")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        send_again(request, self.row)
        return redirect("accounts:link_code")


class LinkQuestion(HeldPage):
    """What a browser's passkey of the other account is asked."""

    needs = Can.LINK_SITE
    title = _("Second factor")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return redirect("accounts:link_code")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        asked = question(request, passkeys.ask(self.row.user_id))
        return HttpResponse(asked, content_type="application/json")


class ChangeOver(LinkPage, ActionPage):
    """Into the linked account, as if signed in there."""

    needs = Can.LINK_SITE
    label = _("Change over")
    confirm = False

    def act(self, row: Any) -> None:
        other = linking.change_over(scope=self.scope, link=row)
        session_list.let_in(self.request, other)
        self.request.session.pop(PROVEN, None)  # nobody has just proven to be the other

    def done(self, rows: Any) -> str:
        return _("You are signed in as {name}").format(name=rows[0].other.username)

    def success(self, rows: Any) -> str:
        return "/"


class Unlink(LinkPage, ActionPage):
    """End a link, for both sides."""

    needs = Can.LINK_SITE
    title = _("Unlink {0}?")
    label = _("Unlink account")
    keep = _("Keep the link")

    def explain(self, row: Any) -> list[str]:
        """What stops."""
        return [
            _("Neither account can change to the other any more."),
            _("Both accounts stay as they are."),
        ]

    def act(self, row: Any) -> None:
        linking.unlink(scope=self.scope, link=row)

    def done(self, rows: Any) -> str:
        return _("Unlinked {name}").format(name=rows[0])

    def success(self, rows: Any) -> str:
        return reverse("accounts:links")


class LinkedPanel(LinkPage, PanelPage):
    """The linked accounts, for the menu of the shell."""

    needs = Can.LINK_SITE
    title = _("Linked accounts")
    fragment = "accounts/linked.html"
    template = "accounts/linked.html"
    poll = 0

    def context(self) -> dict[str, Any]:
        """One button for each."""
        return {"links": queries.links_of(self.scope.user_id)}
