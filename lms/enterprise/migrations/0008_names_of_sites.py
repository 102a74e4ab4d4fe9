"""Fill the names of sites in; from now on they come with every line that is made anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enterprise", "0007_roster_by_site")]

    operations = [
        migrations.RunSQL(
            "UPDATE enterprise_rosterline AS line SET site_name = site.name"
            " FROM enterprise_site AS site WHERE site.id = line.site_id",
            migrations.RunSQL.noop,
        ),
    ]
