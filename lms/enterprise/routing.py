"""The sockets of this room."""

from django.urls import path

from lms.enterprise.consumers import ImportConsumer

websocket_urlpatterns = [
    # Any text is let in and answered by a close code of our own: a route that does not match closes without a word.
    path("ws/import/<str:import_uuid>/", ImportConsumer.as_asgi()),
]
