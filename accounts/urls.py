"""Addresses of this app: mounted at the root, because the gate lies there."""

from django.urls import include, path

from . import urls_login
from .views import organisations, profile, users

app_name = "accounts"

pages = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/password/", profile.Password.as_view(), name="password"),
    path("profile/theme/", profile.Theme.as_view(), name="theme"),
    path("organisations/", organisations.OrganisationList.as_view(), name="organisations"),
    path("organisations/add/", organisations.OrganisationAdd.as_view(), name="organisation_add"),
    path("organisations/<int:pk>/", organisations.OrganisationDetail.as_view(), name="organisation"),
    path(
        "organisations/<int:pk>/edit/", organisations.OrganisationChange.as_view(), name="organisation_change"
    ),
    path("organisations/<int:pk>/off/", organisations.OrganisationOff.as_view(), name="organisation_off"),
    path("organisations/<int:pk>/on/", organisations.OrganisationOn.as_view(), name="organisation_on"),
    path("users/", users.UserList.as_view(), name="users"),
    path("users/add/", users.UserAdd.as_view(), name="user_add"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", users.UserChange.as_view(), name="user_change"),
    path("users/<int:pk>/off/", users.UserOff.as_view(), name="user_off"),
    path("users/<int:pk>/on/", users.UserOn.as_view(), name="user_on"),
    path("users/<int:pk>/details/", users.UserInvite.as_view(), name="user_invite"),
]

urlpatterns = [
    *urls_login.urlpatterns,
    path("accounts/", include(pages)),
]
