"""One person's data, chapter by chapter: each app says what it knows; wired in `smartplus/wiring.py`.

A chapter becomes one file of the export. It gives plain rows, one at a time, and never a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.queries import chapters as accounts
from smartplus.kernel.words import _

from .models import Residency, Site


@dataclass(frozen=True)
class About:
    """Whose data: a login with the homes that are told of.

    `whole`: the person asks, so all of the own homes and the login itself are in it. Otherwise a site
    asks, and nothing but the one home on that site is.
    """

    user_id: int
    homes: tuple[Residency, ...]
    whole: bool

    @property
    def ids(self) -> list[int]:
        """The homes by id."""
        return [home.pk for home in self.homes]


@dataclass(frozen=True)
class Chapter:
    """One file: its name without the ending, what it tells, its rows. `own`: for the person alone."""

    name: str
    tells: str
    rows: Callable[[About], Iterable[Mapping[str, Any]]]
    own: bool = False


_chapters: dict[str, Chapter] = {}


def tell(*chapters: Chapter) -> None:
    """These belong to the export from now on; naming one twice changes nothing."""
    _chapters.update({chapter.name: chapter for chapter in chapters})


def told(*, whole: bool) -> list[Chapter]:
    """The chapters of an export, in the order of their names."""
    return [chapter for _name, chapter in sorted(_chapters.items()) if whole or not chapter.own]


FIELDS = (
    "first_name", "last_name", "email", "country_code", "mobile", "phone", "language", "remark", "unique_id",
    "place_label", "sip", "intercom", "account_state", "app_state", "valid_from", "valid_until", "created_at",
)  # fmt: skip


def homes(about: About) -> Iterable[Mapping[str, Any]]:
    """Who the person is at each home, with its address and the times it may be entered."""
    for home in about.homes:
        site: Site = home.site
        yield {
            "site": site.name,
            "address": site.address,
            "kind": home.kind,
            **{name: getattr(home, name) for name in FIELDS},
            "call_type": home.get_call_type_display(),
            "apartment": _apartment(home),
        }


def _apartment(home: Residency) -> Mapping[str, Any] | None:
    if home.unit is None:
        return None
    names = ("number", "name", "phone_1", "phone_2", "phone_3", "valid_from", "valid_until")
    return {name: getattr(home.unit, name) for name in names}


def changes(about: About) -> Iterable[Mapping[str, Any]]:
    """What was changed of the person there, without the names of those who did."""
    for home in about.homes:
        yield from accounts.changes_of(home)


def _of_login(name: str, tells: str, rows: Callable[[int], Iterable[Mapping[str, Any]]]) -> Chapter:
    return Chapter(name, tells, lambda about: rows(about.user_id), own=True)


tell(
    Chapter("home/homes", _("Name, email, mobile, apartment and lease"), homes),
    Chapter("home/changes", _("When which of these details were changed"), changes),
    _of_login("account/login", _("The login and its settings"), accounts.login),
    _of_login("account/sessions", _("Browsers that are or were signed in"), accounts.sessions),
    _of_login("account/policies", _("Policies that were agreed to"), accounts.policies),
    _of_login("account/notices", _("Notices that were read"), accounts.notices),
    _of_login("account/feedback", _("Feedback that was sent"), accounts.feedback),
    _of_login("account/emails", _("Emails that were sent: kind and time"), accounts.emails),
)
