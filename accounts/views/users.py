"""Logins, as those who look after them see them."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage, View

from ..filters import UserFilter
from ..forms.users import UserChangeForm, UserForm
from ..models import User
from ..permissions import Can
from ..queries.people import looked_after
from ..services import users

LANGUAGES = dict(settings.LANGUAGES)


def _active(page: Any, row: User) -> bool:
    return row.is_active


def _inactive(page: Any, row: User) -> bool:
    return not row.is_active


OFF = Link("accounts:user_off", "Switch off…", icon="power-off", when=_active)
ON = Link("accounts:user_on", "Switch on", icon="power", when=_inactive)
INVITE = Link("accounts:user_invite", "Send new login details…", icon="mail", when=_active)
ADD = Link("accounts:user_add", "Add user", icon="plus", kind="primary")


class UserRows:
    """The logins that the reader looks after, and the way up from them."""

    model = User
    related = ("organisation",)
    scope: Any
    row: Any

    def refine(self, rows: Any) -> Any:
        """Not residents, nor roles that others look after."""
        return looked_after(self.scope, rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list, and below the user when it is not its own page."""
        above = [("Users", reverse("accounts:users"))]
        if self.row is None or isinstance(self, DetailPage):
            return above
        return [*above, (str(self.row), reverse("accounts:user", args=[self.row.pk]))]


class UserList(UserRows, ListPage):
    """Colleagues, property managers, and the people of companies below."""

    needs = Can.USERS_VIEW
    title = "Users"
    columns = (
        Column(
            "full_name", "User", sort=("last_name", "first_name", "username"), kind="who",
            cell="accounts/cells/user.html", export=lambda row: row.full_name,
        ),
        Column("username", "User name", sort=True, shown=False),
        Column("role", sort=True),
        Column(
            "organisation.name", "Company", sort="organisation__name", drop=1, needs=Can.ORGANISATIONS_VIEW
        ),
        Column("email", drop=2),
        Column("language", shown=False),
        Column("time_zone", shown=False),
        Column("last_login", "Last login", drop=2, cell="parts/cells/ago.html"),
        Column("is_active", "State", cell="accounts/cells/active.html", export=lambda row: _state(row)),
        Column("created_at", "Created", sort=True, shown=False),
    )  # fmt: skip
    order = ("username",)
    search = ("username", "first_name", "last_name", "email")
    search_hint = "Name, user name, email"
    filter_class = UserFilter
    views = (
        View("all", "All"),
        View("new", "Never signed in", q=Q(last_login=None, is_active=True)),
        View("off", "Switched off", q=Q(is_active=False)),
    )
    row_link = "accounts:user"
    row_actions = (Link("accounts:user_change", "Edit", icon="pencil"), INVITE, ON, OFF)
    actions = (ADD,)
    empty = Empty("No users yet", "Those you add get their login details by email.", ADD)

    def crumbs(self) -> list[tuple[str, str]]:
        return []


def _state(row: User) -> str:
    return "Active" if row.is_active else "Switched off"


class UserDetail(UserRows, DetailPage):
    """One login."""

    needs = Can.USERS_VIEW
    facts = (
        Column("username", "User name"),
        "role",
        Column("organisation", "Company"),
        "email",
        Column("language", value=lambda row: LANGUAGES.get(row.language, row.language)),
        "time_zone",
        Column("last_login", "Last login"),
        Column("is_active", "State", cell="accounts/cells/active.html"),
        Column("created_at", "Created"),
    )
    actions = (
        OFF,
        ON,
        INVITE,
        Link("accounts:user_change", "Edit", icon="pencil", kind="primary"),
    )


class UserAdd(UserRows, FormPage):
    """A login and its welcome email."""

    needs = Can.USERS_EDIT
    title = "New user"
    form_class = UserForm
    submit = "Add user"
    again = "Save and add another"

    def initial(self) -> dict[str, Any]:
        """Company or role, as the link that led here says."""
        return {name: self.request.GET[name] for name in ("organisation", "role") if name in self.request.GET}

    def done(self, row: Any) -> str:
        return f"Added {row}. The login details are on their way to {row.email}."

    def success(self, row: Any) -> str:
        return reverse("accounts:user", args=[row.pk])


class UserChange(UserRows, FormPage):
    """Change a login; user name and role stay."""

    needs = Can.USERS_EDIT
    form_class = UserChangeForm

    def success(self, row: Any) -> str:
        return reverse("accounts:user", args=[row.pk])

    @property
    def cancel(self) -> str:
        return self.up


class UserOff(UserRows, ActionPage):
    """The login is refused from its next click on."""

    needs = Can.USERS_EDIT
    title = "Switch off {0}?"
    label = "Switch off user"
    keep = "Keep it on"

    def explain(self, row: Any) -> list[str]:
        """What stops and what goes on."""
        return [
            "Signed out at the next click, and cannot sign in. Links in the mailbox are void.",
            "Sites, residents and doors go on as they are.",
            "The login can be switched on again at any time.",
        ]

    def act(self, row: Any) -> None:
        users.switch_off(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return f"Switched off {rows[0]}"


class UserOn(UserRows, ActionPage):
    """Let the login in again."""

    needs = Can.USERS_EDIT
    label = "Switch on user"
    confirm = False

    def act(self, row: Any) -> None:
        users.switch_on(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return f"Switched on {rows[0]}"


class UserInvite(UserRows, ActionPage):
    """New login details by email, for a password forgotten or known to too many."""

    needs = Can.USERS_EDIT
    title = "Send new login details to {0}?"
    label = "Send login details"
    keep = "Keep the password"

    def explain(self, row: Any) -> list[str]:
        """What stops, and what comes instead."""
        return [
            "The present password stops working at once, and whoever is signed in with it is signed out.",
            f"A link to set a new one goes to {row.email or 'the email address'}. It works once, for 7 days.",
        ]

    def act(self, row: Any) -> None:
        users.send_login_details(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return f"Login details are on their way to {rows[0].email}"
