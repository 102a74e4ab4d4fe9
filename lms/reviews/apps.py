from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReviewsConfig(AppConfig):
    name = "lms.reviews"
    label = "reviews"

    def ready(self) -> None:
        from lms.reviews import log_kinds, notice_kinds  # noqa: F401 — registers what this room logs and tells
        from lms.reviews.kind_table import fill_kinds

        post_migrate.connect(fill_kinds, sender=self, dispatch_uid="reviews.kinds")
