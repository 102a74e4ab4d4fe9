from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    name = "proctoring"

    def ready(self) -> None:
        from proctoring import (
            log_kinds,  # noqa: F401 — registers what this room logs
            vectors,
        )

        vectors.register()
