"""The state of accounts (S5, S18): which are in use from the start, and which wait to be activated.

The family of an apartment has a number of free members, by kind of site; whoever comes after them starts
inactivated. Somebody inactivated or expired has no app; PINs and cards go on (see access).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from accounts import audit
from sites.events import ResidentsChanged
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .guards import hold
from .placing import Place
from .tidying import NewResident
from .welcome import welcome

State = Residency.AccountState
WAITS = _("This account is not activated yet.")


def states_of(site: Site, rows: Sequence[NewResident], places: Sequence[Place]) -> list[str]:
    """The account state each of these new people starts with. One query, none without members."""
    free = settings.FREE_MEMBERS.get(site.kind)
    families = {
        place.unit_id
        for row, place in zip(rows, places, strict=True)
        if row.kind == Residency.Kind.MEMBER
    }  # fmt: skip
    if free is None or not families:
        return [State.NORMAL for _row in rows]
    there = Residency.objects.filter(unit__in=families, kind=Residency.Kind.MEMBER)
    counted = there.exclude(account_state=State.INACTIVATED).values("unit_id").annotate(n=Count("pk"))
    used: Counter[int | None] = Counter(dict(counted.values_list("unit_id", "n")))
    states: list[str] = []
    for row, place in zip(rows, places, strict=True):
        if row.kind == Residency.Kind.MEMBER:
            used[place.unit_id] += 1
        late = row.kind == Residency.Kind.MEMBER and used[place.unit_id] > free
        states.append(State.INACTIVATED if late else State.NORMAL)
    return states


@transaction.atomic
def activate_residents(*, scope: Scope, site: Site, residency_ids: Iterable[int]) -> list[Residency]:
    """Put accounts into use that are not: inactivated and expired ones. Returns those that changed.

    Whoever was inactivated gets the login details now. Emits `ResidentsChanged`. Raises `Refused` for a
    member whose family master is not activated (and is not among them).
    """
    site = hold(scope, site)
    chosen = Residency.objects.filter(site=site, pk__in=set(residency_ids)).exclude(
        account_state=State.NORMAL
    )
    people = list(chosen.select_related("user", "site"))
    _refuse_headless(people)
    waiting = [one for one in people if one.account_state == State.INACTIVATED]
    trail: list[audit.Change] = [
        (one, {"account_state": str(one.account_state)}, {"account_state": str(State.NORMAL)})
        for one in people
    ]  # fmt: skip
    for one in people:
        one.account_state = State.NORMAL
    Residency.objects.filter(pk__in=[one.pk for one in people]).update(account_state=State.NORMAL)
    audit.record_many(scope, "resident.activate", trail, site_id=site.pk)
    if people:
        emit(ResidentsChanged(site.pk, tuple(one.pk for one in people)))
    welcome(scope=scope, people=waiting)
    return people


def _refuse_headless(people: Sequence[Residency]) -> None:
    families = {one.unit_id for one in people if one.kind == Residency.Kind.MEMBER}
    masters = Residency.objects.filter(
        unit__in=families, kind=Residency.Kind.MASTER, account_state=State.INACTIVATED
    )
    if families and masters.exclude(pk__in=[one.pk for one in people]).exists():
        raise Refused(_("Activate the family master first."), code="inactive_master")
