"""URLs under /notices/."""

from django.urls import path

from lms.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.centre, name="centre"),
    path("outbox/", views.outbox, name="outbox"),
    path("<uuid:notice_uuid>/", views.open_notice, name="open"),
]
