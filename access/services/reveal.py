"""Who sees a PIN or a card in clear: the property manager of the site, written down, and the person."""

from django.db import transaction
from django.utils.timezone import now

from access.queries.keys import Keys, keys_of
from access.queries.validity import validity_of
from accounts import audit
from accounts.permissions import Can
from sites.models import Residency
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, noop

NOT_SHOWN = _(
    "Values are shown to the site’s property manager and to the person only, not to a switched account."
)


@transaction.atomic
def reveal(*, scope: Scope, person: Residency) -> Keys:
    """The PIN and cards of a resident for a manager; the trail says who looked.

    Raises `Refused` for installers and distributors, also while they act in a manager's account.
    """
    if scope.acting or not scope.can(Can.CREDENTIALS_VIEW):
        raise Refused(NOT_SHOWN, code="not-shown")
    audit.record(
        scope, "credential.show", person, after={"shown": noop("PIN and cards")}, site_id=person.site_id
    )
    return keys_of(person)


def own_keys(*, scope: Scope, person: Residency) -> Keys | None:
    """The reader's own PIN and cards; None for everybody else, and for somebody acting in the account.

    None too before the lease begins and after its end: then they open nothing. They stay the person's own
    until the person is removed, so a lease that is extended finds them as they were. And none in an account
    that is not in use: PIN and cards go on to open doors, but there is no app to look them up.
    """
    if scope.acting or person.user_id != scope.user_id or not validity_of(person, now()).holds:
        return None
    if person.account_state != Residency.AccountState.NORMAL:
        return None
    return keys_of(person)
