from django.apps import AppConfig


class PlayerConfig(AppConfig):
    name = "player"

    def ready(self) -> None:
        from player.videos import log_kinds as videos_log_kinds  # noqa: F401 — registers what the videos log
        from player.watching import log_kinds as watching_log_kinds  # noqa: F401 — registers what the watching logs
