"""The cells of a lease table: days, statuses, apartments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sites.models import Site, Unit
from sites.services.lease_plan import LeasePlan
from sites.services.lease_rows import Standing
from smartplus.kernel.words import _

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
PARTED = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})")
EARLIEST, LATEST = 1950, 2200

WORDS = {
    Standing.CURRENT: (
        "current", "active", "occupied", "in place", "resident", "current resident", "leased", "moved in",
        "renewed", "month to month", "month-to-month", "mtm", "holdover", "yes", "1", "true",
        "notice", "on notice", "notice given", "notice to vacate", "under notice", "vacating", "ntv",
        "eviction", "pending renewal",
    ),
    Standing.FUTURE: (
        "future", "future resident", "upcoming", "pending", "pending move-in", "pending move in", "approved",
        "preleased", "pre-leased", "reserved", "not yet moved in", "signed",
    ),
    Standing.ENDED: (
        "past", "past resident", "former", "former resident", "ended", "expired", "terminated", "moved out",
        "move out", "vacated", "vacant", "evicted", "skipped", "inactive", "closed",
        "cancelled", "canceled", "denied", "rejected", "declined", "withdrawn", "no show", "no", "0", "false",
    ),
}  # fmt: skip
STANDINGS = {word: standing for standing, words in WORDS.items() for word in words}


@dataclass
class Known:
    """What all rows are checked against; read once."""

    site: Site
    units: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    plan: LeasePlan | None = None

    def unit_of(self, text: str, building: str = "") -> int | None:
        """The apartment called so: by building and number, by its number alone where there is one such.

        With `building` in it alone: the same number elsewhere is another apartment. Raises `ValidationError`.
        """
        key = _plain(text)
        if not key:
            return None
        whole = f"{building} {text}".strip()
        found = self.units.get(_plain(whole)) or self.units.get(key)
        if found is not None:
            return found
        several = [] if building else self.numbers.get(key, [])
        if len(several) > 1:
            said = _("Several buildings have an apartment {text}; add the building.")
            raise ValidationError(said.format(text=text[:60]))
        if not several:
            raise ValidationError(_("This site has no apartment “{text}”.").format(text=whole[:60]))
        return several[0]


def read_units(site: Site) -> Known:
    """The apartments of a community: one query."""
    known = Known(site)
    rows = Unit.objects.filter(site=site, building__isnull=False)
    for pk, label, number in rows.values_list("pk", "place_label", "number"):
        known.units[_plain(label)] = pk
        known.numbers.setdefault(_plain(number), []).append(pk)
    return known


def _plain(text: str) -> str:
    """A place without case; commas, hyphens and blanks between building and number are all one."""
    return " ".join(re.split(r"[\s,;/–-]+", text.casefold())).strip()


class DayField(forms.CharField):
    """A day, in ISO or as the site writes dates; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.date_format = str(Site.DateFormat.YMD)

    def clean(self, value: Any) -> date | None:
        """The day."""
        text = str(super().clean(value) or "")
        return day_of(text, self.date_format) if text else None


def day_of(text: str, date_format: str) -> date:
    """The day a text means; raises `ValidationError`."""
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := PARTED.fullmatch(text):
        parts = dict(zip(date_format.split("/"), found.groups(), strict=True))
        if len(parts["Y"]) != 4:
            raise ValidationError(_wrong(text, date_format))
        year, month, day = int(parts["Y"]), int(parts["M"]), int(parts["D"])
    else:
        raise ValidationError(_wrong(text, date_format))
    try:
        made = date(year, month, day)
    except ValueError:
        raise ValidationError(_("There is no such day: {text}.").format(text=text)) from None
    if not EARLIEST <= made.year < LATEST:
        raise ValidationError(_("There is no such day: {text}.").format(text=text))
    return made


def _wrong(text: str, date_format: str) -> str:
    shown = {"Y/M/D": "2027/06/30", "M/D/Y": "06/30/2027", "D/M/Y": "30/06/2027"}[date_format]
    said = _("“{text}” is no day. Write it as 2027-06-30, or as this site does: {example}.")
    return said.format(text=text[:30], example=shown)


class StandingField(forms.CharField):
    """What the table calls the lease; None when empty: the days tell."""

    def clean(self, value: Any) -> Standing | None:
        """What it means for access."""
        text = " ".join(str(super().clean(value) or "").casefold().replace("_", " ").split())
        if not text:
            return None
        if text not in STANDINGS:
            said = _("“{text}” is no status we know: Current, Notice, Future, Past or Cancelled.")
            raise ValidationError(said.format(text=text[:30]))
        return STANDINGS[text]
