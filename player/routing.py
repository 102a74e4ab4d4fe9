"""The sockets of this app."""

from django.urls import path

from player.watching.consumers import WatchConsumer

websocket_urlpatterns = [
    # Any text is let in and answered by a close code of our own: a route that does not match closes without a word.
    path("ws/watch/<str:session>/", WatchConsumer.as_asgi()),
]
