"""Imports that wait or run are checked once more: what a run needs is kept in batches from now on, and the check makes them.

Who was taken in already is found to be there, and stays the same.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enterprise", "0004_desk")]

    operations = [
        migrations.RunSQL(
            "UPDATE enterprise_rosterimport SET state = 'checking', claimed_at = NULL, confirmed_at = NULL, rows_done = 0"
            " WHERE state IN ('checked', 'running')",
            migrations.RunSQL.noop,
        ),
    ]
