from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "lms.organisations"
    label = "organisations"

    def ready(self) -> None:
        from lms.organisations import log_kinds  # noqa: F401 — registers what this room logs
        from lms.organisations.region_table import fill_regions

        post_migrate.connect(fill_regions, sender=self, dispatch_uid="organisations.regions")
