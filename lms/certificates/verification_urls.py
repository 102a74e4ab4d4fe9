"""URLs under /verify/."""

from django.urls import path

from lms.certificates import verification_views as views

app_name = "verify"
urlpatterns = [
    path("", views.verify, name="verify"),
    path("api/", views.api, name="api"),
]
