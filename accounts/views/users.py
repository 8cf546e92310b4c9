"""Logins, as those who look after them see them."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage, View
from smartplus.kernel.words import _

from .. import panels
from ..filters import UserFilter
from ..forms.users import UserChangeForm, UserForm
from ..models import Role, User
from ..permissions import Can
from ..queries.deleting import last_of_company, lost_with_user
from ..queries.factors import factors_of
from ..queries.people import looked_after, with_workplaces
from ..services import deleting, factors, users

LANGUAGES = dict(settings.LANGUAGES)


def _active(page: Any, row: User) -> bool:
    return row.is_active


def _inactive(page: Any, row: User) -> bool:
    return not row.is_active


def _others(page: Any, row: User) -> bool:
    return row.pk != page.scope.user_id


def _of_installer(page: Any, row: Any = None) -> bool:
    return bool(page.scope.role == Role.INSTALLER)


def _not_of_installer(page: Any, row: Any = None) -> bool:
    return not _of_installer(page)


ADDING = {
    Role.SUB_INSTALLER: _("Add sub-installer"),
    Role.PROPERTY_MANAGER: _("Add property manager"),
}


def adding(role: Role, kind: str = "") -> Link:
    """The way to a new login of a role, for installers, who have three kinds."""
    return Link(
        lambda page, row: f"{reverse('accounts:user_add')}?role={role.value}",
        ADDING[role], icon="plus", kind=kind, needs=Can.USERS_EDIT, when=_of_installer,
    )  # fmt: skip


OFF = Link("accounts:user_off", _("Switch off…"), icon="power-off", when=_active)
ON = Link("accounts:user_on", _("Switch on"), icon="power", when=_inactive)
FACTORS = Link(
    "accounts:user_factors", _("Remove app and passkeys…"), icon="shield-alert",
    when=lambda page, row: row.pk != page.scope.user_id and factors_of(row).own,
)  # fmt: skip
INVITE = Link("accounts:user_invite", _("Send new login details…"), icon="mail", when=_active)
DELETE = Link("accounts:user_delete", _("Delete…"), icon="trash-2", kind="danger", when=_others)
ADD = Link("accounts:user_add", _("Add user"), icon="plus", kind="primary", when=_not_of_installer)


ALL = View("all", _("All"))
BY_ROLE = (
    View("managers", _("Property managers"), q=Q(role=Role.PROPERTY_MANAGER)),
    View("sub_installers", _("Sub-installers"), q=Q(role=Role.SUB_INSTALLER)),
    View("installers", _("Installers"), q=Q(role=Role.INSTALLER)),
)
BY_STATE = (
    View("new", _("Never signed in"), q=Q(last_login=None, is_active=True)),
    View("off", _("Switched off"), q=Q(is_active=False)),
)


def _works_for_sites(page: Any, row: User) -> bool:
    return row.role in panels.WORKERS


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
        above = [(_("Users"), reverse("accounts:users"))]
        if self.row is None or isinstance(self, DetailPage):
            return above
        return [*above, (str(self.row), reverse("accounts:user", args=[self.row.pk]))]


class UserList(UserRows, ListPage):
    """Colleagues, property managers, and the people of companies below."""

    needs = Can.USERS_VIEW
    title = _("Users")
    columns = (
        Column(
            "full_name", _("User"), sort=("last_name", "first_name", "username"), kind="who",
            cell="accounts/cells/user.html", export=lambda row: row.full_name,
        ),
        Column("username", _("User name"), sort=True, shown=False),
        Column("role", _("Role"), sort=True),
        Column(
            "organisation.name", _("Company"), sort="organisation__name", drop=1, needs=Can.ORGANISATIONS_VIEW
        ),
        Column("email", _("Email"), drop=2),
        Column(
            "workplaces", _("Sites"), kind="num", drop=1, needs=Can.MANAGERS_EDIT,
            value=lambda row: row.workplaces if row.role in panels.WORKERS else None,
        ),
        Column("code_demanded", _("Email code at login"), shown=False),
        Column("language", _("Language"), shown=False),
        Column("time_zone", _("Time zone"), shown=False),
        Column("last_login", _("Last login"), drop=2, cell="parts/cells/ago.html"),
        Column("is_active", _("State"), cell="accounts/cells/active.html", export=lambda row: _state(row)),
        Column("created_at", _("Created"), sort=True, shown=False),
    )  # fmt: skip
    order = ("username",)
    search = ("username", "first_name", "last_name", "email")
    search_hint = _("Name, user name, email")
    filter_class = UserFilter
    row_link = "accounts:user"
    row_actions = (
        Link("accounts:user_change", _("Edit"), icon="pencil"),
        Link("sites:of_person", _("Sites"), icon="building-2", when=_works_for_sites),
        INVITE,
        ON,
        OFF,
        DELETE,
    )
    actions = (adding(Role.SUB_INSTALLER), adding(Role.PROPERTY_MANAGER, "primary"), ADD)
    empty = Empty(_("No users yet"), _("Those you add get their login details by email."), ADD)

    def crumbs(self) -> list[tuple[str, str]]:
        return []

    def refine(self, rows: Any) -> Any:
        """With the number of their sites, where that is shown."""
        rows = super().refine(rows)
        return with_workplaces(rows, panels.WORKPLACE) if self.scope.can(Can.MANAGERS_EDIT) else rows

    @property
    def views(self) -> tuple[View, ...]:  # type: ignore[override]
        """The tabs: an installer's by role."""
        return (ALL, *(BY_ROLE if _of_installer(self) else ()), *BY_STATE)


def _state(row: User) -> str:
    return _("Active") if row.is_active else _("Switched off")


class UserDetail(UserRows, DetailPage):
    """One login."""

    needs = Can.USERS_VIEW
    facts = (
        Column("username", _("User name")),
        Column("role", _("Role")),
        Column("organisation", _("Company")),
        Column("email", _("Email")),
        Column("language", _("Language"), value=lambda row: LANGUAGES.get(row.language, row.language)),
        Column("time_zone", _("Time zone")),
        Column("last_login", _("Last login")),
        Column("is_active", _("State"), cell="accounts/cells/active.html"),
        Column("created_at", _("Created")),
    )
    actions = (
        OFF,
        ON,
        INVITE,
        FACTORS,
        DELETE,
        Link("accounts:user_change", _("Edit"), icon="pencil", kind="primary"),
    )

    @property
    def panels(self) -> tuple[str, ...]:  # type: ignore[override]
        """The sites of somebody who works for sites."""
        return panels.panels_of(self.row)


class UserAdd(UserRows, FormPage):
    """A login and its welcome email."""

    needs = Can.USERS_EDIT
    title = _("New user")
    form_class = UserForm
    submit = _("Add user")
    again = _("Save and add another")

    def initial(self) -> dict[str, Any]:
        """Company or role, as the link that led here says."""
        return {name: self.request.GET[name] for name in ("organisation", "role") if name in self.request.GET}

    def done(self, row: Any) -> str:
        said = _("Added {name}. The login details are on their way to {email}.")
        return said.format(name=row, email=row.email)

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
    title = _("Switch off {0}?")
    label = _("Switch off user")
    keep = _("Keep it on")

    def explain(self, row: Any) -> list[str]:
        """What stops and what goes on."""
        return [
            _("Signed out at the next click, and cannot sign in. Links in the mailbox are void."),
            _("Sites, residents and doors go on as they are."),
            _("The login can be switched on again at any time."),
        ]

    def act(self, row: Any) -> None:
        users.switch_off(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("Switched off {name}").format(name=rows[0])


class UserOn(UserRows, ActionPage):
    """Let the login in again."""

    needs = Can.USERS_EDIT
    label = _("Switch on user")
    confirm = False

    def act(self, row: Any) -> None:
        users.switch_on(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("Switched on {name}").format(name=rows[0])


class UserFactors(UserRows, ActionPage):
    """For who lost the phone and the recovery codes: the password opens the account again."""

    needs = Can.USERS_EDIT
    fresh = True
    title = _("Remove the app and passkeys of {0}?")
    label = _("Remove app and passkeys")
    keep = _("Keep them")

    def explain(self, row: Any) -> list[str]:
        """What to be sure of, and what happens."""
        return [
            _("Make sure that it is really the person who asks: call back at a number you know."),
            _("The recovery codes are void, and whoever is signed in is signed out."),
            _("{name} is told by email.").format(name=row),
        ]

    def act(self, row: Any) -> None:
        factors.remove_all(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("Removed the app and passkeys of {name}").format(name=rows[0])


class UserInvite(UserRows, ActionPage):
    """New login details by email, for a password forgotten or known to too many."""

    needs = Can.USERS_EDIT
    title = _("Send new login details to {0}?")
    label = _("Send login details")
    keep = _("Keep the password")

    def explain(self, row: Any) -> list[str]:
        """What stops, and what comes instead."""
        return [
            _("The present password stops working at once, and whoever is signed in with it is signed out."),
            _("A link to set a new one goes to {email}. It works once, for 7 days.").format(email=row.email)
            if row.email
            else _("A link to set a new one goes to the email address. It works once, for 7 days."),
        ]

    def act(self, row: Any) -> None:
        users.send_login_details(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("Login details are on their way to {email}").format(email=rows[0].email)


class UserDelete(UserRows, ActionPage):
    """The login goes; what it did stays in the operation log."""

    needs = Can.USERS_EDIT
    title = _("Delete {0}?")
    label = _("Delete user")
    tone = "danger"

    def lead(self) -> str:
        """What stays, and who is left."""
        if last_of_company(self.row):
            return _(
                "What was done with this login stays in the operation log. "
                "Nobody else can sign in for this company."
            )
        return _("What was done with this login stays in the operation log.")

    def explain(self, row: Any) -> list[str]:
        """The login, and the sites it was put down for."""
        sites = [name for names in lost_with_user(row).values() for name in names]
        return [
            _("The login {name}, signed out at the next click").format(name=row.username),
            *([_("Its work for {sites}").format(sites=", ".join(sites))] if sites else []),
        ]

    def act(self, row: Any) -> None:
        deleting.delete_user(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("Deleted {name}").format(name=rows[0])
