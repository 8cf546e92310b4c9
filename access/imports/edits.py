"""A row about somebody who is there: what differs, what may not, and whether that is still so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from access.queries.lines import KIND_AS_NUMBER, Line
from access.services.codes import key_of
from smartplus.kernel.imports import Row
from smartplus.kernel.words import _

PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "calling_code": "country_code",
    "mobile": "mobile",
    "remark": "remark",
}
"""Columns by the field of the person they change."""
HOME = {"apt_name": "name", "phone_1": "phone_1", "phone_2": "phone_2", "phone_3": "phone_3"}
"""Columns by the field of the apartment they change."""
COMPARED = (*PERSON, *HOME, "groups")
OF_THE_LOGIN = ("email", "calling_code", "mobile")

NO_MOVE = _("Nobody moves by this file. Leave the apartment as it was exported.")
NO_KIND = _("The account type stays. Leave it as it was exported.")
SEVERAL_HOMES = _("This login has several homes: email, mobile and country code are not changed here.")
MEANWHILE = _("Changed by somebody else meanwhile. Export the list again and change it there.")


def said(name: str, value: Any) -> str:
    """The cell by which a checked value would be exported."""
    if name == "account_type":
        return KIND_AS_NUMBER.get(value, "")
    if name == "groups":
        return ";".join(map(str, sorted(value)))
    return str(value)


def loosely(text: str) -> str:
    """A number as a spreadsheet leaves it that took it for one."""
    return text.lstrip("+0")


def wanted_cells(row: Row, there: Line) -> dict[str, str]:
    """What the row wants of a person: blank cells, and what is not to change any more, as it is there.

    A number that lost nothing but what spreadsheets lose is no change.
    """
    now = there.cells
    if row.seen is not None:
        return {name: cell if name in row.seen else now.get(name, "") for name, cell in row.cells.items()}
    cells = {name: cell or now.get(name, "") for name, cell in row.cells.items()}
    for name in row.typed:
        if name in now and loosely(cells[name]) == loosely(now[name]):
            cells[name] = now[name]
    return cells


def forbidden(cleaned: Mapping[str, Any], there: Line) -> dict[str, str]:
    """Column to why what it says of a person may not be."""
    wrong = {}
    for name in ("building", "apt"):
        if name in cleaned and cleaned[name].lower() != there.cells[name].lower():
            wrong[name] = str(NO_MOVE)
    if (
        "account_type" in cleaned
        and said("account_type", cleaned["account_type"]) != there.cells["account_type"]
    ):
        wrong["account_type"] = str(NO_KIND)
    if there.linked:
        wrong |= {name: str(SEVERAL_HOMES) for name in OF_THE_LOGIN if differs(name, cleaned, there)}
    return wrong


def differs(name: str, cleaned: Mapping[str, Any], there: Line) -> bool:
    """Whether a checked cell says something else than what is there."""
    return name in cleaned and said(name, cleaned[name]) != there.cells[name]


def differences(row: Row, there: Line, pins: Mapping[int, str], own_cards: set[str]) -> dict[str, str]:
    """Column to what is there, of those where the row says something else.

    Of a PIN it is the mark by which one sees that it changed, of cards nothing: they are only added.
    """
    found = {name: there.cells[name] for name in COMPARED if differs(name, row.cleaned, there)}
    pin, mark = row.cleaned.get("pin"), pins.get(there.pk, "")
    if pin and pin_mark(pin) != mark:
        found["pin"] = mark
    if set(row.cleaned.get("cards") or ()) - own_cards:
        found["cards"] = ""
    return found


def overtaken(row: Row, cleaned: Mapping[str, Any], there: Line, pins: Mapping[int, str]) -> list[str]:
    """The columns where what is there is neither what the row was compared with nor what it says."""
    found = []
    for name, before in (row.seen or {}).items():
        if name == "pin":
            now, wanted = pins.get(there.pk, ""), pin_mark(cleaned.get("pin") or "")
        elif name in COMPARED and name in cleaned:
            now, wanted = there.cells[name], said(name, cleaned[name])
        else:
            continue
        if now not in (before, wanted):
            found.append(name)
    return found


def pin_mark(pin: str) -> str:
    """The mark of a PIN (`pin_marks`)."""
    return key_of("pin", pin).hex() if pin else ""
