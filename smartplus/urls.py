"""Every address of the house: one line an app."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from smartplus.health import healthz
from smartplus.kernel.icons import icons
from smartplus.styleguide import styleguide


def mount(prefix: str, module: str) -> list:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns = [
    path("", include("accounts.urls")),
    *mount("sites/", "sites.urls"),
    *(mount("devices/", "devices.urls") if find_spec("sites.queries") else []),
    *mount("access/", "access.urls"),
    *mount("logs/", "logs.urls"),
    *mount("", "provisioning.urls"),
    path("healthz", healthz, name="healthz"),
    path("icons-<str:version>.svg", icons, name="icons"),
]
if find_spec("sites.queries"):
    from smartplus.home.views import Home

    urlpatterns.append(path("", Home.as_view(), name="home"))
from smartplus.kernel.icons import icons

urlpatterns.append(path("icons-<str:version>.svg", icons, name="icons"))
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
