"""The sockets of this app."""

from django.urls import path

from proctoring.consumers import FaceConsumer

websocket_urlpatterns = [
    # Any text is let in and answered by a close code of our own: a route that does not match closes without a word.
    path("ws/face/<str:check>/", FaceConsumer.as_asgi()),
]
