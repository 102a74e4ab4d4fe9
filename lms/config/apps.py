from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class HouseConfig(AppConfig):
    name = "lms.config"
    label = "house"

    def ready(self) -> None:
        from lms.config import log_kinds  # noqa: F401 — registers what the house logs
        from lms.config.reading_room import furnish

        furnish()

        if settings.FILE_UPLOAD_TEMP_DIR:
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
