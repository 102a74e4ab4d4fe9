"""What others may know of a video's chapters."""

from player.domain.chapters import Chapter
from player.videos import captions_models


def chapters_of(video_id: int) -> tuple[Chapter, ...]:
    """Return the chapters in order; none is an empty tuple. One query."""
    rows = captions_models.Chapter.objects.filter(video_id=video_id).order_by("start_ms")
    return tuple(Chapter(start_ms, title) for start_ms, title in rows.values_list("start_ms", "title"))
