"""URLs under /presence/."""

from django.urls import path

from proctoring import desk_views, views

app_name = "proctoring"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("consent/", views.agree, name="agree"),
    path("withdraw/", views.withdraw, name="withdraw"),
    path("enrol/", views.enrol, name="enrol"),
    path("enrol/<slug:lighting>/", views.ask_to_enrol, name="ask_to_enrol"),
    path("check/<uuid:check_uuid>/hand-over/", views.hand_over, name="hand_over"),
    path("phone/", views.phone, name="phone"),
    path("phone/<str:token>/", views.take_over, name="take_over"),
    path("desk/", desk_views.desk, name="desk"),
    path("desk/figures/", desk_views.show_figures, name="figures"),
    path("desk/alike/", desk_views.alike, name="alike"),
    path("desk/alike/<uuid:case_uuid>/", desk_views.close_alike, name="close_alike"),
    path("desk/picture/<uuid:picture_uuid>.jpg", desk_views.picture, name="picture"),
    path("desk/<uuid:hold_uuid>/", desk_views.hold, name="hold"),
]
