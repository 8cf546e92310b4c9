"""Every address of the house: one line an app."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from smartplus.health import healthz
from smartplus.home.views import Home
from smartplus.kernel.icons import icons
from smartplus.styleguide import styleguide


def mount(prefix: str, module: str) -> list:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("", include("accounts.urls")),
    *mount("sites/", "sites.urls"),
    path("devices/", include("devices.urls")),
    *mount("access/", "access.urls"),
    path("logs/", include("logs.urls")),
    *mount("", "provisioning.urls"),
    path("healthz", healthz, name="healthz"),
    path("icons-<str:version>.svg", icons, name="icons"),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
