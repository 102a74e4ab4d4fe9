"""The desk of an organisation, the area of an authority, and where one belongs."""

from django.urls import path

from lms.organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisation/", views.desk, name="desk"),
    path(
        "organisation/<uuid:organisation_uuid>/people/<uuid:person_uuid>/password/",
        views.reset_password,
        name="reset_password",
    ),
    path("area/", views.area, name="area"),
    path("area/working-days/", views.working_days, name="working_days"),
    path("me/organisations/", views.mine, name="mine"),
]
