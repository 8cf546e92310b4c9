"""Companies: which may stand where, and what is told about them."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from smartplus.kernel.scoping import Scope

from ..models import Organisation, Role, User

Kind = Organisation.Kind

PARENTS: dict[str, tuple[str, ...]] = {
    Kind.DISTRIBUTOR: (Kind.PLATFORM,),
    Kind.SUB_DISTRIBUTOR: (Kind.DISTRIBUTOR,),
    Kind.INSTALLER: (Kind.DISTRIBUTOR, Kind.SUB_DISTRIBUTOR),
}
"""Which kinds stand right above each kind."""

RUNGS = (Kind.PLATFORM, Kind.DISTRIBUTOR, Kind.SUB_DISTRIBUTOR, Kind.INSTALLER)
OF_ROLE = {
    Role.OPERATOR: Kind.PLATFORM,
    Role.DISTRIBUTOR: Kind.DISTRIBUTOR,
    Role.SUB_DISTRIBUTOR: Kind.SUB_DISTRIBUTOR,
    Role.INSTALLER: Kind.INSTALLER,
}


def kinds_below(scope: Scope) -> list[Organisation.Kind]:
    """The kinds of company this person may make, top to bottom."""
    own = OF_ROLE.get(Role(scope.role), Kind.INSTALLER)
    return list(RUNGS[RUNGS.index(own) + 1 :])


def parents_for(kind: str, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Those of `rows` below which a company of this kind may be made."""
    return rows.filter(kind__in=PARENTS.get(kind, ()), is_active=True).order_by("path")


def with_people(rows: QuerySet[Organisation]) -> QuerySet[Any]:
    """`rows` with `people_count`, how many active logins each has, and of the first of
    its own `account` (user name) and `account_id`."""
    people = User.objects.filter(organisation=OuterRef("pk"), is_active=True).order_by()
    counted = people.values("organisation").annotate(number=Count("pk")).values("number")
    own = User.objects.filter(organisation=OuterRef("pk"), role=OuterRef("kind")).order_by("pk")
    return rows.annotate(
        people_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        account=Coalesce(Subquery(own.values("username")[:1]), Value("")),
        account_id=Subquery(own.values("pk")[:1]),
    )


def search(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Those of `rows` with each word in name, email or phone, or in the user name or email of a login."""
    for word in text.split()[:6]:
        trade = User.objects.filter(organisation__isnull=False)
        people = trade.filter(Q(username__icontains=word) | Q(email__icontains=word))
        own = Q(name__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word)
        rows = rows.filter(own | Q(pk__in=people.values("organisation")))
    return rows


def own_organisation(scope: Scope) -> Organisation:
    """The reader's own company."""
    own: Organisation = Organisation.objects.get(pk=scope.org_id or 0)
    return own


def below(organisation: Organisation) -> int:
    """How many companies stand below this one."""
    standing = Organisation.objects.standing().filter(path__startswith=organisation.path)
    return standing.exclude(pk=organisation.pk).count()
