"""Ways to reach a person."""

from enum import StrEnum


class Channel(StrEnum):
    """The values stand in the database: never rename one."""

    IN_APP = "in_app"
    EMAIL = "email"
    SMS = "sms"
