"""Puts the editor's pages into the Wagtail admin, at /admin/videos/."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from player.videos import captions_views, views


class VideosMenuItem(MenuItem):  # type: ignore[misc]  # Wagtail has no types
    """The entry in the side bar, for those who may see videos."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("player.view_video")


class VideosViewSet(ViewSet):  # type: ignore[misc]  # Wagtail has no types
    name = "videos"
    icon = "media"
    menu_label = _("视频")
    menu_order = 310
    add_to_admin_menu = True
    menu_item_class = VideosMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", views.video_list, name="index"),
            path("upload/", views.upload, name="upload"),
            path("rows/", views.rows, name="rows"),
            path("<int:video_id>/retry/", views.retry, name="retry"),
            path("<int:video_id>/", captions_views.video, name="video"),
            path("<int:video_id>/chapters/", captions_views.save_chapters, name="chapters"),
            path("<int:video_id>/captions/", captions_views.upload, name="captions"),
            path("<int:video_id>/captions/<slug:language>/", captions_views.edit, name="captions_edit"),
            path("<int:video_id>/captions/<slug:language>/convert/", captions_views.convert, name="captions_convert"),
            path("<int:video_id>/captions/<slug:language>/remove/", captions_views.remove, name="captions_remove"),
        ]


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]  # Wagtail has no types
def register_videos() -> VideosViewSet:
    return VideosViewSet()
