"""The desk of an organisation, and the area of an authority."""

from django.urls import path

from lms.organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisation/", views.desk, name="desk"),
    path("area/", views.area, name="area"),
]
