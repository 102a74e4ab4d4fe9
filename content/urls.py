"""The search page; pages of the catalogue are served by Wagtail's own tree."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [path("", views.search, name="search")]
