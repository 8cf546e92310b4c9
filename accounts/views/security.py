"""Sign-in & security: the own factors, recovery codes and sessions."""

from base64 import b64encode
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, FormPage, Link, ListPage, prove
from smartplus.kernel.words import _, pgettext

from .. import session_list
from ..forms.security import ConfirmForm, PasskeyAddForm, PasskeyNameForm, RecoveryForm, TotpForm
from ..models import Passkey, User, UserSession
from ..permissions import Can
from ..queries.factors import factors_of, passkeys_of, recovery_left
from ..queries.sessions import alive, open_sessions
from ..services import passkeys, sessions, totp
from ..services.letters import qr_code
from ..steps import challenge, question, within_house
from .profile import OwnPage, own_row

ABOVE = (_("Your account"), "accounts:profile")
HERE = (_("Sign-in & security"), "accounts:security")


class Below:
    """A page below Sign-in & security; back there afterwards."""

    needs = Can.PROFILE

    def crumbs(self) -> list[tuple[str, str]]:
        """The way up."""
        return [(label, reverse(name)) for label, name in (ABOVE, HERE)]

    def success(self, row: Any) -> str:
        return reverse("accounts:security")

    @property
    def cancel(self) -> str:
        return reverse("accounts:security")


class Security(DetailPage):
    """What opens the own account, and where it is open."""

    model = User
    needs = Can.PROFILE
    title = _("Sign-in & security")
    template = "accounts/security.html"
    actions = (Link("accounts:password", _("Change password"), icon="key-round"),)
    row = cached_property(own_row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the account."""
        return [(ABOVE[0], reverse(ABOVE[1]))]

    def context(self) -> dict[str, Any]:
        """The factors, and how many sessions there are."""
        return {
            "have": factors_of(self.row),
            "keys": passkeys_of(self.row.pk),
            "codes_left": recovery_left(self.row.pk),
            "can_passkey": passkeys.available(),
            "session_count": open_sessions(self.scope),
        }


class FactorPage(Below, OwnPage):
    """Changes a factor; shows recovery codes once when new ones were drawn."""

    abstract = True
    fresh = True
    tells_changes = False

    def leave(self, row: Any) -> HttpResponseBase:
        """The new codes, kept by nobody on the way; without any, back."""
        if not row:
            return super().leave(row)
        response = self.render("accounts/recovery_codes.html", codes=row)
        response["Cache-Control"] = "no-store"
        return response


class TotpAdd(FactorPage):
    """Set up an app that shows six digits."""

    title = _("Set up an app")
    form_class = TotpForm
    template = "accounts/totp_add.html"
    submit = _("Switch it on")
    draft: totp.Draft

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The same secret until the page was open for too long."""
        sealed = data.get("sealed", "") if data else ""
        self.draft = totp.reopened(self.row, sealed)
        if data is not None and self.draft.sealed != sealed:
            data = {**data.dict(), "sealed": self.draft.sealed}
        return super().make_form(data, files)

    def initial(self) -> dict[str, Any]:
        return {"sealed": self.draft.sealed}

    def context(self) -> dict[str, Any]:
        """The secret as text and as a picture."""
        if not hasattr(self, "draft"):
            return {}
        picture = qr_code(totp.address_of(self.row, self.draft.secret))
        groups = [self.draft.secret[at : at + 4] for at in range(0, len(self.draft.secret), 4)]
        return {"secret": " ".join(groups), "picture": b64encode(picture).decode()}

    def done(self, row: Any) -> str:
        return _("The app is asked from now on when you log in")


class TotpRemove(Below, ActionPage):
    """The app is not asked any more."""

    model = User
    fresh = True
    title = _("Remove the app?")
    label = _("Remove app")
    keep = _("Keep it")
    row = cached_property(own_row)

    def explain(self, row: Any) -> list[str]:
        """What is left."""
        return LAST if not passkeys_of(row.pk) else [_("Your passkeys go on as they are.")]

    def act(self, row: Any) -> None:
        totp.remove(scope=self.scope, user=row)

    def done(self, rows: Any) -> str:
        return _("The app is removed")


LAST = [_("The password alone opens your account again, and the recovery codes are void.")]


class RecoveryCodes(FactorPage):
    """New recovery codes in the place of the old ones."""

    title = _("New recovery codes")
    form_class = RecoveryForm
    submit = _("Make new codes")

    def lead(self) -> str:
        """What becomes of the old ones."""
        return _("Ten new codes are shown once. The old ones do not work any more.")

    def done(self, row: Any) -> str:
        return _("New codes are made")


class PasskeyAdd(FactorPage):
    """A new passkey of this phone, computer or stick."""

    title = _("Add a passkey")
    form_class = PasskeyAddForm
    template = "accounts/passkey_add.html"
    submit = _("Add passkey")

    def lead(self) -> str:
        """What it is."""
        return _("A passkey opens your account by your finger, face or the code of your device.")

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().make_form(data, files)
        if data is not None:
            form.challenge = challenge(self.request)
        return form

    def context(self) -> dict[str, Any]:
        """The question to the browser, anew each time the page is shown."""
        if not passkeys.available():
            return {"asked": ""}
        return {"asked": question(self.request, passkeys.ask_new(self.row))}

    def done(self, row: Any) -> str:
        return _("The passkey is added")


class PasskeyRows:
    """The own passkeys."""

    model = Passkey


class PasskeyName(Below, PasskeyRows, FormPage):
    """Call a passkey something else."""

    title = _("Name of the passkey")
    form_class = PasskeyNameForm


class PasskeyRemove(Below, PasskeyRows, ActionPage):
    """A passkey that lets nobody in any more."""

    related = ("user",)
    fresh = True
    title = _("Remove {0}?")
    label = _("Remove passkey")
    keep = _("Keep it")

    def explain(self, row: Any) -> list[str]:
        """What is left."""
        others = factors_of(row.user).app or len(passkeys_of(row.user_id)) > 1
        return [_("Your other factors go on as they are.")] if others else LAST

    def act(self, row: Any) -> None:
        passkeys.remove(scope=self.scope, key=row)

    def done(self, rows: Any) -> str:
        return _("Removed {name}").format(name=rows[0])


class SessionRows:
    """The own sessions that are alive."""

    model = UserSession
    needs = Can.PROFILE
    request: HttpRequest

    def refine(self, rows: Any) -> Any:
        """Ended ones are of no interest."""
        return alive(rows)

    @property
    def here(self) -> int:
        """This very session."""
        listed = getattr(self.request, "listed", None)
        return listed.pk if listed else 0


def _elsewhere(page: Any, row: UserSession) -> bool:
    return row.pk != page.here


class SessionList(Below, SessionRows, ListPage):
    """Where the person is signed in."""

    title = _("Sessions")
    columns = (
        Column("browser", _("Browser"), cell="accounts/cells/session.html", kind="who"),
        Column("address", pgettext("a network", "Address"), kind="code"),
        Column("started_at", _("Signed in"), cell="parts/cells/when.html", drop=1),
        Column("seen_at", _("Last seen"), cell="parts/cells/ago.html"),
    )
    order = ("-seen_at",)
    row_link = ""
    row_actions = (Link("accounts:session_end", _("Sign out…"), icon="log-out", when=_elsewhere),)
    actions = (Link("accounts:sessions_end", _("Sign out everywhere…"), icon="log-out", kind="danger"),)
    export = False

    def lead(self) -> str:
        """What to do with it."""
        return _("Where you are signed in. Sign out what you do not know, and change your password.")


class SessionEnd(Below, SessionRows, ActionPage):
    """Sign one browser out from afar."""

    title = _("Sign out {0}?")
    label = _("Sign out")
    keep = _("Leave it")
    related = ("user",)

    def explain(self, row: Any) -> list[str]:
        """When it counts."""
        return [_("Its next click leads to the login.")]

    def act(self, row: Any) -> None:
        sessions.end(scope=self.scope, session=row)

    def success(self, rows: Any) -> str:
        return reverse("accounts:sessions")

    def done(self, rows: Any) -> str:
        return _("Signed out: {name}").format(name=rows[0])


class SessionsEnd(Below, ActionPage):
    """Sign out everywhere, here too."""

    model = User
    title = _("Sign out everywhere?")
    label = _("Sign out everywhere")
    keep = _("Stay signed in")
    row = cached_property(own_row)

    def explain(self, row: Any) -> list[str]:
        """Here too."""
        return [_("Every browser is signed out at its next click, this one too.")]

    def act(self, row: Any) -> None:
        sessions.end_all(scope=self.scope, user=row)

    def success(self, rows: Any) -> str:
        return reverse("accounts:login")


class Confirm(FormPage):
    """Asks who it is, before a page that says `fresh`; then leads there."""

    needs = Can.HOME
    title = _("Confirm it is you")
    width = "read"
    form_class = ConfirmForm
    template = "accounts/confirm.html"
    submit = _("Go on")

    def lead(self) -> str:
        """Why."""
        return _("What you asked for needs a proof that is not older than ten minutes.")

    @cached_property
    def person(self) -> Any:
        """Who really is here, also while in another's account."""
        return getattr(self.request, "actor", self.request.user)

    @cached_property
    def have(self) -> Any:
        """What they can confirm it with."""
        return factors_of(self.person)

    def form_kwargs(self) -> dict[str, Any]:
        answered = self.request.POST.get("passkey")
        asked = challenge(self.request) if answered else b""
        return {"person": self.person, "have": self.have, "challenge": asked}

    def initial(self) -> dict[str, Any]:
        return {"next": self.onward}

    @property
    def onward(self) -> str:
        """Where it leads, judged anew at each step."""
        return within_house(self.request, self.request.POST.get("next") or self.request.GET.get("next", ""))

    @property
    def cancel(self) -> str:
        return "/"

    def context(self) -> dict[str, Any]:
        """Whether a passkey will do."""
        return {"asks_passkey": self.have.passkeys and passkeys.available(), "onward": self.onward}

    def done(self, row: Any) -> str:
        return _("Confirmed")

    def leave(self, row: Any) -> HttpResponseBase:
        """On, under a new key."""
        prove(self.request)
        session_list.renew(self.request)
        return HttpResponseRedirect(self.onward)
