"""The own account."""

from functools import cached_property
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from smartplus.kernel.pages import FormPage, Link, prove
from smartplus.kernel.pages.base import Page
from smartplus.kernel.words import _

from .. import session_list
from ..forms.profile import OwnPasswordForm, ProfileForm, ThemeForm
from ..models import User
from ..permissions import Can
from ..services import sessions, users


def own_row(page: Any) -> Any:
    """The reader's own account; the address never names another."""
    return get_object_or_404(page.rows, pk=page.scope.user_id)


class OwnPage(FormPage):
    """A form about the person who reads it."""

    abstract = True
    model = User
    needs = Can.PROFILE

    row = cached_property(own_row)

    def success(self, row: Any) -> str:
        return reverse("accounts:profile")

    @property
    def cancel(self) -> str:
        return reverse("accounts:profile")


def access_offered(page: Any, row: Any) -> bool:
    """Whether those above offer the reader's company to work in its account without a password."""
    company = page.request.user.organisation
    return company is not None and company.switching_offered


class Profile(OwnPage):
    """Names, language, time zone and look."""

    title = _("Your account")
    form_class = ProfileForm
    actions = (
        Link("accounts:security", _("Sign-in & security"), icon="shield-check"),
        Link("accounts:password", _("Change password"), icon="key-round"),
    )

    def lead(self) -> str:
        """Who it is."""
        role = self.row.get_role_display().lower()
        return _("Signed in as {name}, {role}.").format(name=self.row.username, role=role)

    def done(self, row: Any) -> str:
        return _("Saved")

    @property
    def cancel(self) -> str:
        return "/"


class Password(OwnPage):
    """Change the own password; all other sessions of the account end."""

    title = _("Change password")
    form_class = OwnPasswordForm
    submit = _("Change password")

    def lead(self) -> str:
        """What it does elsewhere."""
        return _("Wherever else you are signed in, you are signed out.")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the account."""
        return [(_("Your account"), reverse("accounts:profile"))]

    def done(self, row: Any) -> str:
        return _("Password changed")

    def form_kwargs(self) -> dict[str, Any]:
        return {"here": session_list.digest_here(self.request)}

    def leave(self, row: Any) -> HttpResponseBase:
        """This session goes on, under a new key."""
        before = session_list.digest_here(self.request)
        update_session_auth_hash(self.request, row)
        sessions.move(before, session_list.digest_here(self.request))
        prove(self.request)
        return super().leave(row)


class Theme(Page):
    """Keeps light or dark; the script of the shell posts here, and the menu without it."""

    needs = Can.PROFILE
    title = _("Theme")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return redirect("accounts:profile")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = ThemeForm(request.POST)
        if form.is_valid():
            users.change_user(scope=self.scope, user=request.user, changes=form.cleaned_data)
        by_script = "text/html" not in request.headers.get("Accept", "")
        return (
            HttpResponse(status=204 if form.is_valid() else 400)
            if by_script
            else redirect("accounts:profile")
        )
