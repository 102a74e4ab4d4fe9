"""URLs under /certificates/."""

from django.urls import path

from lms.certificates import file_views, officer_views, paper_views, views

app_name = "certificates"
urlpatterns = [
    path("<uuid:certificate_uuid>/<int:version>.pdf", file_views.paper, name="paper"),
    path("<uuid:certificate_uuid>/credential.json", file_views.credential, name="credential"),
    path("status/<int:number>.json", file_views.status_list, name="status_list"),
    path("hours-proof/<uuid:licence_uuid>/", file_views.hours_proof, name="hours_proof"),
    path("", views.mine, name="mine"),
    path("outlook/", views.outlook, name="outlook"),
    path("again/<uuid:request_uuid>/", views.ask_again, name="ask_again"),
    path("exchange/", paper_views.paper_exchange, name="paper_exchange"),
    path("desk/exchange/<uuid:application_uuid>/", paper_views.decide, name="decide_exchange"),
    path("desk/", officer_views.desk, name="desk"),
    path("desk/waiting/<uuid:request_uuid>/", officer_views.decide_waiting, name="decide_waiting"),
    path("desk/<uuid:certificate_uuid>/", officer_views.certificate, name="desk_certificate"),
    path("desk/proposals/<uuid:proposal_uuid>/", officer_views.decide, name="decide"),
]
