"""Where somebody lives, in words and as a key that sorts: kept in the rows, so that lists need no join."""

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Lower, LPad

from sites.fields import APARTMENT_LENGTH
from sites.models import Building, Residency, Unit


def place_label(building: str, number: str = "") -> str:
    """ "North House 1204"; of a department its name, of a house its room's name."""
    return f"{building} {number}".strip()


def place_key(building: str, number: str = "") -> str:
    """The label as it sorts: without case, and with apartment 9 before apartment 10."""
    padded = number.lower().rjust(APARTMENT_LENGTH) if number else ""
    return f"{building.lower()} {padded}".rstrip()


def relabel_building(building: Building) -> None:
    """Carry a building's name into the labels of its apartments and of its people: two statements."""
    number = F("number")
    Unit.objects.filter(building=building).update(
        place_label=Concat(Value(f"{building.name} "), number, output_field=CharField()),
        place_key=Concat(
            Value(f"{building.name.lower()} "), LPad(Lower(number), APARTMENT_LENGTH, Value(" ")),
            output_field=CharField(),
        ),
    )  # fmt: skip
    in_department = Residency.objects.filter(building=building, unit__isnull=True)
    in_department.update(place_label=place_label(building.name), place_key=place_key(building.name))
    relabel_residents(Unit.objects.filter(building=building))


def relabel_residents(units: QuerySet[Unit]) -> None:
    """Carry the labels of apartments to the people who live in them: one statement."""
    own = Unit.objects.filter(pk=OuterRef("unit_id"))
    Residency.objects.filter(unit__in=units).update(
        place_label=Subquery(own.values("place_label")[:1]), place_key=Subquery(own.values("place_key")[:1])
    )
