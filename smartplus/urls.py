"""Every address of the house."""

from django.urls import path

from smartplus.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
]
