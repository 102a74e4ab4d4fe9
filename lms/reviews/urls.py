"""URLs under /claims/ (learners) and /reviews/ (reviewers and authorities)."""

from django.urls import path

from lms.reviews import desk_views, views

app_name = "reviews"
urlpatterns = [
    path("claims/", views.mine, name="mine"),
    path("claims/new/", views.new, name="new"),
    path("claims/<uuid:claim_uuid>/", views.claim, name="claim"),
    path("claims/evidence/<uuid:evidence_uuid>/", desk_views.evidence, name="evidence"),
    path("reviews/", desk_views.desk, name="desk"),
    path("reviews/holds/", desk_views.holds, name="holds"),
    path("reviews/kinds/", desk_views.kinds, name="kinds"),
    path("reviews/<uuid:claim_uuid>/", desk_views.review, name="review"),
]
