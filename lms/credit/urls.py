"""URLs under /hours/."""

from django.urls import path

from lms.credit import views

app_name = "credit"
urlpatterns = [
    path("", views.my_hours, name="my_hours"),
    path("ledger/", views.ledger, name="ledger"),
    path("rules/<slug:code>/", views.rules, name="rules"),
]
