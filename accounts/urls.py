"""Addresses of this app: mounted at the root, because the gate lies there."""

from django.urls import include, path

from . import urls_login
from .views import organisations, profile, switching, users

app_name = "accounts"

pages = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/password/", profile.Password.as_view(), name="password"),
    path("profile/theme/", profile.Theme.as_view(), name="theme"),
    path("organisations/", organisations.OrganisationList.as_view(), name="organisations"),
    path("distributors/", organisations.DistributorList.as_view(), name="distributors"),
    path("sub-distributors/", organisations.SubDistributorList.as_view(), name="sub_distributors"),
    path("installers/", organisations.InstallerList.as_view(), name="installers"),
    path("organisations/add/", organisations.OrganisationAdd.as_view(), name="organisation_add"),
    path("organisations/<int:pk>/", organisations.OrganisationDetail.as_view(), name="organisation"),
    path(
        "organisations/<int:pk>/edit/", organisations.OrganisationChange.as_view(), name="organisation_change"
    ),
    path("organisations/<int:pk>/off/", organisations.OrganisationOff.as_view(), name="organisation_off"),
    path("organisations/<int:pk>/on/", organisations.OrganisationOn.as_view(), name="organisation_on"),
    path(
        "organisations/<int:pk>/delete/",
        organisations.OrganisationDelete.as_view(),
        name="organisation_delete",
    ),
    path("organisations/<int:pk>/switch/", switching.SwitchIn.as_view(), name="switch_in"),
    path("return/", switching.Return.as_view(), name="return"),
    path("setting/", switching.AccountSetting.as_view(), name="account_setting"),
    path("setting/revoke/", switching.Revoke.as_view(), name="switching_revoke"),
    path("switches/", switching.SwitchList.as_view(), name="switches"),
    path("users/", users.UserList.as_view(), name="users"),
    path("users/add/", users.UserAdd.as_view(), name="user_add"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", users.UserChange.as_view(), name="user_change"),
    path("users/<int:pk>/off/", users.UserOff.as_view(), name="user_off"),
    path("users/<int:pk>/on/", users.UserOn.as_view(), name="user_on"),
    path("users/<int:pk>/delete/", users.UserDelete.as_view(), name="user_delete"),
    path("users/<int:pk>/details/", users.UserInvite.as_view(), name="user_invite"),
]

urlpatterns = [
    *urls_login.urlpatterns,
    path("accounts/", include(pages)),
]
