"""Letters to an installer about its own accounts: who came in, and how they can be opened."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from ..models import Organisation, Switch, User
from ..queries.switching import logins_of
from . import mail

ENTERED, LINKED = "account_entered", "account_linked"


def entered(switch: Switch) -> None:
    """Somebody above has switched into an account of the company. Within the transaction of the switch."""
    into = switch.into
    context = {
        "actor": switch.actor_name,
        "account": into.username if into else switch.into_name,
        "page": _page("accounts:switches"),
    }
    _write(switch.organisation, ENTERED, context)


def linked(user: User) -> None:
    """This account opens another one now, and is opened by it. Its installer learns nothing of the other."""
    if user.organisation is not None:
        context = {"account": user.username, "page": _page("accounts:user", user.pk)}
        _write(user.organisation, LINKED, context)


def _write(company: Organisation, kind: str, context: Mapping[str, Any]) -> None:
    """To the installers of a company who want notices; if nobody does, to the address of the company."""
    installers = list(logins_of(company))
    letters = [mail.Letter(one, context=context) for one in installers if one.wants_notices and one.email]
    if not letters and installers and company.email:
        letters = [mail.Letter(installers[0], to=company.email, context=context)]
    if letters:
        mail.send_many(scope=None, kind=kind, letters=letters)


def _page(name: str, *args: int) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"
