"""The addresses of the sample pages."""

from django.urls import include, path

from smartplus.kernel.icons import icons
from smartplus.kernel.pages import import_urls

from . import sample

sample_patterns = [
    path("units/", sample.UnitList.as_view(), name="units"),
    path("units/live/", sample.LiveUnits.as_view(), name="live_units"),
    path("units/remove/", sample.UnitRemove.as_view(), name="units_remove"),
    path("units/ring/", sample.UnitRing.as_view(), name="units_ring"),
    path("units/add/", sample.UnitEdit.as_view(), name="unit_add"),
    path("units/<int:pk>/", sample.UnitDetail.as_view(), name="unit"),
    path("units/<int:pk>/edit/", sample.UnitEdit.as_view(), name="unit_edit"),
    path("units/<int:pk>/remove/", sample.UnitRemove.as_view(), name="unit_remove"),
    path("units/<int:pk>/ring/", sample.UnitRing.as_view(), name="unit_ring"),
    path("units/<int:pk>/state/", sample.UnitState.as_view(), name="unit_state"),
    path("units/<int:pk>/secret/", sample.SecretPanel.as_view(), name="secret_panel"),
    path("sites/<int:site>/units/", sample.UnitList.as_view(), name="site_units"),
    path("sites/<int:site>/units/add/", sample.UnitEdit.as_view(), name="site_unit_add"),
    *import_urls("sites/<int:site>/units/import/", sample.UnitImport, "unit_import"),
]
urlpatterns = [
    path("icons-<str:version>.svg", icons, name="icons"),
    path("k/", include((sample_patterns, "sample"))),
]
