"""The addresses of the log's public face, under /log/. They are stable: public tools follow them."""

from django.urls import path

from analytics.learning_log import views

app_name = "log"

urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("head", views.head, name="head"),
    path("key", views.verifier_key, name="key"),
    path("tile/<path:address>", views.tile, name="tile"),
    path("proof/inclusion", views.inclusion, name="inclusion"),
    path("proof/consistency", views.consistency, name="consistency"),
]
