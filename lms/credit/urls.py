"""URLs under /hours/."""

from django.urls import path

from lms.credit import draft_views, views

app_name = "credit"
urlpatterns = [
    path("", views.my_hours, name="my_hours"),
    path("ledger/", views.ledger, name="ledger"),
    path("rules/drafts/", draft_views.desk, name="drafts"),
    path("rules/drafts/<uuid:draft_uuid>/", draft_views.draft, name="draft"),
    path("rules/drafts/<uuid:draft_uuid>/value/<str:path>/", draft_views.leaf, name="draft_leaf"),
    path("rules/<slug:code>/", views.rules, name="rules"),
]
