"""Addresses under /watch/: playlists and keys of a watch session, its beats where no socket is to be had, and captions."""

from django.urls import path

from player.videos import captions_views
from player.watching import views

app_name = "player"
urlpatterns = [
    path("captions/<slug:token>.vtt", captions_views.caption_file, name="captions"),
    path("<uuid:session_uuid>/master.m3u8", views.multivariant_playlist, name="multivariant_playlist"),
    path("<uuid:session_uuid>/<slug:code>.m3u8", views.media_playlist, name="media_playlist"),
    path("<uuid:session_uuid>/key/<int:stretch>", views.stretch_key, name="stretch_key"),
    path("<uuid:session_uuid>/beat", views.beat, name="beat"),
]
