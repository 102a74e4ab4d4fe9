"""URLs under /certificates/."""

from django.urls import path

from lms.certificates import officer_views, views

app_name = "certificates"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("outlook/", views.outlook, name="outlook"),
    path("desk/", officer_views.desk, name="desk"),
    path("desk/<uuid:certificate_uuid>/", officer_views.certificate, name="desk_certificate"),
    path("desk/proposals/<uuid:proposal_uuid>/", officer_views.decide, name="decide"),
]
