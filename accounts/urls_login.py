"""Addresses of the gate, at the root of the portal."""

from django.urls import path

from .views import login

urlpatterns = [
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.Logout.as_view(), name="logout"),
    path("password/forgot/", login.Forgot.as_view(), name="forgot"),
    path("password/forgot/sent/", login.ForgotSent.as_view(), name="forgot_sent"),
    path("password/link/", login.OpenLink.as_view(), name="link"),
    path("password/set/", login.SetPassword.as_view(), name="set_password"),
]
