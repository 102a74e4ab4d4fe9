"""The invitations of a company are found by the index that keeps a person from being invited twice; the other goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprise", "0009_batches_side_by_side")]

    operations = [
        migrations.AlterField(
            "invitation",
            "organisation",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
    ]
