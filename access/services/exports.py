"""The residents' list to be edited in a spreadsheet: who took it along stands in the trail."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from access.queries.lines import lines
from accounts import audit
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import ngettext

MOST = 10_000
"""As many rows as the import takes back."""


@transaction.atomic
def take_along(*, scope: Scope, site: Site, people: QuerySet[Residency]) -> Iterator[dict[str, Any]]:
    """`people` of a site (in the order given) as lines of the template; PINs and cards are left out.

    Raises `Refused` for more than the import takes back.
    """
    count = people.order_by().count()
    if count > MOST:
        said = ngettext(
            "More than {n} row does not fit into one sheet. Narrow the list first.",
            "More than {n} rows do not fit into one sheet. Narrow the list first.",
            MOST,
        )
        raise Refused(said.format(n=f"{MOST:,}"), code="many")
    audit.record(scope, "resident.export", site, after={"people": count}, site_id=site.pk)
    return lines(people)
