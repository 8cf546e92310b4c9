"""Companies of the trade, as those above them see them."""

from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage, View
from smartplus.kernel.words import _, ngettext

from .. import panels
from ..filters import KindFilter, OrganisationFilter
from ..forms.organisations import OrganisationChangeForm, OrganisationForm
from ..models import Organisation
from ..permissions import Can
from ..queries import deleting as losses
from ..queries import organisations as queries
from ..services import deleting, organisations
from .switching import ACCESS, SWITCH, lock_words

CRUMBS = _("Organisations")
MOST = 20
"""So many logins are named before one is deleted."""
Kind = Organisation.Kind
LISTS = {
    Kind.DISTRIBUTOR: (_("Distributors"), "accounts:distributors", Can.DISTRIBUTORS_VIEW),
    Kind.SUB_DISTRIBUTOR: (_("Sub-distributors"), "accounts:sub_distributors", Can.SUB_DISTRIBUTORS_VIEW),
    Kind.INSTALLER: (_("Installers"), "accounts:installers", Can.INSTALLERS_VIEW),
}
"""Where companies of a kind are listed, and who looks there."""
ADDING = {
    Kind.DISTRIBUTOR: _("Add distributor"),
    Kind.SUB_DISTRIBUTOR: _("Add sub-distributor"),
    Kind.INSTALLER: _("Add installer"),
}
NEW = {
    Kind.DISTRIBUTOR: _("New distributor"),
    Kind.SUB_DISTRIBUTOR: _("New sub-distributor"),
    Kind.INSTALLER: _("New installer"),
}


def _others(page: Any, row: Organisation) -> bool:
    return row.pk != page.scope.org_id


def _others_on(page: Any, row: Organisation) -> bool:
    return row.is_active and _others(page, row)


def _others_off(page: Any, row: Organisation) -> bool:
    return not row.is_active and _others(page, row)


EDIT = Link("accounts:organisation_change", _("Edit"), icon="pencil", when=_others)
OFF = Link("accounts:organisation_off", _("Switch off…"), icon="power-off", when=_others_on)
ON = Link("accounts:organisation_on", _("Switch on"), icon="power", when=_others_off)
DELETE = Link("accounts:organisation_delete", _("Delete…"), icon="trash-2", kind="danger", when=_others)
ADD = Link("accounts:organisation_add", _("Add organisation"), icon="plus", kind="primary")


def _users_of(page: Any, row: Organisation) -> str:
    return f"{reverse('accounts:users')}?organisation={row.pk}"


USERS = Link(_users_of, _("Users"), icon="users")
INVITE = Link(
    lambda page, row: reverse("accounts:user_invite", args=[row.account_id]),
    _("Reset password…"), icon="mail", needs=Can.USERS_EDIT,
    when=lambda page, row: bool(row.account_id) and _others_on(page, row),
)  # fmt: skip


def adding(kind: Organisation.Kind) -> Link:
    """The way to a new company of a kind."""
    return Link(
        lambda page, row: f"{reverse('accounts:organisation_add')}?kind={kind}",
        ADDING[kind], icon="plus", kind="primary", needs=Can.ORGANISATIONS_EDIT,
    )  # fmt: skip


class OrganisationList(ListPage):
    """The own company and those below it."""

    model = Organisation
    needs = Can.ORGANISATIONS_VIEW
    title = CRUMBS
    related = ("parent",)
    columns = (
        Column("name", _("Company"), sort=True, cell="accounts/cells/organisation.html", kind="who"),
        ACCESS,
        Column("kind", _("Type"), sort=True),
        Column("parent.name", _("Belongs to"), sort="parent__name", drop=2, value=lambda row: row.parent),
        Column("account", _("Account"), kind="code", drop=2),
        Column("people_count", _("Active users"), kind="num", drop=2),
        Column("email", _("Email"), shown=False),
        Column("phone", _("Phone"), shown=False),
        Column("time_zone", _("Time zone"), drop=3),
        Column("is_active", _("State"), cell="accounts/cells/active.html", export=lambda row: _state(row)),
        Column("created_at", _("Created"), sort=True, shown=False),
    )
    order = ("name",)
    search = ("name", "email", "phone")
    search_hint = _("Company, account, email")
    filter_class = OrganisationFilter
    views = (View("all", _("All")), View("off", _("Switched off"), q=Q(is_active=False)))
    row_link = "accounts:organisation"
    row_actions = (SWITCH, EDIT, USERS, INVITE, *panels.ORGANISATION_ACTIONS, ON, OFF, DELETE)
    actions = (ADD,)
    empty = Empty(_("No organisations yet"), _("Companies below yours appear here."), ADD)

    def refine(self, rows: Any) -> Any:
        """With their account and the number of their people."""
        return queries.with_people(rows)

    def search_rows(self, rows: Any, text: str) -> Any:
        """By company, and by the accounts and emails of its people."""
        return queries.search(rows, text)


class OneKindList(OrganisationList):
    """The companies of one kind below the reader's."""

    abstract = True
    kind: ClassVar[str] = ""
    columns = tuple(column for column in OrganisationList.columns if column.name != "kind")
    filter_class = KindFilter

    def title(self) -> str:
        """What they are called."""
        return LISTS[Kind(self.kind)][0]

    def refine(self, rows: Any) -> Any:
        """Of this kind only."""
        return super().refine(rows).filter(kind=self.kind)


class DistributorList(OneKindList):
    """All distributors."""

    needs = Can.DISTRIBUTORS_VIEW
    noun = (_("distributor"), _("distributors"))
    kind = Kind.DISTRIBUTOR
    actions = (adding(Kind.DISTRIBUTOR),)
    empty = Empty(_("No distributors yet"), _("They look after sub-distributors and installers."), *actions)


class SubDistributorList(OneKindList):
    """The sub-distributors below a distributor."""

    needs = Can.SUB_DISTRIBUTORS_VIEW
    noun = (_("sub-distributor"), _("sub-distributors"))
    kind = Kind.SUB_DISTRIBUTOR
    actions = (adding(Kind.SUB_DISTRIBUTOR),)
    empty = Empty(_("No sub-distributors yet"), _("They look after installers of their own."), *actions)


class InstallerList(OneKindList):
    """The installers below a (sub-)distributor."""

    needs = Can.INSTALLERS_VIEW
    noun = (_("installer"), _("installers"))
    kind = Kind.INSTALLER
    actions = (adding(Kind.INSTALLER),)
    empty = Empty(_("No installers yet"), _("They build sites and look after devices."), *actions)


def _state(row: Organisation) -> str:
    return _("Active") if row.is_active else _("Switched off")


class OrganisationPage:
    """The way up from a page of one company."""

    row: Any
    scope: Any
    request: Any

    @property
    def kind(self) -> Any:
        """Which kind of company the page is about; "" before it is chosen."""
        return self.row.kind if self.row is not None else self.request.GET.get("kind", "")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list of its kind, and below the company when it is not its own page."""
        label, name, needed = LISTS.get(self.kind, (CRUMBS, "", None))
        if not name or not self.scope.can(needed):
            label, name = CRUMBS, "accounts:organisations"
        above = [(label, reverse(name))]
        if self.row is None or isinstance(self, DetailPage):
            return above
        return [*above, (self.row.name, reverse("accounts:organisation", args=[self.row.pk]))]


class OrganisationDetail(OrganisationPage, DetailPage):
    """One company."""

    model = Organisation
    needs = Can.ORGANISATIONS_VIEW
    related = ("parent",)
    facts = (
        Column("kind", _("Kind")),
        Column("parent", _("Belongs to")),
        Column("email", _("Email")),
        Column("phone", _("Phone")),
        Column("time_zone", _("Time zone")),
        Column("account", _("Account")),
        Column("people_count", _("Active users")),
        Column("may_add_macs", _("May add MACs")),
        Column("connect_type", _("Connect type")),
        Column("rtp_confusion", _("RTP confusion")),
        Column("rtsps", _("RTSPS")),
        Column("switching_offered", _("Access without password"), value=lock_words),
        Column("is_active", _("State"), cell="accounts/cells/active.html"),
        Column("created_at", _("Created")),
    )
    actions = (
        SWITCH,
        USERS,
        *panels.ORGANISATION_ACTIONS,
        OFF,
        ON,
        DELETE,
        Link("accounts:organisation_change", _("Edit"), icon="pencil", kind="primary", when=_others),
    )

    def refine(self, rows: Any) -> Any:
        """With its account and the number of its people."""
        return queries.with_people(rows)

    @property
    def listed_facts(self) -> list[Any]:
        """What only an installer has is told of installers only."""
        facts = super().listed_facts
        if self.row.kind == Kind.INSTALLER:
            return facts
        return [fact for fact in facts if fact.column.name not in organisations.OF_INSTALLERS]


class OrganisationAdd(OrganisationPage, FormPage):
    """A company below the own one, with its first login."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    form_class = OrganisationForm
    submit = _("Add organisation")

    def title(self) -> str:
        """Of the kind that the link named."""
        return NEW[Kind(self.kind)] if self.kind in NEW else _("New organisation")

    def initial(self) -> dict[str, Any]:
        """Of the kind that the link named."""
        return {"kind": self.kind} if self.kind in Kind.values else {}

    def done(self, row: Any) -> str:
        return _("Added {name}. The login details are on their way.").format(name=row)

    def success(self, row: Any) -> str:
        return reverse("accounts:organisation", args=[row.pk])


class OrganisationChange(OrganisationPage, FormPage):
    """Change a company below the own one."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    form_class = OrganisationChangeForm

    def success(self, row: Any) -> str:
        return reverse("accounts:organisation", args=[row.pk])

    @property
    def cancel(self) -> str:
        return self.up


class OrganisationOff(OrganisationPage, ActionPage):
    """Nobody of the company is let in any more."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    title = _("Switch off {0}?")
    label = _("Switch off organisation")
    keep = _("Keep it on")

    def explain(self, row: Any) -> list[str]:
        """What stops and what goes on."""
        return [
            _(
                "Its users are signed out at their next click and cannot sign in, "
                "its property managers neither."
            ),
            _("Companies below it ({n}), sites, residents and doors go on as they are.").format(
                n=queries.below(row)
            ),
            _("It can be switched on again at any time."),
        ]

    def act(self, row: Any) -> None:
        organisations.switch_off(scope=self.scope, organisation=row)

    def done(self, rows: Any) -> str:
        return _("Switched off {name}").format(name=rows[0])


class OrganisationOn(OrganisationPage, ActionPage):
    """Let the people of the company in again."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    label = _("Switch on organisation")
    confirm = False

    def act(self, row: Any) -> None:
        organisations.switch_on(scope=self.scope, organisation=row)

    def done(self, rows: Any) -> str:
        return _("Switched on {name}").format(name=rows[0])


class OrganisationDelete(OrganisationPage, ActionPage):
    """The company and its logins go; what stands in the way is named."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    title = _("Delete {0}?")
    label = _("Delete organisation")
    tone = "danger"

    def lead(self) -> str:
        """What must go first; else what stays."""
        found = losses.obstacles(self.row)
        if not found:
            return _("The operation log stays.")
        return " ".join(str(said) for said in (_("It cannot be deleted yet."), *found))

    def explain(self, row: Any) -> list[str]:
        """Who goes with it."""
        people = losses.people_of(row)
        login = _("The login {name} ({role})")
        said = [
            login.format(name=user.username, role=user.get_role_display().lower()) for user in people[:MOST]
        ]
        if (more := len(people) - MOST) > 0:
            said.append(ngettext("and {n} more login", "and {n} more logins", more).format(n=f"{more:,}"))
        return said

    def act(self, row: Any) -> None:
        deleting.delete_organisation(scope=self.scope, organisation=row)

    def done(self, rows: Any) -> str:
        return _("Deleted {name}").format(name=rows[0])
