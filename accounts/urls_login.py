"""Addresses of the gate, at the root of the portal."""

from django.urls import path

from .views import held, languages, login, mailboxes

urlpatterns = [
    path("login/", login.Login.as_view(), name="login"),
    path("login/code/", held.Code.as_view(), name="code"),
    path("login/code/again/", held.CodeAgain.as_view(), name="code_again"),
    path("login/passkey/", held.PasskeyLogin.as_view(), name="passkey_login"),
    path("login/passkey/question/", held.PasskeyQuestion.as_view(), name="passkey_question"),
    path("language/", languages.Language.as_view(), name="language"),
    path("logout/", login.Logout.as_view(), name="logout"),
    path("password/forgot/", login.Forgot.as_view(), name="forgot"),
    path("password/forgot/sent/", login.ForgotSent.as_view(), name="forgot_sent"),
    path("password/link/", login.OpenLink.as_view(), name="link"),
    path("email/link/", mailboxes.EmailLink.as_view(), name="email_link"),
    path("email/confirm/", mailboxes.EmailConfirm.as_view(), name="email_confirm"),
    path("password/set/", login.SetPassword.as_view(), name="set_password"),
]
