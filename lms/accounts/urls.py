"""“我的”: a person's own page and what they record there."""

from django.urls import path

from lms.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("document/", views.identity, name="identity"),
    path("licences/add/", views.add_licence, name="add_licence"),
]
