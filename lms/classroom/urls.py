"""URLs under /learn/."""

from django.urls import path

from lms.classroom import views

app_name = "classroom"
urlpatterns = [
    path("<uuid:lesson_uuid>/", views.lesson, name="lesson"),
    path("<uuid:lesson_uuid>/open/", views.open_now, name="open"),
    path("<uuid:lesson_uuid>/why/", views.why, name="why"),
    path("enrol/<uuid:edition_uuid>/", views.enrol_now, name="enrol"),
    path("state/<uuid:edition_uuid>/", views.course_state, name="course_state"),
]
