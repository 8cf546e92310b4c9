"""People with several homes: how they are reached is theirs, no site changes it for the others (S5, S12)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count

from sites.models import Residency
from smartplus.kernel.words import _

from .guards import Rows

OWN = ("email", "country_code", "mobile")
"""The fields a person with several homes keeps."""
KEPT = _("This person has several homes: email and mobile cannot be changed here.")


def refuse_linked(
    found: Rows,
    order: Sequence[int],
    people: Mapping[int, Residency],
    tidied: Mapping[int, Mapping[str, Any]],
) -> None:
    """Refuse another email or mobile for somebody who has further homes. One query, none without any."""
    touched = {pk: names for pk, values in tidied.items() if (names := _changed(people[pk], values))}
    if not touched:
        return
    linked = linked_among(people[pk] for pk in touched)
    for index, pk in enumerate(order):
        if pk in touched and people[pk].user_id in linked:
            found.no(index, KEPT, touched[pk][0], "linked")


def _changed(person: Residency, values: Mapping[str, Any]) -> list[str]:
    return [name for name in OWN if name in values and values[name] != getattr(person, name)]


def linked_among(people: Any) -> set[int]:
    """The logins of these people that have more than one home. One query."""
    logins = Residency.objects.filter(user__in={one.user_id for one in people}).order_by()
    counted = logins.values("user_id").annotate(homes=Count("pk")).filter(homes__gt=1)
    return set(counted.values_list("user_id", flat=True))
