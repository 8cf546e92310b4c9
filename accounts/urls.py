"""Addresses of this app: mounted at the root, because the gate lies there."""

from django.urls import include, path

from . import urls_login, urls_settings, urls_support
from .views import linking, organisations, profile, security, switching, users

app_name = "accounts"

pages = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/password/", profile.Password.as_view(), name="password"),
    path("profile/theme/", profile.Theme.as_view(), name="theme"),
    path("confirm/", security.Confirm.as_view(), name="confirm"),
    path("security/", security.Security.as_view(), name="security"),
    path("security/app/", security.TotpAdd.as_view(), name="totp_add"),
    path("security/app/remove/", security.TotpRemove.as_view(), name="totp_remove"),
    path("security/recovery-codes/", security.RecoveryCodes.as_view(), name="recovery_codes"),
    path("security/passkeys/add/", security.PasskeyAdd.as_view(), name="passkey_add"),
    path("security/passkeys/<int:pk>/name/", security.PasskeyName.as_view(), name="passkey_name"),
    path("security/passkeys/<int:pk>/remove/", security.PasskeyRemove.as_view(), name="passkey_remove"),
    path("security/sessions/", security.SessionList.as_view(), name="sessions"),
    path("security/sessions/end/", security.SessionsEnd.as_view(), name="sessions_end"),
    path("security/sessions/<int:pk>/end/", security.SessionEnd.as_view(), name="session_end"),
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
    path("links/", linking.LinkList.as_view(), name="links"),
    path("links/add/", linking.LinkAdd.as_view(), name="link_add"),
    path("links/code/", linking.LinkCode.as_view(), name="link_code"),
    path("links/code/again/", linking.LinkAgain.as_view(), name="link_again"),
    path("links/code/question/", linking.LinkQuestion.as_view(), name="link_question"),
    path("links/menu/", linking.LinkedPanel.as_view(), name="linked"),
    path("links/<int:pk>/enter/", linking.ChangeOver.as_view(), name="link_enter"),
    path("links/<int:pk>/remove/", linking.Unlink.as_view(), name="link_remove"),
    path("users/", users.UserList.as_view(), name="users"),
    path("users/add/", users.UserAdd.as_view(), name="user_add"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", users.UserChange.as_view(), name="user_change"),
    path("users/<int:pk>/off/", users.UserOff.as_view(), name="user_off"),
    path("users/<int:pk>/on/", users.UserOn.as_view(), name="user_on"),
    path("users/<int:pk>/delete/", users.UserDelete.as_view(), name="user_delete"),
    path("users/<int:pk>/factors/", users.UserFactors.as_view(), name="user_factors"),
    path("users/<int:pk>/details/", users.UserInvite.as_view(), name="user_invite"),
]

urlpatterns = [
    *urls_login.urlpatterns,
    path("accounts/", include([*pages, *urls_settings.pages, *urls_support.pages])),
]
