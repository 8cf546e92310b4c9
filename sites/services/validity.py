"""What an apartment says of the access of all its people: valid time, its end, the size of the family."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import now

from sites.models import Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

from .spans import tidy_span

MOST_MEMBERS = 99


def tidy_validity(there: Unit | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Valid time, auto-delete and member limit among `given` as they are kept; `there`: None for a new one.

    Raises `Refused` with the field: an end before the beginning, accounts to delete at no end or at one
    that has passed already, a limit that is none.
    """
    values: dict[str, Any] = tidy_span(there, given)
    if "member_limit" in given:
        values["member_limit"] = _limit(given["member_limit"])
    if {"valid_until", "auto_delete"} & given.keys():
        values |= _auto_delete(there, given, values)
    return values


def _auto_delete(there: Unit | None, given: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, bool]:
    """Auto-delete needs an end that is still to come; where just the end was taken away it goes too."""
    there = there or Unit()
    ends = values.get("valid_until", there.valid_until)
    wanted = bool(given.get("auto_delete", there.auto_delete))
    if not wanted:
        return {"auto_delete": False}
    if ends is None:
        if given.get("auto_delete"):
            raise Refused(_("Say until when first."), field="auto_delete", code="no_end")
        return {"auto_delete": False}
    if ends <= now() and (not there.auto_delete or ends != there.valid_until):
        message = _("This end has passed already: the accounts would be deleted at once.")
        raise Refused(message, field="valid_until", code="passed")
    return {"auto_delete": True}


def _limit(value: Any) -> int | None:
    """A number of family members, or None."""
    if value is None or value == "":
        return None
    typed = str(value).strip()
    if not (typed.isascii() and typed.isdigit() and int(typed) <= MOST_MEMBERS):
        message = _("A number from 0 to {most}, or blank for no limit.").format(most=MOST_MEMBERS)
        raise Refused(message, field="member_limit", code="invalid")
    return int(typed)
