"""What other lessons teach: the wrong answers to a question on what this one taught."""

from uuid import UUID

from content.models import Lesson


def points_taught_elsewhere(lesson_uuid: UUID, *, limit: int = 40) -> tuple[str, ...]:
    """Return key points of lessons of other published editions, in a settled order. One query."""
    rows = (
        Lesson.objects.filter(edition__published_at__isnull=False)
        .exclude(edition__lessons__uuid=lesson_uuid)
        .exclude(key_points="")
        .order_by("pk")
        .values_list("key_points", flat=True)[:limit]
    )
    return tuple(dict.fromkeys(point.strip() for text in rows for point in text.splitlines() if point.strip()))[:limit]
