"""The trade above a site, and who works there."""

from django.utils.timezone import now

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from accounts.services.operators import create_operator
from accounts.services.organisations import NewOrganisation, create_organisation
from accounts.services.users import NewUser, create_user

ZONE = "Europe/Berlin"


def staff() -> tuple[User, User]:
    """An installer and a property manager of the same company."""
    operator, _ = create_operator(new=NewUser("operator", "operator@bench.example", Role.OPERATOR))
    scope, parent = scope_for(operator), operator.organisation
    kinds = Organisation.Kind
    for kind, role in (
        (kinds.DISTRIBUTOR, Role.DISTRIBUTOR),
        (kinds.SUB_DISTRIBUTOR, Role.SUB_DISTRIBUTOR),
        (kinds.INSTALLER, Role.INSTALLER),
    ):
        assert parent is not None
        new = NewOrganisation(kind=kind, name=f"Bench {kind.label}", time_zone=ZONE, may_add_macs=True)
        first = NewUser(f"bench-{role}", f"{role}@bench.example", role)
        parent = create_organisation(scope=scope, parent=parent, new=new, first_user=first)
    installer = User.objects.get(username=f"bench-{Role.INSTALLER}")
    new_manager = NewUser("manager", "manager@bench.example", Role.PROPERTY_MANAGER)
    manager = create_user(scope=scope_for(installer), organisation=parent, new=new_manager)
    User.objects.update(email_confirmed_at=now(), welcomed_at=now())
    return installer, manager
