"""The addresses of the reading room, under /audit/."""

from django.urls import path

from analytics.audit import case_views, desk_views, draw_views, export_views, sight_views, views
from analytics.dashboards import views as dashboards

app_name = "audit"

urlpatterns = [
    path("", views.records, name="records"),
    path("find/", views.find, name="find"),
    path("records.csv", views.export, name="export"),
    path("records/<int:record_id>/", views.record, name="record"),
    path("learners/<int:learner_id>/evidence.zip", views.evidence, name="evidence"),
    path("learners/<int:learner_id>/days/<str:day>/", desk_views.learner_day, name="day"),
    path("records/<int:record_id>/hour/", desk_views.hour, name="hour"),
    path("dashboards/", dashboards.platform, name="dashboards"),
    path("dashboards/own/", dashboards.own, name="own_dashboard"),
    path("dashboards/<slug:facet>/", dashboards.everyone, name="dashboard_list"),
    path("dashboards/<slug:facet>/<slug:value>/", dashboards.scope, name="dashboard"),
    path("dashboards/<slug:facet>/<slug:value>/records/", dashboards.records, name="dashboard_records"),
    path("draws/", draw_views.all_draws, name="draws"),
    path("draws/verify_draw.py", draw_views.verifier, name="draw_verifier"),
    path("draws/<uuid:draw_uuid>/reveal/", draw_views.reveal, name="reveal"),
    path("draws/<uuid:draw_uuid>/", draw_views.page, name="draw_page"),
    path("draws/<uuid:draw_uuid>.json", draw_views.published, name="draw"),
    path("cases/", case_views.all_cases, name="cases"),
    path("cases/<uuid:case_uuid>/", case_views.case, name="case"),
    path("cases/<uuid:case_uuid>/steps/", case_views.step, name="case_step"),
    path("cases/<uuid:case_uuid>.zip", case_views.pack, name="case_pack"),
    path("explanations/", case_views.explanations, name="explanations"),
    path("explanations/<uuid:request_uuid>/", case_views.explanation, name="explanation"),
    path("exports/", export_views.all_exports, name="exports"),
    path("exports/<uuid:export_uuid>/file", export_views.export_file, name="export_file"),
    path("filters/", export_views.save_filter, name="save_filter"),
    path("filters/<int:filter_id>/", export_views.saved_filter, name="saved_filter"),
    path("unmask/", sight_views.unmask, name="unmask"),
    path("mask/", sight_views.mask, name="mask"),
    path("leads/", desk_views.leads, name="leads"),
]
