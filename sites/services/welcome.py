"""Login details: user name, a single-use link to set a password, a QR code; and whom they go to.

To the person's own email; a family member without one is reached by the family master's, as soon as
there is one. Nobody is written to twice for the same reason.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.services import links, mail
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

KIND = "welcome_resident"
"""The kind of email; its templates get `site`, `name`, `place`, `sip` and `by_master`."""


def welcome(*, scope: Scope, people: Sequence[Residency]) -> int:
    """Send login details to all of these people of one site that email reaches; returns how many."""
    if not people:
        return 0
    masters = _masters(people)
    letters = [letter for one in people if (letter := _letter(one, masters.get(one.unit_id or 0)))]
    mail.send_many(scope=scope, kind=KIND, letters=letters, site_id=people[0].site_id)
    return len(letters)


def address_changed(*, scope: Scope, people: Sequence[Residency], before: Mapping[int, str]) -> None:
    """Send login details to new addresses; `before` is id to the email so far.

    Links in the old mailboxes are void: whoever reads there sets no password any more. A family master
    who gets a first email gets the login details of the members who had nobody to be reached by.
    """
    links.void_many([one.user_id for one in people])
    reached = [one for one in people if one.email]
    units = {one.unit_id for one in reached if one.kind == Residency.Kind.MASTER and not before[one.pk]}
    waiting = Residency.objects.filter(unit__in=units, kind=Residency.Kind.MEMBER, email="")
    known = {one.pk for one in reached}
    late = [one for one in waiting.select_related("user", "site") if one.pk not in known]
    welcome(scope=scope, people=[*reached, *late])


@transaction.atomic
def send_login_details(*, scope: Scope, person: Residency) -> None:
    """New login details: the present password stops working at once, a new link is sent.

    Raises `Refused` when no email reaches the person, and when the login is switched off.
    """
    if not recipient_of(person):
        raise Refused(
            _("No email to send to. Add one to the person or to the family master."), code="no_email"
        )
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
    """The address login details of this person go to now; "" when there is none."""
    if person.email or person.kind != Residency.Kind.MEMBER:
        return person.email
    master = _masters([person]).get(person.unit_id or 0)
    return master.email if master else ""


def _masters(people: Sequence[Residency]) -> dict[int, Residency]:
    """The family masters that stand in for members without an email, by unit."""
    units = {one.unit_id for one in people if one.kind == Residency.Kind.MEMBER and not one.email}
    if not units:
        return {}
    masters = Residency.objects.filter(unit__in=units, kind=Residency.Kind.MASTER).exclude(email="")
    return {master.unit_id or 0: master for master in masters}


def _letter(person: Residency, master: Residency | None) -> mail.Letter | None:
    reader = person if person.email else master
    if reader is None or not reader.email:
        return None
    site: Site = person.site
    context = {
        "site": site.name,
        "name": person.full_name,
        "place": person.place_label,
        "sip": person.sip,
        "by_master": reader is not person,
    }
    return mail.Letter(person.user, to=reader.email, language=reader.language, context=context)
