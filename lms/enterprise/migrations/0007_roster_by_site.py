"""The name of the site on each line of the roster, so that the order by site is an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprise", "0006_import_batches")]

    operations = [
        migrations.AddField(
            model_name="rosterline", name="site_name", field=models.CharField(max_length=60, null=True)
        ),
        migrations.AddIndex(
            model_name="rosterline",
            index=models.Index(fields=["organisation", "site_name", "name", "id"], name="roster_by_site"),
        ),
    ]
