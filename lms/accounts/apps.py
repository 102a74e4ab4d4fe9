from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "lms.accounts"
    label = "accounts"

    def ready(self) -> None:
        from lms.accounts import log_kinds, receivers  # noqa: F401 — register what is logged, hear who comes and goes
        from lms.accounts.role_groups import make_groups

        post_migrate.connect(make_groups, sender=self, dispatch_uid="accounts.role_groups")
