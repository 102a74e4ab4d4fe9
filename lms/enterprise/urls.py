"""URLs: /enterprise/ (managers), /training/, /join/, /me/moves/ (learners), /reviews/training/ (reviewers)."""

from django.urls import path

from lms.enterprise import (
    deed_views,
    desk_views,
    export_views,
    import_views,
    letter_views,
    review_views,
    sign_views,
    site_views,
    training_views,
)

app_name = "enterprise"
urlpatterns = [
    path("enterprise/imports/", import_views.imports, name="imports"),
    path("enterprise/imports/template/", import_views.import_template, name="import_template"),
    path("enterprise/imports/<uuid:import_uuid>/", import_views.one_import, name="import"),
    path("enterprise/imports/<uuid:import_uuid>/progress/", import_views.import_progress, name="import_progress"),
    path("enterprise/imports/<uuid:import_uuid>/copy/", import_views.import_copy, name="import_copy"),
    path("enterprise/invitations/", letter_views.letters, name="letters"),
    path("join/<str:token>/", letter_views.join, name="join"),
    path("me/moves/", letter_views.moves, name="moves"),
    path("enterprise/", desk_views.home, name="desk"),
    path("enterprise/<uuid:organisation_uuid>/", desk_views.overview, name="overview"),
    path("enterprise/<uuid:organisation_uuid>/people/", desk_views.people, name="people"),
    path("enterprise/<uuid:organisation_uuid>/people/<uuid:person_uuid>/", desk_views.member, name="member"),
    path("enterprise/<uuid:organisation_uuid>/people/export/<slug:form>/", export_views.export, name="export"),
    path(
        "enterprise/<uuid:organisation_uuid>/lists/<slug:name>/<slug:form>/", export_views.desk_list, name="desk_list"
    ),
    path("enterprise/<uuid:organisation_uuid>/people/deeds/<slug:name>/", deed_views.deed, name="deed"),
    path("enterprise/<uuid:organisation_uuid>/sites/", site_views.sites, name="sites"),
    path("enterprise/<uuid:organisation_uuid>/sites/<uuid:site_uuid>/close/", site_views.close_site, name="close_site"),
    path("enterprise/<uuid:organisation_uuid>/jobs/", deed_views.jobs, name="jobs"),
    path("enterprise/<uuid:organisation_uuid>/jobs/<uuid:job_uuid>/", deed_views.job, name="job"),
    path("enterprise/<uuid:organisation_uuid>/jobs/<uuid:job_uuid>/file/", deed_views.job_file, name="job_file"),
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
