"""The totals begin anew: from now on they are added up from the cards, and by company, institution, region and post.

Where months have left the tables they do not: what was added up of those months cannot be made again from what is left. There
the platform's totals stay and go on from where they were, and those by company, institution, region and post begin there.
"""

from django.db import migrations

# Derived: while every record is in the tables nothing is lost, the next minute adds them up again from the first one on.
EMPTY = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM analytics_logrecord WHERE kind = 'audit.month_archived') THEN
        DELETE FROM analytics_dailytotal;
        DELETE FROM analytics_dailylearner;
        UPDATE analytics_rollupstate SET size = 0;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0012_card_index")]
    operations = [migrations.RunSQL(EMPTY, EMPTY)]
