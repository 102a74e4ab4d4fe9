"""URLs under /exchange/."""

from django.urls import path

from lms.exchange import views

app_name = "exchange"
urlpatterns = [
    path("v1/messages/", views.messages, name="messages"),
    path("", views.desk, name="desk"),
]
