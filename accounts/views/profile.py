"""The own account."""

from functools import cached_property
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from smartplus.kernel.pages import FormPage, Link
from smartplus.kernel.pages.base import Page

from ..forms.profile import OwnPasswordForm, ProfileForm, ThemeForm
from ..models import User
from ..permissions import Can
from ..services import users


class OwnPage(FormPage):
    """A form about the person who reads it."""

    abstract = True
    model = User
    needs = Can.PROFILE

    @cached_property
    def row(self) -> Any:
        """The reader's own account; the address never names another."""
        return get_object_or_404(self.rows, pk=self.scope.user_id)

    def success(self, row: Any) -> str:
        return reverse("accounts:profile")

    @property
    def cancel(self) -> str:
        return reverse("accounts:profile")


class Profile(OwnPage):
    """Names, language, time zone and look."""

    title = "Your account"
    form_class = ProfileForm
    actions = (Link("accounts:password", "Change password", icon="key-round"),)

    def lead(self) -> str:
        """Who it is."""
        return f"Signed in as {self.row.username}, {self.row.get_role_display().lower()}."

    def done(self, row: Any) -> str:
        return "Saved"

    @property
    def cancel(self) -> str:
        return "/"


class Password(OwnPage):
    """Change the own password; all other sessions of the account end."""

    title = "Change password"
    form_class = OwnPasswordForm
    submit = "Change password"

    def lead(self) -> str:
        """What it does elsewhere."""
        return "Wherever else you are signed in, you are signed out."

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the account."""
        return [("Your account", reverse("accounts:profile"))]

    def done(self, row: Any) -> str:
        return "Password changed"

    def leave(self, row: Any) -> HttpResponseBase:
        """This session goes on, under a new key."""
        update_session_auth_hash(self.request, row)
        return super().leave(row)


class Theme(Page):
    """Keeps light or dark; the script of the shell posts here, and the menu without it."""

    needs = Can.PROFILE
    title = "Theme"

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
