"""From when until when somebody opens anything at all: lease and valid time of the apartment together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from access.models import Subject
from sites.models import Residency
from smartplus.kernel.words import _

from .times import moment_in_words, within


@dataclass(frozen=True)
class Validity:
    """The span of one person, at the moment `at`, with the zone its moments are told in."""

    since: datetime | None
    until: datetime | None
    zone: str
    at: datetime

    @property
    def never(self) -> bool:
        """Whether lease and valid time of the apartment do not meet."""
        return self.since is not None and self.until is not None and self.until <= self.since

    @property
    def holds(self) -> bool:
        """Whether it is running."""
        return not self.never and within(self.since, self.until, self.at)

    @property
    def begins(self) -> str:
        """When it begins, local time of the site; "" once it has begun."""
        later = self.since is not None and self.since > self.at
        return moment_in_words(self.since, self.zone) if self.since and later else ""

    @property
    def ended(self) -> str:
        """When it ended, "" as long as it has not."""
        over = self.until is not None and self.until <= self.at
        return moment_in_words(self.until, self.zone) if self.until and over else ""

    @property
    def ends(self) -> str:
        """When it will end, "" for one that has ended or never does."""
        return moment_in_words(self.until, self.zone) if self.until and not self.ended else ""

    @property
    def sentence(self) -> str:
        """What managers read; "" for somebody without any limit."""
        if self.ended:
            return _("Ended {moment}, local time.").format(moment=self.ended)
        if self.never:
            return str(_("Never valid: the lease and the valid time of the apartment do not meet."))
        if self.begins and self.ends:
            sentence = _("Begins {begin}, valid until {end}, local time.")
            return sentence.format(begin=self.begins, end=self.ends)
        if self.begins:
            return _("Begins {moment}, local time.").format(moment=self.begins)
        return _("Valid until {moment}, local time.").format(moment=self.ends) if self.ends else ""


def validity_of(person: Residency, at: datetime) -> Validity:
    """The span of a resident (whose site is loaded). One query.

    PINs and cards of somebody past it stay taken until the person is removed: nobody else gets the same ones
    while the lease may still be extended.
    """
    spans = Subject.objects.filter(residency=person).values_list("valid_from", "valid_until")
    since, until = spans.first() or (person.valid_from, person.valid_until)
    return Validity(since, until, person.site.time_zone, at)


def valid_at(at: datetime) -> Q:
    """Condition on residents: lease and valid time of the apartment run at this moment."""
    begun = Q(subject__valid_from=None) | Q(subject__valid_from__lte=at)
    return begun & (Q(subject__valid_until=None) | Q(subject__valid_until__gt=at))
