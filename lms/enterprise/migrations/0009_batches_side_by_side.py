"""Batches may be done in any order: what is left says what is done, not the number of the last row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprise", "0008_names_of_sites")]

    operations = [
        # With a default, so that the column can be given back.
        migrations.AlterField("rosterimport", "through", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.RemoveField("rosterimport", "through"),
    ]
