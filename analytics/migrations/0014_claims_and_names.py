"""Each piece of an export tells which attempt wrote it, so that a slow worker touches no file of the one that took over.

And names are found by their text: which of them stand in what somebody wrote freely.
"""

from django.db import migrations, models

# What is there is made anew: it lies under names without an attempt.
BEGIN_ANEW = """
UPDATE analytics_logexport SET state = 'queued', rows_done = 0, reached_id = NULL, claimed_at = NULL, expires_at = NULL
    WHERE state IN ('queued', 'running', 'ready');
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0013_totals_anew")]
    operations = [
        migrations.RunSQL(BEGIN_ANEW, migrations.RunSQL.noop),
        migrations.RemoveField("logexport", "parts"),
        migrations.AddField("logexport", "pieces", models.JSONField(default=list)),
        migrations.AddIndex("label", models.Index(fields=["kind", "text"], name="log_label_text")),
    ]
