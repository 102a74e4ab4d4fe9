"""The totals begin anew: from now on they are added up from the cards, and by company, institution, region and post."""

from django.db import migrations

# Derived, so nothing is lost: the next minute adds them up again from the first record on.
EMPTY = """
DELETE FROM analytics_dailytotal;
DELETE FROM analytics_dailylearner;
UPDATE analytics_rollupstate SET size = 0;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0012_card_index")]
    operations = [migrations.RunSQL(EMPTY, EMPTY)]
