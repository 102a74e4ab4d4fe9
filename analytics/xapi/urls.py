"""The addresses of the store, under /xapi/. Those of xAPI end without a slash."""

from django.urls import path

from analytics.xapi.views import clients, documents, statements, things

app_name = "xapi"

urlpatterns = [
    path("statements", statements.statements, name="statements"),
    path("statements/more/<str:token>", statements.more, name="more"),
    path("activities/state", documents.state, name="state"),
    path("activities/profile", documents.activity_profile, name="activity_profile"),
    path("activities", things.activities, name="activities"),
    path("agents/profile", documents.agent_profile, name="agent_profile"),
    path("agents", things.agents, name="agents"),
    path("about", things.about, name="about"),
    path("clients/", clients.desk, name="clients"),
    path("clients/<int:client_id>/revoke/", clients.revoke, name="revoke"),
]
