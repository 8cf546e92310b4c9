"""Login details: user name, a single-use link to set a password, a QR code; and whom they go to (S6).

To the person's own email, else the own mobile; a family member without either is reached by the family
master's, as soon as there is one. Nobody is written to twice for the same reason. A text message holds no QR
code. Whoever is not activated yet gets them when that is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.services import links, mail, sms
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

KIND = "welcome_resident"
"""The kind of email; its templates get `site`, `name`, `place`, `sip` and `by_master`."""
TEXT, TEXT_BY_MASTER = "text_welcome_resident", "text_welcome_member"
"""The kinds of text message; their templates get `sip` and `name`."""
REACH = ("email", "country_code", "mobile")
"""The fields of a person that say where login details go."""
SHORT = 12
NOBODY = _("No email or mobile to send to. Add one to the person or to the family master.")


@dataclass(frozen=True)
class _Post:
    """What goes out in one go, by kind."""

    letters: dict[str, list[mail.Letter]] = field(default_factory=dict)

    def add(self, kind: str, letter: mail.Letter) -> None:
        self.letters.setdefault(kind, []).append(letter)


def welcome(*, scope: Scope, people: Sequence[Residency]) -> int:
    """Send login details to all of these people of one site that can be reached; returns how many.

    Those who are not activated yet are left out.
    """
    active = [one for one in people if one.account_state != Residency.AccountState.INACTIVATED]
    masters = _masters(active)
    post = _Post()
    for one in active:
        _write(post, one, masters.get(one.unit_id or 0))
    for kind, letters in post.letters.items():
        mail.send_many(scope=scope, kind=kind, letters=letters, site_id=people[0].site_id)
    return sum(map(len, post.letters.values()))


def way_before(person: Residency, before: Mapping[str, Any]) -> str:
    """Where somebody was reached before the fields in `before` changed."""
    return _way(*(str(before.get(name, getattr(person, name))) for name in REACH))


def reached_anew(*, scope: Scope, people: Sequence[Residency], before: Mapping[int, str]) -> None:
    """Send login details to new addresses; `before` is id to where each was reached so far.

    Links in the old mailboxes and telephones are void: whoever reads there sets no password any more. A
    family master who can be reached for the first time gets the login details of the members who had
    nobody to be reached by.
    """
    changed = [one for one in people if own_way(one) != before[one.pk]]
    if not changed:
        return
    logins = [one.user_id for one in changed]
    links.void_many(logins)
    mail.withdraw(user_ids=logins, kinds=(TEXT, TEXT_BY_MASTER), why="The address was changed.")
    reached = [one for one in changed if own_way(one)]
    units = {one.unit_id for one in reached if one.kind == Residency.Kind.MASTER and not before[one.pk]}
    waiting = Residency.objects.filter(unit__in=units, kind=Residency.Kind.MEMBER, email="")
    known = {one.pk for one in reached}
    late = [
        one for one in waiting.select_related("user", "site") if one.pk not in known and not own_way(one)
    ]  # fmt: skip
    welcome(scope=scope, people=[*reached, *late])


@transaction.atomic
def send_login_details(*, scope: Scope, person: Residency) -> None:
    """New login details: the present password stops working at once, a new link is sent.

    Raises `Refused` when nothing reaches the person, when the account waits to be activated, and when the
    login is switched off.
    """
    if person.account_state == Residency.AccountState.INACTIVATED:
        raise Refused(_("This account is not activated yet."), code="inactivated")
    if not recipient_of(person):
        raise Refused(NOBODY, code="no_email")
    login = User.objects.select_for_update().get(pk=person.user_id)
    if not login.is_active:
        raise Refused(_("This login is switched off."), code="switched_off")
    login.set_unusable_password()
    login.save(update_fields=["password"])
    links.void(login)
    removed = {"password": audit.SECRET}
    audit.record(scope, "password.remove", login, after=removed, site_id=person.site_id)
    welcome(scope=scope, people=[person])


def recipient_of(person: Residency) -> str:
    """The email or mobile login details of this person go to now; "" when there is none."""
    own = own_way(person)
    if own or person.kind != Residency.Kind.MEMBER:
        return own
    master = _masters([person]).get(person.unit_id or 0)
    return own_way(master) if master else ""


def own_way(person: Residency) -> str:
    """Where somebody is reached without the family: the email, else the mobile, else ""."""
    return _way(person.email, person.country_code, person.mobile)


def _way(email: str, country_code: str, mobile: str) -> str:
    return email or (f"+{country_code} {mobile}" if mobile and sms.available() else "")


def _masters(people: Iterable[Residency]) -> dict[int, Residency]:
    """The family masters that stand in for members who are not reached otherwise, by unit."""
    units = {one.unit_id for one in people if one.kind == Residency.Kind.MEMBER and not own_way(one)}
    if not units:
        return {}
    masters = Residency.objects.filter(unit__in=units, kind=Residency.Kind.MASTER)
    return {master.unit_id or 0: master for master in masters if own_way(master)}


def _write(post: _Post, person: Residency, master: Residency | None) -> None:
    reader = person if own_way(person) else master
    to = own_way(reader) if reader else ""
    if reader is None or not to:
        return
    if reader.email:
        post.add(KIND, _email(person, reader))
        return
    kind, context = TEXT, {"sip": person.sip}
    if reader is not person:
        kind, context["name"] = TEXT_BY_MASTER, person.first_name[:SHORT]
    post.add(kind, mail.Letter(person.user, to=to, language=reader.language, context=context))


def _email(person: Residency, reader: Residency) -> mail.Letter:
    site: Site = person.site
    context = {
        "site": site.name,
        "name": person.full_name,
        "place": person.place_label,
        "sip": person.sip,
        "by_master": reader is not person,
    }
    return mail.Letter(person.user, to=reader.email, language=reader.language, context=context)
