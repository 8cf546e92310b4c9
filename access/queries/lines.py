"""People as lines of the manager's template (S12): what an export says, and what an import compares with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from access.models import Credential, Grant
from sites.models import Residency

KIND_AS_NUMBER = {Residency.Kind.MASTER.value: "0", Residency.Kind.MEMBER.value: "1"}

_COLUMNS = {
    "building": "building__name",
    "apt": "unit__number",
    "apt_name": "unit__name",
    "account_type": "kind",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "mobile": "mobile",
    "calling_code": "country_code",
    "phone_1": "unit__phone_1",
    "phone_2": "unit__phone_2",
    "phone_3": "unit__phone_3",
    "remark": "remark",
    "sip": "sip",
}
"""The template's columns by the field they come from; what is a secret is not among them."""

_OTHER_HOMES = Residency.objects.filter(user=OuterRef("user")).exclude(pk=OuterRef("pk"))
_GROUPS = Grant.objects.filter(subject__residency=OuterRef("pk"))


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody as the template says them: the cells by column name, secrets left out.

    `linked`: the login has further homes, so email and mobile are not this site's to change.
    """

    pk: int
    unit_id: int
    cells: Mapping[str, str]
    linked: bool = False


def lines(people: QuerySet[Residency]) -> Iterator[dict[str, str]]:
    """The cells of these people, in their order; one query, read by a server-side cursor."""
    found = people.values_list(*_COLUMNS.values(), _groups())
    for row in found.iterator(chunk_size=1000):
        yield _cells(row[:-1], row[-1])


def lines_by_sip(site_id: int, sips: Collection[str]) -> dict[str, Line]:
    """Those people of a site who have one of these SIP numbers. One query."""
    if not sips:
        return {}
    people = Residency.objects.filter(site=site_id, sip__in=sips, unit__isnull=False)
    found = people.values_list("pk", "unit_id", Exists(_OTHER_HOMES), *_COLUMNS.values(), _groups())
    made = (Line(row[0], row[1], _cells(row[3:-1], row[-1]), row[2]) for row in found)
    return {line.cells["sip"]: line for line in made}


def pin_marks(people: Collection[int]) -> dict[int, str]:
    """By which one sees that the PIN of somebody is another one than before; it does not tell the PIN."""
    rows = Credential.objects.filter(kind=Credential.Kind.PIN, residency__in=people)
    return {pk: bytes(key).hex() for pk, key in rows.values_list("residency_id", "value_key")}


def _groups() -> ArraySubquery:
    return ArraySubquery(_GROUPS.order_by("group_id").values("group_id"))


def _cells(values: Any, groups: list[int]) -> dict[str, str]:
    cells = {name: value or "" for name, value in zip(_COLUMNS, values, strict=True)}
    cells["account_type"] = KIND_AS_NUMBER.get(cells["account_type"], "")
    cells["groups"] = ";".join(map(str, groups))
    return cells
