"""Day and time as clocks at a site show them, whatever zone the reader sits in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from sites.local_times import instant
from sites.models import Site
from smartplus.kernel.widgets import DateTimeInput
from smartplus.kernel.words import _
from smartplus.kernel.zones import describe

SPAN = ("valid_from", "valid_until")
EARLIEST, LATEST = 2000, 2200


class MomentField(forms.Field):
    """A day and time at the site; cleaned to the instant. The form says at which site (`at_site`)."""

    widget = DateTimeInput
    zone = "UTC"

    def to_python(self, value: Any) -> datetime | None:
        """What was typed as an instant; raises `ValidationError` for what is no time."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            local = parse_datetime(text)
        except ValueError:
            local = None
        if local is None or local.tzinfo is not None or not EARLIEST <= local.year < LATEST:
            raise ValidationError(_("Type a day and a time."), code="invalid")
        return instant(local, self.zone)

    def prepare_value(self, value: Any) -> Any:
        """An instant as clocks at the site show it."""
        return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) if _is_instant(value) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the minute was changed; seconds are not shown."""
        shown = f"{self.prepare_value(initial):%Y-%m-%dT%H:%M}" if _is_instant(initial) else ""
        return shown != str(data or "").strip()[:16]


def _is_instant(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


class LeaseFields(forms.Form):
    """From and until when somebody lives (works) here."""

    valid_from = MomentField(label=_("Move-in"), required=False)
    valid_until = MomentField(label=_("Move-out"), required=False)


def at_site(form: Any, site: Site) -> None:
    """Let the lease of a form be in the time of the site, and say so."""
    for name in SPAN:
        form.fields[name].zone = site.time_zone
    zone = describe(site.time_zone)
    form.fields["valid_from"].help_text = _("Time of the site, {zone}. Blank: opens at once.").format(
        zone=zone
    )
    form.fields["valid_until"].help_text = _("Nothing opens from then on. Blank: no end.")
    if site.kind == Site.Kind.OFFICE:
        form.fields["valid_from"].label, form.fields["valid_until"].label = _("From"), _("Until")


def changed_span(form: Any) -> dict[str, datetime | None]:
    """Those of the two moments that were changed, as instants."""
    return {name: form.cleaned_data[name] for name in SPAN if name in form.changed_data}
