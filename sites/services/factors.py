"""Help for residents who lost the phone and the recovery codes too."""

from django.db import transaction

from accounts.services import factors
from sites.models import Residency
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .guards import hold
from .welcome import recipient_of


@transaction.atomic
def remove_factors(*, scope: Scope, person: Residency) -> None:
    """The password alone opens this resident's login from now on; every session of it ends.

    A letter says so, to where login details of this person go. Raises `Refused`.
    """
    site = hold(scope, person.site)
    kept = Residency.objects.select_related("user").filter(pk=person.pk, site=site).first()
    if kept is None:
        raise Refused(_("This person is not there any more."), code="gone")
    if kept.user_id == scope.user_id:
        raise Refused(_("Remove your own under Sign-in & security."), code="own")
    factors.remove_from(scope=scope, user=kept.user, to=recipient_of(kept), site_id=site.pk)
