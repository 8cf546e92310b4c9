"""The very first login: the platform and its operator, made by somebody at the machine itself."""

from django.db import transaction

from smartplus.kernel.scoping import Scope

from ..models import Organisation, PasswordLink, Role, User
from ..permissions import CAPABILITIES, REACH
from . import letters, links
from .organisations import create_platform
from .users import NewUser, create_user


@transaction.atomic
def create_operator(*, new: NewUser, company: str = "SmartPlus") -> tuple[User, str]:
    """An operator's login and the address where its password is set (good for 7 days).

    The platform is made when there is none yet, called `company`. Raises `Refused`.
    """
    platform = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).first() or create_platform(
        company
    )
    user = create_user(scope=_scope_of_the_machine(platform), organisation=platform, new=new)
    return user, letters.link_of(links.issue(user, PasswordLink.Purpose.WELCOME))


def _scope_of_the_machine(platform: Organisation) -> Scope:
    """Whoever may run commands here may do what an operator may; the trail names no login."""
    return Scope(
        user_id=0,
        role=Role.OPERATOR.value,
        reach=REACH[Role.OPERATOR],
        org_path=platform.path,
        org_id=platform.pk,
        capabilities=CAPABILITIES[Role.OPERATOR],
    )
