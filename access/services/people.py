"""All of a resident's access at once, as the second step of adding one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from access.models import Credential
from sites.models import Residency
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope

from .credentials import give_keys, remove_credentials
from .grants import set_groups
from .locks import access_lock


@dataclass(frozen=True)
class AccessTo:
    """What a resident's access is to be. `pin` None: as it is, "": none; `lost`: ids of credentials that go;
    `groups` None: as they are."""

    pin: str | None = None
    new_cards: Sequence[str] = ()
    lost: Sequence[int] = ()
    groups: Iterable[int] | None = None


@transaction.atomic
def save_access(*, scope: Scope, person: Residency, to: AccessTo) -> Residency:
    """Change PIN, cards and groups of a resident, all or nothing; every door concerned is told.

    Raises `Refused` with the field (`pin`, `cards`, `groups`).
    """
    access_lock([person.site_id])
    site = person.site
    try:
        if to.lost:
            mine = Credential.objects.filter(residency=person, pk__in=to.lost)
            remove_credentials(scope=scope, credentials=list(mine))
        if to.pin is not None or to.new_cards:
            give_keys(
                scope=scope,
                site=site,
                pins={} if to.pin is None else {person.pk: to.pin},
                cards={person.pk: to.new_cards} if to.new_cards else {},
            )
        if to.groups is not None:
            set_groups(scope=scope, site=site, rows={person.pk: to.groups})
    except RefusedMany as refused:
        (only,) = refused.rows.values()
        field = "cards" if only.field == "card" else only.field
        raise Refused(only.message, field=field, code=only.code) from refused
    return person
