"""URLs of training at work: /enterprise/training/ (managers), /training/ (learners), /reviews/training/ (reviewers)."""

from django.urls import path

from lms.enterprise import review_views, sign_views, training_views

app_name = "enterprise"
urlpatterns = [
    path("enterprise/training/", training_views.desk, name="trainings"),
    path("enterprise/training/plan/", training_views.plan, name="plan"),
    path("enterprise/training/sheet/", training_views.sheet, name="sheet"),
    path("enterprise/training/paper/<uuid:evidence_uuid>/", training_views.paper, name="paper"),
    path("enterprise/training/<uuid:training_uuid>/", training_views.training, name="training"),
    path("enterprise/training/<uuid:training_uuid>/code/", training_views.code, name="code"),
    path("training/", sign_views.mine, name="mine"),
    path("training/<uuid:training_uuid>/", sign_views.sign, name="sign"),
    path("reviews/training/", review_views.queue, name="reviews"),
    path("reviews/training/<uuid:training_uuid>/", review_views.review, name="review"),
]
