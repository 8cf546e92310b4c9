"""What people type about groups and about a resident's access."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from access.fields import DoorChoiceField, GroupChoiceField
from access.queries.groups import doors_by_place, with_figures
from access.queries.keys import masked
from access.queries.times import DAYS
from sites.local_times import instant
from sites.models import Residency
from sites.services.plans import quiet_because
from smartplus.kernel.forms import Group, ScopedForm
from smartplus.kernel.widgets import Choices, Code, Radios, Tiles
from smartplus.kernel.words import _, filled, pgettext

from .models import AccessGroup
from .services.credentials import generate_pin
from .services.grants import allowed
from .services.groups import GroupTo, change_group, create_group
from .services.people import AccessTo, save_access

Repeat = AccessGroup.Repeat
TWO_LINES = "{name}\n{hint}"
REPEATS = (
    (Repeat.ALWAYS, filled(TWO_LINES, name=_("Always"), hint=_("At any hour"))),
    (Repeat.DAILY, filled(TWO_LINES, name=_("Daily"), hint=_("Between two times of each day"))),
    (Repeat.WEEKLY, filled(TWO_LINES, name=_("Weekly"), hint=_("Between two times of some days"))),
    (
        Repeat.NEVER,
        filled(TWO_LINES, name=pgettext("repeats", "Never"), hint=_("Once, from one moment to another")),
    ),
)
FIELDS_OF = {
    Repeat.DAILY: ("start_time", "end_time"),
    Repeat.WEEKLY: ("days", "start_time", "end_time"),
    Repeat.NEVER: ("starts_at", "ends_at"),
}
TIMING = ("days", "start_time", "end_time", "starts_at", "ends_at")


def at_the_site(moment: datetime | None, zone: str) -> datetime | None:
    """What was typed as a local time of the site, whatever the reader's own zone."""
    return None if moment is None else instant(moment.replace(tzinfo=None), zone)


def as_typed(moment: datetime | None, zone: str) -> datetime | None:
    """The other way round, for the form."""
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


class GroupForm(ScopedForm):
    """A group: name, hours, doors."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("As managers find it in lists."))
    repeat = forms.ChoiceField(label=_("Repeats"), choices=REPEATS, initial=Repeat.ALWAYS, widget=Radios)
    days = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=list(enumerate(DAYS)), coerce=int, required=False, widget=Tiles,
        help_text=_("On these days."),
        error_messages={"required": _("Choose at least one day.")},
    )  # fmt: skip
    start_time = forms.TimeField(
        label=_("From"), required=False, help_text=_("Local time of the site. This minute belongs to it.")
    )
    end_time = forms.TimeField(
        label=_("Until"),
        required=False,
        help_text=_("Not after the start: the next morning. The same time twice: 24 hours."),
    )
    starts_at = forms.DateTimeField(label=_("From"), required=False, help_text=_("Local time of the site."))
    ends_at = forms.DateTimeField(
        label=_("Until"), required=False, help_text=_("Doors close by themselves then.")
    )
    relays = DoorChoiceField(label=_("Doors"), required=False, help_text=_("Opened within these hours."))

    refresh = ("repeat",)
    groups = (
        Group(_("Group"), ("name",)),
        Group(_("Hours"), ("repeat", *TIMING)),
        Group(_("Doors"), ("relays",)),
    )

    def setup(self) -> None:
        chosen = str(self.current("repeat") or Repeat.ALWAYS)
        for name in TIMING:
            if name in FIELDS_OF.get(chosen, ()):
                self.fields[name].required = True
            else:
                del self.fields[name]
        if self.row is not None and self.row.is_default:
            del self.fields["relays"]
            return
        doors: Any = self.fields["relays"]
        doors.queryset = doors_by_place(doors.queryset.filter(device__site=self.within["site"]))

    def perform(self) -> AccessGroup:
        """Create or change."""
        cleaned, zone = self.cleaned_data, self.within["site"].time_zone
        to = GroupTo(
            name=cleaned["name"], repeat=cleaned["repeat"], days=tuple(cleaned.get("days") or ()),
            start_time=cleaned.get("start_time"), end_time=cleaned.get("end_time"),
            starts_at=at_the_site(cleaned.get("starts_at"), zone),
            ends_at=at_the_site(cleaned.get("ends_at"), zone),
            relays=tuple(relay.pk for relay in cleaned.get("relays") or ()),
        )  # fmt: skip
        if self.row is None:
            return create_group(scope=self.scope, site=self.within["site"], to=to)
        return change_group(scope=self.scope, group=self.row, to=to)


class JoinForm(ScopedForm):
    """From and until when people are in a group."""

    starts_at = forms.DateTimeField(label=_("From"), required=False, help_text=_("Blank: at once."))
    ends_at = forms.DateTimeField(
        label=_("Until"), required=False, help_text=_("Blank: until somebody ends it.")
    )

    def span(self) -> dict[str, datetime | None]:
        """Both moments, in the site's own time."""
        zone = self.within["site"].time_zone
        return {name: at_the_site(self.cleaned_data.get(name), zone) for name in ("starts_at", "ends_at")}


class ResidentAccessForm(ScopedForm):
    """PIN, cards and groups of a resident."""

    pin = forms.CharField(
        label=_("PIN"),
        required=False,
        max_length=8,
        widget=Code({"inputmode": "numeric", "autocomplete": "off"}),
    )
    no_pin = forms.BooleanField(label=_("Take the PIN away"), required=False)
    lost = forms.TypedMultipleChoiceField(
        label=_("Cards to take away"), coerce=int, required=False, widget=Choices
    )
    cards = forms.CharField(
        label=_("New cards"), required=False, widget=forms.Textarea({"rows": 2, "class": "code"}),
        help_text=_("One number a line, 6 to 20 characters, 0 to 9 and A to F. A card opens for one person."),
    )  # fmt: skip
    access_groups = GroupChoiceField(label=_("Access groups"), required=False)

    buttons = {"pin": (("generate", _("Generate"), "dices"),)}

    def setup(self) -> None:
        person: Residency = self.row
        keys = masked(person)
        has_pin = any(key.kind == "pin" for key in keys)
        self.fields["pin"].help_text = (
            _("Has one. Blank leaves it as it is. 2 to 8 digits, not starting with 9.")
            if has_pin
            else _("2 to 8 digits, not starting with 9.")
        )
        if not has_pin:
            del self.fields["no_pin"]
        if quiet_because(self.within["site"]):
            for name in {"pin", "no_pin"} & self.fields.keys():
                del self.fields[name]
        cards = [(key.pk, f"{key.text}\n{_('RF card')}") for key in keys if key.kind == "card"]
        lost: Any = self.fields["lost"]
        lost.choices = cards
        if not cards:
            del self.fields["lost"]
        self._offer_groups(person)

    def _offer_groups(self, person: Residency) -> None:
        site = self.within["site"]
        if not allowed(site):
            del self.fields["access_groups"]
            return
        offered: Any = self.fields["access_groups"]
        offered.zone = site.time_zone
        offered.queryset = with_figures(offered.queryset.order_by("name"))

    def do_generate(self, data: QueryDict) -> None:
        """Fill in a free PIN."""
        data["pin"] = generate_pin(site=self.within["site"], residency=self.row)

    def perform(self) -> Residency:
        """Save all of it at once."""
        cleaned = self.cleaned_data
        typed = cleaned.get("pin", "")
        pin = "" if cleaned.get("no_pin") and not typed else typed or None
        chosen = cleaned.get("access_groups")
        to = AccessTo(
            pin=pin,
            new_cards=[line for line in cleaned["cards"].splitlines() if line.strip()],
            lost=tuple(cleaned.get("lost") or ()),
            groups=None if chosen is None else [group.pk for group in chosen],
        )
        return save_access(scope=self.scope, person=self.row, to=to)
