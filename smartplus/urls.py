"""Every address of the house: one line an app."""

from django.conf import settings
from django.urls import include, path

from smartplus.home.views import Accounts, Figures, Home, Search, Trouble
from smartplus.kernel.icons import icons
from smartplus.styleguide import styleguide

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("home/figures/", Figures.as_view(), name="home_figures"),
    path("home/trouble/", Trouble.as_view(), name="home_trouble"),
    path("home/accounts/", Accounts.as_view(), name="home_accounts"),
    path("search/", Search.as_view(), name="search"),
    path("", include("accounts.urls")),
    path("sites/", include("sites.urls")),
    path("devices/", include("devices.urls")),
    path("access/", include("access.urls")),
    path("logs/", include("logs.urls")),
    path("", include("provisioning.urls")),
    path("icons-<str:version>.svg", icons, name="icons"),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
