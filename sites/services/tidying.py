"""The values of a person as they are kept; every refusal names its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sites import fields
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

from .guards import checked
from .spans import SPAN, tidy_span

COMMON = ("first_name", "last_name", "email", "country_code", "mobile", "language", "remark", *SPAN)
OFFICE = ("kind", "building_id", "unique_id", "intercom", "call_type", "phone")


def changeable(site: Site) -> tuple[str, ...]:
    """The fields of a person that may change on this site (to another apartment a person moves: `moves`)."""
    return (*COMMON, *OFFICE) if site.kind == Site.Kind.OFFICE else COMMON


@dataclass(frozen=True)
class NewResident:
    """A person to add; login and personal SIP number are made by the service.

    Community: `kind` master or member, and `unit_id`. House: the same, the home is known. Office:
    `kind` staff or personnel, `building_id` is the department, `unique_id` is asked for; `intercom`,
    `call_type` and `phone` count there only. `country_code` is the telephone code ("45"). `valid_from` and
    `valid_until` are the lease: instants, the end does not belong to it, None is open.
    """

    kind: str
    first_name: str
    last_name: str = ""
    unit_id: int | None = None
    building_id: int | None = None
    email: str = ""
    country_code: str = ""
    mobile: str = ""
    language: str = "en"
    remark: str = ""
    unique_id: str = ""
    intercom: bool = True
    call_type: int = 0
    phone: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


CLEANERS: dict[str, Callable[[Any], Any]] = {
    "first_name": fields.clean_name,
    "last_name": lambda value: fields.clean_text(value, fields.NAME_LENGTH),
    "email": fields.clean_email,
    "country_code": fields.clean_calling_code,
    "language": fields.clean_language,
    "remark": lambda value: fields.clean_text(value, 200),
    "unique_id": lambda value: fields.clean_text(value, 32),
    "intercom": bool,
    "call_type": lambda value: fields.clean_number_choice(value, Residency.CallType),
    "phone": fields.clean_phone,
}


def tidy_resident(row: NewResident) -> NewResident:
    """The row as it is kept; raises `Refused` with the field."""
    values = _clean({name: getattr(row, name) for name in (*CLEANERS, "mobile")})
    return replace(row, **values, **tidy_span(row, {name: getattr(row, name) for name in SPAN}))


def tidy_changes(person: Residency, given: Mapping[str, Any]) -> dict[str, Any]:
    """The changes to a person as they are kept; raises `Refused` with the field.

    A mobile is judged with its country code and an end with its beginning, whichever of the two is new.
    """
    values = {**given, **tidy_span(person, given)}
    if {"country_code", "mobile"} & values.keys():
        values = {"country_code": person.country_code, "mobile": person.mobile, **values}
    if "kind" in values:
        values["kind"] = checked("kind", fields.clean_identity, values["kind"])
    return _clean(values)


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    tidied = {
        name: checked(name, CLEANERS[name], value) if name in CLEANERS else value
        for name, value in values.items()
    }
    if "mobile" in values:
        tidied["mobile"] = _mobile(values["mobile"], tidied["country_code"])
    return tidied


def _mobile(value: Any, calling_code: str) -> str:
    try:
        return checked("mobile", fields.clean_mobile, value, calling_code)
    except Refused as refusal:
        if refusal.code == "no_country_code":
            raise Refused(_("Choose the country code of the mobile."), field="country_code") from refusal
        raise
