"""Registration QR codes: single-use links to set a password, handed over on paper or a screen.

Only the digest of a link is kept, so a code is seen once, by who made it, and the trail says who made it for
whom. A person has one good code: a new one voids it, and the links that were mailed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import PasswordLink, User
from accounts.services import links
from accounts.services.letters import link_of
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .guards import hold

MOST = 500
"""Codes of one sheet: as many as somebody still cuts apart. For more there are several (`code_sheets`)."""
REGISTERED = _("Registered already: a password was set. Whoever forgot it asks for a new one at the login.")
NOBODY = _("Nobody of these is left to register.")


@dataclass(frozen=True)
class Code:
    """Whom a code is for, what is in it, and until when it is good."""

    person: Residency
    token: str = field(repr=False)
    until: datetime

    @property
    def link(self) -> str:
        """The address in the code."""
        return link_of(self.token)


@transaction.atomic
def make_codes(*, scope: Scope, site: Site, residency_ids: Iterable[int]) -> list[Code]:
    """A new code for each of these people of a site who is not registered, by apartment and name.

    Raises `Refused` when nobody is left to register, and for more than `MOST`: then `code_sheets` makes them.
    """
    site = hold(scope, site)
    people = Residency.objects.filter(site=site, pk__in=set(residency_ids))
    return _write(scope, site, people)


def people_of_units(*, site: Site, unit_ids: Sequence[int], masters_only: bool) -> list[int]:
    """The family masters of apartments of a site, or everybody there."""
    people = Residency.objects.filter(site=site, unit__in=unit_ids)
    chosen = people.filter(kind=Residency.Kind.MASTER) if masters_only else people
    return list(chosen.values_list("pk", flat=True))


def unregistered(people: QuerySet[Residency]) -> QuerySet[Residency]:
    """Those among `people` a code may be for, by apartment and name."""
    waiting = people.filter(app_state=Residency.AppState.UNREGISTERED, user__is_active=True)
    return waiting.order_by("place_key", "kind", "sort_name", "pk")


def _write(scope: Scope, site: Site, people: QuerySet[Residency]) -> list[Code]:
    chosen = list(unregistered(people)[: MOST + 1])
    if len(chosen) > MOST:
        raise Refused(
            _("More than {n} people of these are not registered. Choose fewer.").format(n=MOST),
            code="too_many",
        )
    # Held while the links are made: who sets a password meanwhile is not handed to somebody else.
    logins = User.objects.select_for_update(no_key=True).filter(pk__in={one.user_id for one in chosen})
    open_ids = {login.pk for login in logins.order_by("pk") if not login.has_usable_password()}
    chosen = [one for one in chosen if one.user_id in open_ids]
    if not chosen:
        raise Refused(NOBODY, code="nobody")
    made = links.issue_anew([one.user_id for one in chosen], PasswordLink.Purpose.WELCOME)
    codes = [Code(one, made[one.user_id].token, made[one.user_id].expires_at) for one in chosen]
    trail = [(code.person, None, {"until": code.until}) for code in codes]
    audit.record_many(scope, "resident.code", trail, site_id=site.pk)
    return codes


def make_code(*, scope: Scope, person: Residency) -> Code:
    """`make_codes` for one. Raises `Refused` for somebody who is registered."""
    try:
        return make_codes(scope=scope, site=person.site, residency_ids=[person.pk])[0]
    except Refused as refusal:
        if refusal.code != "nobody":
            raise
        raise Refused(REGISTERED, code="registered") from refusal


def codes_behind(*, site: Site, tokens: Sequence[str]) -> list[Code]:
    """The codes of a site that somebody holds, as long as they are good; others are left out."""
    good = links.find_many(tokens[:MOST], PasswordLink.Purpose.WELCOME)
    token_of = {link.user_id: token for token, link in good.items()}
    people = Residency.objects.filter(site=site, user__in=token_of).order_by(
        "place_key", "kind", "sort_name", "pk"
    )
    return [Code(one, token_of[one.user_id], good[token_of[one.user_id]].expires_at) for one in people]
