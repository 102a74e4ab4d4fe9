"""URLs under /learn/."""

from django.urls import path

from lms.classroom import presence_views, views

app_name = "classroom"
urlpatterns = [
    path("<uuid:lesson_uuid>/", views.lesson, name="lesson"),
    path("<uuid:lesson_uuid>/open/", views.open_now, name="open"),
    path("<uuid:lesson_uuid>/why/", views.why, name="why"),
    path("<uuid:lesson_uuid>/presence/", presence_views.follow, name="presence"),
    path("<uuid:lesson_uuid>/proof/", presence_views.proof, name="proof"),
    path("held/<uuid:hold_uuid>/", presence_views.held, name="held"),
    path("held/<uuid:hold_uuid>/make-up/", presence_views.make_up, name="held_make_up"),
    path("held/<uuid:hold_uuid>/again/", presence_views.ask_again, name="held_again"),
    path("held/<uuid:hold_uuid>/appeal/", presence_views.appeal, name="held_appeal"),
    path("vouch/", presence_views.vouch, name="vouch"),
    path("enrol/<uuid:edition_uuid>/", views.enrol_now, name="enrol"),
    path("state/<uuid:edition_uuid>/", views.course_state, name="course_state"),
]
