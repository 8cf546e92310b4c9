"""Addresses of access."""

from django.urls import path

from smartplus.kernel.pages import import_urls

from .views import departures, devices, doors, erasing, groups, imports, members, mine, residents

GROUP = "<int:site>/groups/<int:group>/people/"

app_name = "access"
urlpatterns = [
    path("mine/", mine.Mine.as_view(), name="mine"),
    path("mine/<int:pk>/", mine.Mine.as_view(), name="mine_home"),
    path("mine/<int:pk>/doors/", mine.MyDoors.as_view(), name="mine_panel"),
    path("mine/doors/<int:pk>/unlock/", mine.MyUnlock.as_view(), name="mine_unlock"),
    path("devices/<int:pk>/", devices.DevicePanel.as_view(), name="device_panel"),
    path("devices/<int:device>/people/", devices.DevicePeople.as_view(), name="device_people"),
    path("progress/<int:pk>/", groups.RightsProgress.as_view(), name="progress"),
    path("<int:site>/groups/", groups.GroupList.as_view(), name="groups"),
    path("<int:site>/groups/add/", groups.GroupEdit.as_view(), name="group_add"),
    path("<int:site>/groups/<int:pk>/", groups.GroupDetail.as_view(), name="group"),
    path("<int:site>/groups/<int:pk>/edit/", groups.GroupEdit.as_view(), name="group_edit"),
    path("<int:site>/groups/<int:pk>/delete/", groups.GroupDelete.as_view(), name="group_delete"),
    path(GROUP, members.GroupPeople.as_view(), name="group_people"),
    path(f"{GROUP}add/", members.GroupCandidates.as_view(), name="group_join_list"),
    path(f"{GROUP}join/", members.GroupJoin.as_view(), name="group_join"),
    path(f"{GROUP}leave/", members.GroupLeave.as_view(), name="group_leave_many"),
    path(f"{GROUP}<int:pk>/leave/", members.GroupLeave.as_view(), name="group_leave"),
    path("<int:site>/residents/<int:pk>/", residents.ResidentAccess.as_view(), name="resident"),
    path("<int:site>/residents/<int:pk>/doors/", residents.ResidentPanel.as_view(), name="resident_panel"),
    path("<int:site>/residents/<int:pk>/keys/", residents.ResidentKeys.as_view(), name="resident_keys"),
    path(
        "<int:site>/residents/<int:pk>/keys/shown/",
        residents.ResidentReveal.as_view(),
        name="resident_reveal",
    ),
    path("sites/<int:pk>/pins/", residents.PinClashes.as_view(), name="pin_clashes"),
    path("<int:site>/residents/export/", imports.ResidentExport.as_view(), name="resident_export"),
    *import_urls("<int:site>/residents/import/", imports.ResidentImport, "resident_import"),
    path("<int:site>/departures/", departures.DepartureList.as_view(), name="departures"),
    path("<int:site>/departures/<int:subject>/", departures.Departure.as_view(), name="departure"),
    path(
        "<int:site>/residents/<int:residency>/departure/",
        departures.ResidentDeparture.as_view(),
        name="resident_departure",
    ),
    path("<int:site>/departures/<int:pk>/erase/", erasing.DepartureErase.as_view(), name="departure_erase"),
    path("<int:site>/residents/<int:pk>/erase/", erasing.ResidentErase.as_view(), name="resident_erase"),
    path("<int:site>/doors/", doors.DoorList.as_view(), name="doors"),
    path("<int:site>/doors/<int:pk>/unlock/", doors.DoorUnlock.as_view(), name="unlock"),
    path("<int:site>/doors/<int:pk>/result/", doors.DoorResult.as_view(), name="door_result"),
    path("<int:site>/doors/<int:relay>/people/", doors.DoorPeople.as_view(), name="door_people"),
]
