"""The numbers by which this installation counts. One set for all lessons, until rule sets say otherwise."""

from zoneinfo import ZoneInfo

from django.conf import settings

from player.domain.heartbeat import Policy

POLICY = Policy()
ZONE = ZoneInfo(settings.TIME_ZONE)  # a chunk belongs to one day of the regulator's
# A beat that was received in time may still wait for the database: the sweep leaves it this long.
SWEEP_GRACE_MS = 10_000
