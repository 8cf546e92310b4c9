"""A small trade tree, made by the services, with somebody of each role of the trade."""

from dataclasses import dataclass, field

from django.utils.timezone import now

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from accounts.services.operators import create_operator
from accounts.services.organisations import NewOrganisation, create_organisation
from accounts.services.users import NewUser, create_user
from smartplus.kernel.scoping import Scope

KINDS = Organisation.Kind
PASSWORD = "seven-quiet-doors"
CHAIN = (
    (KINDS.DISTRIBUTOR, Role.DISTRIBUTOR),
    (KINDS.SUB_DISTRIBUTOR, Role.SUB_DISTRIBUTOR),
    (KINDS.INSTALLER, Role.INSTALLER),
)


@dataclass
class Trade:
    """One company of each kind below the other, and one login of each role. All have PASSWORD."""

    companies: dict[Organisation.Kind, Organisation] = field(default_factory=dict)
    people: dict[Role, User] = field(default_factory=dict)

    def scope(self, role: Role) -> Scope:
        """The scope of the person of a role, as of now."""
        return scope_for(User.objects.select_related("organisation").get(pk=self.people[role].pk))


def make_trade(name: str, operator: User) -> Trade:
    """A branch of the tree below the platform."""
    trade = Trade({KINDS.PLATFORM: operator.organisation}, {Role.OPERATOR: operator})
    scope = scope_for(operator)
    above = operator.organisation
    for kind, role in CHAIN:
        first = NewUser(f"{name}-{role}", f"{role}@{name}.example", role, role.label, name)
        new = NewOrganisation(kind, f"{name} {kind.label}", time_zone="Europe/Berlin")
        above = create_organisation(scope=scope, parent=above, new=new, first_user=first)
        trade.companies[kind] = above
        trade.people[role] = User.objects.get(username=first.username)
    for role in (Role.SUB_INSTALLER, Role.PROPERTY_MANAGER):
        new_user = NewUser(f"{name}-{role}", f"{role}@{name}.example", role, role.label, name)
        trade.people[role] = create_user(scope=trade.scope(Role.INSTALLER), organisation=above, new=new_user)
    for role, user in trade.people.items():
        if role != Role.OPERATOR:
            _let_in(user)
    return trade


def _let_in(user: User) -> User:
    user.set_password(PASSWORD)
    settled(user).save(update_fields=["password", "email_confirmed_at", "welcomed_at"])
    return user


def settled(user: User) -> User:
    """The person has proven the email and was asked everything at the first login. Not saved."""
    user.email_confirmed_at = user.welcomed_at = now()
    return user


def make_operator() -> User:
    """The operator, with the platform."""
    found = User.objects.filter(role=Role.OPERATOR).select_related("organisation").first()
    if found is None:
        found = create_operator(new=NewUser("operator", "operator@example.net", Role.OPERATOR))[0]
    return _let_in(found)
